/**
 * `<immutable-lab>`: a lab in a page, in a frame of its own. Its attributes are the frame's parameters (src/embed/README.md), its children what
 * is shown without scripts, in print and until the lab is wanted. No framework; the lab is fetched when somebody asks for it.
 */
import type { EventName, Hello, Reply, RequestName, Told, Welcome } from "./protocol.ts";
import { SessionTables } from "./session/table.ts";

/** This script's own address, whether it is a module or, from a server without CORS headers, a classic script. */
const own =
  (document.currentScript as HTMLScriptElement | null)?.src ??
  /\bhttps?:\/\/[^\s()]+?\.js\b/.exec(new Error().stack ?? "")?.[0] ??
  location.href;
const FRAME = new URL("embed/", own);
const PARAMETERS =
  "lesson step machine view run type poster theme accent font controls terminal readonly persist events origin seed session picture".split(
    " ",
  );
const HELLO_MILLISECONDS = 500;
const MOST_HELLOS = 60;
const STYLE = `:host{display:block;margin:1em 0}:host([hidden]){display:none}iframe{display:block;width:100%;border:0;background:transparent}
button{margin:.5em 0;padding:.375em .75em;border:1px solid var(--lab-accent,#c07a08);border-radius:var(--lab-radius,4px);background:none;color:inherit;font:inherit;cursor:pointer}
@media print{iframe,button{display:none}}`;

/** Of the elements on this page. */
const frames = new Set<HTMLIFrameElement>();
/** The labs of this page, those in frames without an element included. */
const tables = new SessionTables((source) =>
  [...frames, ...document.querySelectorAll("iframe")].find((frame) => frame.contentWindow === source && frame.src.startsWith(FRAME.href)),
);
window.addEventListener("message", (event) => tables.hear(event));

interface Waiting {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

class ImmutableLab extends HTMLElement {
  /** Settles when the lab in the frame answers, which is not before it is wanted. */
  readonly ready: Promise<Welcome>;
  #answer: (welcome: Welcome) => void = () => {};
  #fail: (error: Error) => void = () => {};
  readonly #root = this.attachShadow({ mode: "open" });
  #frame: HTMLIFrameElement | undefined;
  #port: MessagePort | undefined;
  #next = 0;
  readonly #waiting = new Map<number, Waiting>();

  constructor() {
    super();
    this.ready = new Promise((resolve, reject) => {
      this.#answer = resolve;
      this.#fail = reject;
    });
    this.ready.catch(() => undefined); // who waits for it is told
  }

