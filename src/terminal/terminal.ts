/**
 * A pane of glass: bytes of a machine's terminal go in and are painted, keys come out as the bytes a terminal sends.
 *
 * It knows nothing of what the bytes mean. The only importer of @xterm/xterm; loaded off the first paint.
 */
import { Terminal, type IMarker } from "@xterm/xterm";
import "@xterm/xterm/css/xterm.css";
import "./glass.css";
import { measureGlyphsByCanvas } from "./glyph-widths.ts";
import { seen } from "./seen.ts";
import { themeFrom } from "./theme.ts";

export interface GlassOptions {
  /** What a screen reader hears as the terminal's name. */
  readonly label: string;
  readonly onKeys: (text: string) => void;
  readonly onResize: (columns: number, rows: number) => void;
  readonly screenReader: boolean;
}

/** A place in the terminal's text, which moves with it. */
export type Bookmark = Pick<IMarker, "line">;

/** A line of output, which may be wrapped over several rows. */
export interface Line {
  readonly text: string;
  /** The buffer's row that it begins on. */
  readonly row: number;
  readonly height: number;
}

/** Output waiting to be painted above which `write` asks its caller to wait. */
const HIGH_WATER_BYTES = 256 * 1024;
/** Control and G: after an Escape, readline's abort, which leaves the line as it is. */
const GIVE_UP = "\x07";
const SCROLLBACK_LINES = 5000;
const LINE_HEIGHT = 1.25;

export class Glass {
  /** Takes what is typed, as the bytes a terminal sends. */
  onKeys: (text: string) => void;
  readonly #terminal: Terminal;
  readonly #element: HTMLElement;
  readonly #label: string;
  readonly #observer: ResizeObserver;
  #waiting = 0;
  /** Resolves when xterm has read all that was written. */
  #read: Promise<void> = Promise.resolve();
  /** Nothing has been written yet; clearing takes long. */
  #isBlank = true;
  /** The last key was a lone Escape: a Tab that follows leaves the terminal. */
  #escaped = false;
  /** Stands at the first line that `takeNewText` has not handed out, and moves with it when old lines fall off. */
  #unread: IMarker | undefined;

