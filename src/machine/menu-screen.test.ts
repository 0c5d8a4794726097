import xterm from "@xterm/headless";
import { describe, expect, test } from "vitest";
import { decodeBootKeys } from "./boot-keys.ts";
import { editText, type EditedText } from "./line-editor.ts";
import { paintCountdown, paintEditor, paintMenu, type ScreenSize } from "./menu-screen.ts";

async function screen(size: ScreenSize, ...parts: string[]): Promise<{ lines: string[]; inverse: number[]; cursor: [number, number] }> {
  const terminal = new xterm.Terminal({ cols: size.columns, rows: size.rows, allowProposedApi: true });
  for (const part of parts) await new Promise<void>((resolve) => terminal.write(part, resolve));
  const buffer = terminal.buffer.active;
  const lines: string[] = [];
  const inverse: number[] = [];
  for (let row = 0; row < size.rows; row++) {
    const line = buffer.getLine(row);
    lines.push(line?.translateToString(true) ?? "");
    if (line?.getCell(3)?.isInverse()) inverse.push(row);
  }
  return { lines, inverse, cursor: [buffer.cursorY, buffer.cursorX] };
}

const TITLES = ["Fedora Linux 43.20260110.0 (Silverblue) (ostree:0)", "Fedora Linux 43.20260103.0 (Silverblue) (ostree:1)"];

describe("the menu", () => {
  test("at 80 by 24", async () => {
    const size = { columns: 80, rows: 24 };
    const seen = await screen(size, paintMenu(size, { titles: TITLES, selected: 1, countdown: 5 }));
    expect(seen.lines).toMatchInlineSnapshot(`
      [
        "",
        "                             GNU GRUB  version 2.12",
        "",
        " ┌────────────────────────────────────────────────────────────────────────────┐",
        " │ Fedora Linux 43.20260110.0 (Silverblue) (ostree:0)                         │",
        " │*Fedora Linux 43.20260103.0 (Silverblue) (ostree:1)                         │",
        " │                                                                            │",
        " │                                                                            │",
        " │                                                                            │",
        " │                                                                            │",
        " │                                                                            │",
        " │                                                                            │",
        " │                                                                            │",
        " │                                                                            │",
        " │                                                                            │",
        " │                                                                            │",
        " │                                                                            │",
        " │                                                                            │",
        " │                                                                            │",
        " └────────────────────────────────────────────────────────────────────────────┘",
        "      Use the ↑ and ↓ keys to select which entry is highlighted.",
        "      Press enter to boot the selected OS, \`e' to edit the commands before",
        "      booting or \`c' for a command-line.",
        "   The highlighted entry will be executed automatically in 5s.",
      ]
    `);
    expect(seen.inverse).toEqual([5]);
  });

  test("the countdown repaints its own line only", async () => {
    const size = { columns: 80, rows: 24 };
    const menu = { titles: TITLES, selected: 0, countdown: 5 };
    const before = await screen(size, paintMenu(size, menu));
    const after = await screen(size, paintMenu(size, menu), paintCountdown(size, { ...menu, countdown: 4 }));
    const changed = after.lines.map((line, row) => (line === before.lines[row] ? undefined : line)).filter((line) => line !== undefined);
    expect(changed).toEqual(["   The highlighted entry will be executed automatically in 4s."]);
  });

  test.each([
    [40, 20],
    [40, 10],
    [30, 12],
    [132, 50],
  ])("at %i by %i nothing wraps and the highlighted entry is seen", async (columns, rows) => {
    const size = { columns, rows };
    const titles = Array.from({ length: 12 }, (_, index) => `Entry ${index} of a machine with many long-named entries`);
    for (const selected of [0, 5, 11]) {
      const { lines, inverse } = await screen(size, paintMenu(size, { titles, selected, countdown: undefined }));
      const marked = lines.filter((line) => line.includes(`*Entry ${selected} `));
      expect(marked).toHaveLength(1);
      expect(inverse).toEqual([lines.indexOf(marked[0] ?? "")]);
      expect(lines.filter((line) => line.includes("└"))).toHaveLength(1);
      expect(lines.filter((line) => line.includes("GNU GRUB"))).toHaveLength(1);
      expect(lines.at(-1)).not.toContain("│");
    }
  });
});

describe("the editor", () => {
  const start: EditedText = { lines: ["load_video", "linux ($root)/k quiet", "initrd ($root)/i"], row: 0, column: 0 };
  const type = (keys: string, text = start) => decodeBootKeys(keys).reduce(editText, text);

  test.each([
    ["appends an argument", "\u001b[B\u0005 single", ["load_video", "linux ($root)/k quiet single", "initrd ($root)/i"]],
    ["takes one out", "\u001b[B\u001b[F\u007f\u007f\u007f\u007f\u007f\u007f", ["load_video", "linux ($root)/k", "initrd ($root)/i"]],
    ["kills to the end", "\u000e\u000e\u000b", ["load_video", "linux ($root)/k quiet", ""]],
    ["joins lines", "\u001b[B\u007f", ["load_videolinux ($root)/k quiet", "initrd ($root)/i"]],
    ["splits lines", "\u001b[C\u001b[C\r", ["lo", "ad_video", "linux ($root)/k quiet", "initrd ($root)/i"]],
    ["deletes forward over the end of a line", "\u0005\u001b[3~", ["load_videolinux ($root)/k quiet", "initrd ($root)/i"]],
  ])("%s", (_, keys, lines) => {
    expect(type(keys).lines).toEqual(lines);
  });

  test("a long line goes on below with the cursor in it, at 40 columns, too", async () => {
    const size = { columns: 40, rows: 20 };
    const long = `linux ($root)/vmlinuz ${"x".repeat(60)} tail`;
    const text = type("\u0005", { lines: [long], row: 0, column: 0 });
    const { lines, cursor } = await screen(size, paintEditor(size, text));
    const inside = lines.filter((line) => line.startsWith("│")).map((line) => line.slice(1, -1).trimEnd());
    expect(
      inside
        .filter((line) => line !== "")
        .map((line) => line.replace(/\\$/, ""))
        .join(""),
    ).toBe(long);
    expect(cursor[1]).toBe((long.length % 37) + 1);
  });
});

test("decodeBootKeys", () => {
  expect(decodeBootKeys("\u001b[A\u001bOB\u001b\rx\u0018\u001b[21~\u001b[99~")).toEqual([
    { kind: "up" },
    { kind: "down" },
    { kind: "escape" },
    { kind: "enter" },
    { kind: "text", text: "x" },
    { kind: "control", letter: "x" },
    { kind: "function", number: 10 },
  ]);
});