  connectedCallback(): void {
    if (this.#root.childElementCount > 0) return;
    const style = document.createElement("style");
    style.textContent = STYLE;
    const button = document.createElement("button");
    button.type = "button";
    button.part.add("start");
    button.textContent = this.getAttribute("label") ?? "Try it here";
    button.addEventListener("click", () => void this.start().then(() => this.focus()));
    this.#root.append(style, document.createElement("slot"), button);
    const load = this.getAttribute("load");
    if (load === "eager") void this.start();
    else if (load === "visible")
      new IntersectionObserver((entries, observer) => {
        if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
        observer.disconnect();
        void this.start();
      }).observe(this);
  }

  disconnectedCallback(): void {
    window.removeEventListener("message", this.#hear);
    this.#port?.close();
    this.#port = undefined;
    if (this.#frame !== undefined) frames.delete(this.#frame);
    this.#frame?.remove();
    tables.sweep();
    this.#frame = undefined;
    for (const { reject } of this.#waiting.values()) reject(new Error("the lab was taken from the page"));
    this.#waiting.clear();
  }

  get machine(): string {
    return this.getAttribute("machine") ?? "silverblue";
  }

  get lesson(): string | null {
    return this.getAttribute("lesson");
  }

  get step(): string | null {
    return this.getAttribute("step");
  }

  /** A run, as a link has it behind `#run=`. */
  get state(): string | null {
    return this.getAttribute("state");
  }

  /** Puts the frame in the place of the children. */
  async start(): Promise<Welcome> {
    if (this.#frame !== undefined || !this.isConnected) return this.ready;
    const source = new URL(FRAME);
    for (const name of PARAMETERS) {
      const value = this.getAttribute(name);
      if (value !== null) source.searchParams.set(name, value);
    }
    source.searchParams.set("load", "eager");
    // A page from a file or of an opaque origin has none to name.
    if (location.origin !== "null" && !this.hasAttribute("origin")) source.searchParams.set("origin", location.origin);
    if (this.state !== null) source.hash = `run=${this.state}`;
    const frame = document.createElement("iframe");
    frame.title = this.getAttribute("title") ?? `Immutable Lab: ${this.lesson ?? this.machine}`;
    frame.sandbox.add("allow-scripts", "allow-popups", "allow-downloads");
    frame.allow = "fullscreen; clipboard-write";
    const height = this.getAttribute("height") ?? "auto";
    frame.style.height = height === "auto" ? "30rem" : /^\d+$/.test(height) ? `${height}px` : height;
    frame.src = source.href;
    this.#frame = frame;
    frames.add(frame);
    window.addEventListener("message", this.#hear);
    this.#root.querySelector("slot")?.replaceWith(frame);
    this.#root.querySelector("button")?.remove();
    this.#greet(0, Math.random().toString(36).slice(2));
    return this.ready;
  }

  /** Until the frame has answered: it cannot hear before its script is there. */
  #greet(times: number, id: string): void {
    if (this.#frame === undefined || this.#port !== undefined) return;
    if (times >= MOST_HELLOS) return this.#fail(new Error("the lab does not answer"));
    // The frame's origin is opaque, so it cannot be named; nothing in a hello is secret.
    this.#frame.contentWindow?.postMessage({ imm: 1, t: "hello", id } satisfies Hello, "*");
    setTimeout(() => this.#greet(times + 1, id), HELLO_MILLISECONDS);
  }

  readonly #hear = ({ source, data, ports }: MessageEvent<Partial<Welcome & { h: number }> | null>): void => {
    if (source === null || source !== this.#frame?.contentWindow || typeof data !== "object" || data?.imm !== 1) return;
    if ((data.t as string) === "size") {
      if ((this.getAttribute("height") ?? "auto") !== "auto" || typeof data.h !== "number") return;
      const height = Math.min(Math.max(data.h, 120), 2000);
      this.#frame.style.height = `${height}px`;
      this.#tell("resize", { height });
    }
    const [port] = ports;
    if (data.t !== "welcome" || port === undefined || this.#port !== undefined) return;
    this.#port = port;
    port.onmessage = (event: MessageEvent<Reply | Told>) => this.#take(event.data);
    this.#answer(data as Welcome);
  };

  #take(message: Reply | Told): void {
    if ("ev" in message) return this.#tell(message.ev as EventName, message.d);
    const waiting = this.#waiting.get(message.id);
    this.#waiting.delete(message.id);
    if (message.ok) waiting?.resolve(message.r);
    else waiting?.reject(new Error(message.e.msg));
  }

  #tell(name: EventName, detail: unknown): void {
    this.dispatchEvent(new CustomEvent(`lab-${name}`, { detail, bubbles: true, composed: true }));
  }

  /** Asks the lab, which is started for it. */
  async #ask<T = void>(m: RequestName, p?: object): Promise<T> {
    await this.start();
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve: resolve as (value: unknown) => void, reject });
      this.#port?.postMessage({ id, m, ...(p && { p }) });
    });
  }

  /** Types lines, each at a prompt; gives the exit status of the last and what all have printed. */
  run(cmds: string | readonly string[]): Promise<{ readonly exit: number | null; readonly text: string }> {
    return this.#ask("run", { cmds: typeof cmds === "string" ? cmds.split("\n") : cmds });
  }

  type(text: string): Promise<void> {
    return this.#ask("type", { text });
  }

  reset(): Promise<void> {
    return this.#ask("reset");
  }

  undo(n = 1): Promise<void> {
    return this.#ask("undo", { n });
  }

  redo(): Promise<void> {
    return this.#ask("redo");
  }

  reboot(): Promise<void> {
    return this.#ask("reboot");
  }

  powerCut(): Promise<void> {
    return this.#ask("powerCut");
  }

  powerOn(): Promise<void> {
    return this.#ask("powerOn");
  }

  /** The run so far: what `state` takes. */
  snapshot(): Promise<string> {
    return this.#ask("snapshot");
  }

  /** What the terminal has printed. */
  text(): Promise<string> {
    return this.#ask("text");
  }

  inject(fault: string, on = true): Promise<void> {
    return this.#ask("inject", { fault, on });
  }

  goto(step: number | string): Promise<void> {
    return this.#ask("goto", { step });
  }

  check(): Promise<void> {
    return this.#ask("check");
  }

  override focus(): void {
    if (this.#frame === undefined) return super.focus();
    this.#frame.focus();
    void this.#ask("focus");
  }
}

if (!customElements.get("immutable-lab")) customElements.define("immutable-lab", ImmutableLab);