  /** A terminal for the inside of `element`, in the colours of its custom properties, at the size that should fit. */
  constructor(element: HTMLElement, options: GlassOptions) {
    this.#element = element;
    this.#label = options.label;
    this.onKeys = options.onKeys;
    const style = getComputedStyle(element);
    this.#terminal = new Terminal({
      ...likelySize(element),
      fontFamily: style.getPropertyValue("--mono"),
      fontSize: fontSizeOf(style),
      lineHeight: LINE_HEIGHT,
      // Lines are flagged by decorations, which xterm still calls a proposal.
      allowProposedApi: true,
      // For colours that programs choose themselves; the palette has it.
      minimumContrastRatio: 4.5,
      screenReaderMode: options.screenReader,
      scrollback: SCROLLBACK_LINES,
      theme: themeFrom(element),
    });
    // xterm reads at once what is written right after a key, and otherwise in a task of its own, a frame later.
    this.#terminal.input("", true);
    this.#terminal.attachCustomKeyEventHandler((event) => this.#mayHandle(event));
    this.#terminal.onData((text) => this.onKeys(text));
    this.#terminal.onResize(({ cols, rows }) => options.onResize(cols, rows));
    this.#observer = new ResizeObserver(() => this.fit());
  }

  /** Puts it into its element once what has been written is read: it is painted with that, and not twice. */
  async open(): Promise<void> {
    await this.#read;
    this.#terminal.open(this.#element);
    measureGlyphsByCanvas(this.#element);
    this.#terminal.textarea?.setAttribute("aria-label", this.#label);
    this.#terminal.textarea?.setAttribute("spellcheck", "false");
    this.#terminal.textarea?.setAttribute("autocapitalize", "off");
    this.fit();
    this.#observer.observe(this.#element);
  }

  /** Queues bytes to be painted; resolves at once, or, when much is waiting, as soon as there is room. */
  write(data: Uint8Array): Promise<void> {
    this.#waiting += data.length;
    this.#isBlank &&= data.length === 0;
    this.#read = new Promise((resolve) =>
      this.#terminal.write(data, () => {
        this.#waiting -= data.length;
        resolve();
      }),
    );
    return this.#waiting < HIGH_WATER_BYTES ? Promise.resolve() : this.#read;
  }

  /** Clears everything and shows `data` instead; resolves when it has been seen for a frame. */
  async show(data: Uint8Array): Promise<void> {
    if (!this.#isBlank) this.#terminal.reset();
    this.#unread = undefined;
    void this.write(data);
    await this.#read;
    await seen();
  }

  focus(): void {
    this.#terminal.focus();
  }

  /** Takes the size that its element has now; an element out of sight keeps the old one. */
  fit(): void {
    const { cols, rows } = this.#terminal;
    const screen = this.#element.querySelector(".xterm-screen")?.getBoundingClientRect();
    const size = screen && sizeIn(this.#element, screen.width / cols, screen.height / rows);
    if (size !== undefined && (size.cols !== cols || size.rows !== rows)) this.#terminal.resize(size.cols, size.rows);
  }

  /** Reads colours and sizes again, after the theme or the zoom has changed. */
  restyle(): void {
    this.#terminal.options.theme = themeFrom(this.#element);
    this.#terminal.options.fontSize = fontSizeOf(getComputedStyle(this.#element));
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
    const lines = this.#linesFrom(Math.max(this.#unread?.line ?? 0, 0)).map(({ text }) => text);
    if (this.#terminal.buffer.active.type === "alternate") return lines;
    this.#unread?.dispose();
    this.#unread = this.#terminal.registerMarker(0);
    return lines;
  }

  /** The line that the cursor is on. */
  bookmark(): Bookmark {
    return this.#terminal.registerMarker(0);
  }

  /** The whole line that a bookmark is in: what has been typed there, behind its prompt. */
  lineAt({ line: row }: Bookmark): string {
    const buffer = this.#terminal.buffer.active;
    let [first, last] = [row, row];
    while (buffer.getLine(first)?.isWrapped === true) first--;
    while (buffer.getLine(last + 1)?.isWrapped === true) last++;
    let text = "";
    for (let at = first; at <= last; at++) text += buffer.getLine(at)?.translateToString(at === last) ?? "";
    return text;
  }

  /** Whole lines that have come below a bookmark; nothing while a full-screen program runs. */
  linesBelow({ line }: Bookmark): readonly Line[] {
    return line < 0 ? [] : this.#linesFrom(line + 1);
  }

  /** All whole lines that are kept; likewise. */
  lines(): readonly Line[] {
    return this.#linesFrom(0);
  }

  /** Marks lines at their left edge; the marks go with them. */
  flag(lines: readonly Line[]): void {
    const { baseY, cursorY } = this.#terminal.buffer.active;
    for (const { row, height } of lines) {
      const marker = this.#terminal.registerMarker(row - baseY - cursorY);
      this.#terminal.registerDecoration({ marker, height })?.onRender((element) => element.classList.add("flagged"));
    }
  }

  /** Whole lines from a row of the buffer to the one above the cursor. */
  #linesFrom(start: number): Line[] {
    const buffer = this.#terminal.buffer.active;
    if (buffer.type === "alternate") return [];
    const lines: Line[] = [];
    for (let row = start; row < buffer.baseY + buffer.cursorY; row++) {
      const line = buffer.getLine(row);
      if (line === undefined) continue;
      const text = line.translateToString(true);
      const before = line.isWrapped ? lines.pop() : undefined;
      lines.push(
        before === undefined ? { text, row, height: 1 } : { text: before.text + text, row: before.row, height: before.height + 1 },
      );
    }
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
    if (event.key === "Tab" && (event.shiftKey || wasEscaped)) {
      // A shell still waits for what comes after the Escape: it would take the next letter, whenever that is typed.
      if (wasEscaped) this.onKeys(GIVE_UP);
      return false; // no keyboard trap
    }
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

function fontSizeOf(style: CSSStyleDeclaration): number {
  return parseFloat(style.fontSize);
}

interface Size {
  readonly cols: number;
  readonly rows: number;
}

/** What xterm keeps free at the right for its scroll bar, in pixels. */
const SCROLL_BAR = 14;

/** How many cells fit into `element`; undefined while it is out of sight. Cells are measured in pixels. */
function sizeIn(element: HTMLElement, cellWidth: number, cellHeight: number): Size | undefined {
  const cols = Math.floor((element.clientWidth - SCROLL_BAR) / cellWidth);
  const rows = Math.floor(element.clientHeight / cellHeight);
  return cols > 1 && rows > 0 && Number.isFinite(cols * rows) ? { cols, rows } : undefined;
}

/** The size that `fit` will find, all but surely: a terminal that changes its size while it opens is laid out twice. */
function likelySize(element: HTMLElement): Size | undefined {
  const probe = document.createElement("span");
  probe.style.cssText = "position: absolute; font-family: var(--mono); line-height: normal;";
  probe.textContent = "W".repeat(32);
  element.append(probe);
  const { width, height } = probe.getBoundingClientRect();
  probe.remove();
  return sizeIn(element, width / 32, Math.floor(Math.ceil(height) * LINE_HEIGHT));
}
