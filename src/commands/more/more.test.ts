import { expect, test } from "vitest";
import { Screen } from "../../../e2e/harness/screen.ts";
import { runUntilBlocked, TerminalProcess } from "../../../e2e/harness/terminal-process.ts";
import { encodeUtf8 } from "../../base/utf8.ts";
import { programOf } from "../program.ts";
import { more } from "./more.ts";

/** Seen in util-linux 2.38.1 with 30 lines on ten rows. */
test("a screen, a line, a search, the end", async () => {
  const terminal = new TerminalProcess(40, 10);
  terminal.argv = ["more", "f"];
  const text = Array.from({ length: 30 }, (_, n) => `line ${n + 1}\n`).join("");
  terminal.files = { contents: new Map([["f", encodeUtf8(text)]]), isReadOnly: false };
  const run = programOf(more)(terminal.process);
  const screen = new Screen(40, 10);
  const turn = async (keys: string): Promise<string[]> => {
    terminal.tty.input(keys);
    isOver = runUntilBlocked(run).done;
    await screen.write(terminal.takeOutput());
    return screen.rows;
  };
  let isOver = false;
  expect((await turn("")).slice(-2)).toEqual(["line 9", "--More--(27%)"]);
  expect((await turn("\r")).slice(-2)).toEqual(["line 10", "--More--(30%)"]);
  expect((await turn(" ")).slice(-2)).toEqual(["line 19", "--More--(61%)"]);
  expect((await turn("2\r")).slice(-3)).toEqual(["line 20", "line 21", "--More--(68%)"]);
  expect((await turn(" ")).at(-1)).toBe("line 30");
  expect(isOver).toBe(true);
  expect(terminal.tty.getAttributes().icanon).toBe(true);
});
