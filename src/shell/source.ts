/** The text that a syntax tree's positions point into. */
export class SourceText {
  readonly text: string;
  /** Line number of its first character. */
  readonly firstLine: number;
  #starts: number[] | undefined;

  constructor(text: string, firstLine = 1) {
    this.text = text;
    this.firstLine = firstLine;
  }

  /** The line number at offset `pos`. */
  lineAt(pos: number): number {
    this.#starts ??= lineStarts(this.text);
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#starts[middle] ?? 0) <= pos) low = middle;
      else high = middle - 1;
    }
    return this.firstLine + low;
  }

  /** The whole line that holds `pos`, without its newline. */
  lineText(pos: number): string {
    const start = this.text.lastIndexOf("\n", pos - 1) + 1;
    const end = this.text.indexOf("\n", pos);
    return this.text.slice(start, end < 0 ? undefined : end);
  }

  slice(node: { readonly pos: number; readonly end: number }): string {
    return this.text.slice(node.pos, node.end);
  }
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (let i = text.indexOf("\n"); i >= 0; i = text.indexOf("\n", i + 1)) starts.push(i + 1);
  return starts;
}
