/**
 * A pane of glass: bytes of a machine's terminal go in and are painted, keys come out as the bytes a terminal sends.
 *
 * It knows nothing of what the bytes mean. The only importer of @xterm/xterm; loaded off the first paint.
 */
import { FitAddon } from "@xterm/addon-fit";
import { Terminal, type IMarker } from "@xterm/xterm";
import "@xterm/xterm/css/xterm.css";
import "./glass.css";
import { themeFrom } from "./theme.ts";

export interface GlassOptions {
  /** What a screen reader hears as the terminal's name. */
  readonly label: string;
  readonly onKeys: (text: string) => void;
  readonly onResize: (columns: number, rows: number) => void;
  readonly screenReader: boolean;
}

/** Output waiting to be painted above which `write` asks its caller to wait. */
const HIGH_WATER_BYTES = 256 * 1024;
const SCROLLBACK_LINES = 5000;

export class Glass {
  readonly #terminal: Terminal;
  readonly #fit = new FitAddon();
  readonly #element: HTMLElement;
  readonly #observer: ResizeObserver;
  #waiting = 0;
  /** Nothing has been written yet; clearing takes long. */
  #isBlank = true;
  /** The last key was a lone Escape: a Tab that follows leaves the terminal. */
  #escaped = false;
  /** Stands at the first line that `takeNewText` has not handed out, and moves with it when old lines fall off. */
  #unread: IMarker | undefined;

  /** Builds the terminal inside `element`, in the colours of its custom properties, at the size that fits. */
  constructor(element: HTMLElement, options: GlassOptions) {
    this.#element = element;
    this.#terminal = new Terminal({
      allowProposedApi: false,
      cursorBlink: false,
      fontFamily: getComputedStyle(element).getPropertyValue("--mono"),
      fontSize: fontSizeOf(element),
      lineHeight: 1.25,
      // For colours that programs choose themselves; the palette has it.
      minimumContrastRatio: 4.5,
      screenReaderMode: options.screenReader,
      scrollback: SCROLLBACK_LINES,
      theme: themeFrom(element),
    });
    this.#terminal.loadAddon(this.#fit);
    this.#terminal.attachCustomKeyEventHandler((event) => this.#mayHandle(event));
    this.#terminal.open(element);
    this.#terminal.textarea?.setAttribute("aria-label", options.label);
    this.#terminal.textarea?.setAttribute("spellcheck", "false");
    this.#terminal.textarea?.setAttribute("autocapitalize", "off");
    this.#fit.fit();
    this.#terminal.onData(options.onKeys);
    this.#terminal.onResize(({ cols, rows }) => options.onResize(cols, rows));
    options.onResize(this.#terminal.cols, this.#terminal.rows);
    this.#observer = new ResizeObserver(() => this.fit());
    this.#observer.observe(element);
  }

  /** Queues bytes to be painted; resolves at once, or, when much is waiting, as soon as there is room. */
  write(data: Uint8Array): Promise<void> {
    this.#waiting += data.length;
    this.#isBlank &&= data.length === 0;
    return new Promise((resolve) => {
      this.#terminal.write(data, () => {
        this.#waiting -= data.length;
        resolve();
      });
      if (this.#waiting < HIGH_WATER_BYTES) resolve();
    });
  }

  /** Clears everything and shows `data` instead; resolves when it is painted, which is not before the page is in sight. */
  show(data: Uint8Array): Promise<void> {
    if (!this.#isBlank) this.#terminal.reset();
    this.#unread = undefined;
    void this.write(data);
    return new Promise((resolve) => this.#terminal.write("", () => requestAnimationFrame(() => setTimeout(resolve))));
  }

  focus(): void {
    this.#terminal.focus();
  }

  /** Takes the size that its element has now; an element out of sight keeps the old one. */
  fit(): void {
    if (this.#element.clientWidth > 0 && this.#element.clientHeight > 0) this.#fit.fit();
  }

  /** Reads colours and sizes again, after the theme or the zoom has changed. */
  restyle(): void {
    this.#terminal.options.theme = themeFrom(this.#element);
    this.#terminal.options.fontSize = fontSizeOf(this.#element);
    this.fit();
  }

  set screenReader(on: boolean) {
    this.#terminal.options.screenReaderMode = on;
  }

  get size(): { readonly columns: number; readonly rows: number } {
    return { columns: this.#terminal.cols, rows: this.#terminal.rows };
  }

  /** Whole lines that have come since the last call, as text, for the live transcript; nothing while a full-screen program runs. */
  takeNewText(): string[] {
    const buffer = this.#terminal.buffer.active;
    if (buffer.type === "alternate") return [];
    const end = buffer.baseY + buffer.cursorY;
    const lines: string[] = [];
    for (let at = Math.max(this.#unread?.line ?? 0, 0); at < end; at++) {
      const line = buffer.getLine(at);
      if (line === undefined) continue;
      const text = line.translateToString(true);
      if (line.isWrapped && lines.length > 0) lines[lines.length - 1] += text;
      else lines.push(text);
    }
    this.#unread?.dispose();
    this.#unread = this.#terminal.registerMarker(0);
    return lines;
  }

  dispose(): void {
    this.#observer.disconnect();
    this.#terminal.dispose();
  }

  /** Whether xterm may treat a key event; what it may not is left to the browser. */
  #mayHandle(event: KeyboardEvent): boolean {
    if (event.type !== "keydown") return true;
    const wasEscaped = this.#escaped;
    if (!["Shift", "Control", "Alt", "Meta"].includes(event.key)) this.#escaped = event.key === "Escape";
    if (event.key === "Tab" && (event.shiftKey || wasEscaped)) return false; // no keyboard trap
    if (event.ctrlKey && !event.altKey && event.key.toLowerCase() === "c" && (event.shiftKey || this.#terminal.hasSelection())) {
      event.preventDefault();
      this.#copy();
      return false;
    }
    if (event.ctrlKey && event.shiftKey && event.key.toLowerCase() === "v") return false; // the browser pastes
    return true;
  }

  #copy(): void {
    const text = this.#terminal.getSelection();
    if (text === "") return;
    // The clipboard interface is missing in a sandboxed frame and on plain http; a copy event of the page's own works there too.
    const onCopy = (event: ClipboardEvent): void => {
      event.clipboardData?.setData("text/plain", text);
      event.preventDefault();
      event.stopImmediatePropagation();
    };
    document.addEventListener("copy", onCopy, { capture: true, once: true });
    const copied = document.execCommand("copy");
    document.removeEventListener("copy", onCopy, { capture: true });
    if (!copied) void navigator.clipboard?.writeText(text).catch(() => undefined);
    this.#terminal.clearSelection();
  }
}

function fontSizeOf(element: HTMLElement): number {
  return parseFloat(getComputedStyle(element).fontSize);
}
