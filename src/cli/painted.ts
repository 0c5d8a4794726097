/** What a terminal shows after some bytes. */
import xterm from "@xterm/headless";

/** So wide that nothing is broken into two lines. */
const COLUMNS = 2000;

/** Progress that was painted over is gone; `takesPaste`: it may paste in brackets. */
export async function painted(
  bytes: Uint8Array,
  columns = COLUMNS,
): Promise<{ readonly rows: readonly string[]; readonly takesPaste: boolean }> {
  const terminal = new xterm.Terminal({ cols: columns, rows: 24, scrollback: 100_000, allowProposedApi: true });
  await new Promise<void>((resolve) => terminal.write(bytes, resolve));
  const { active } = terminal.buffer;
  const rows = Array.from({ length: active.length }, (_, row) => active.getLine(row)?.translateToString(true) ?? "");
  const takesPaste = terminal.modes.bracketedPasteMode;
  terminal.dispose();
  return { rows: rows.slice(0, rows.findLastIndex((row) => row !== "") + 1), takesPaste };
}
