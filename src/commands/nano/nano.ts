/** nano(1): a small editor on the full screen. */
import type { Command } from "../command.ts";
import { complain } from "../complain.ts";
import { NanoEditor, parsePlace } from "./editor.ts";
import { Window } from "./window.ts";

export const nano: Command = {
  name: "nano",
  package: "nano",
  style: "gnu",
  usage: ["nano [OPTIONS] [[+LINE[,COLUMN]] FILE]..."],
  about: "Edit text files on the full screen.",
  completes: "files",
  simplified: "No syntax colouring, spelling, justifying, executing of commands, backups or browsing of files.",
  options: [
    { name: "constantshow", short: "c", help: "Constantly show cursor position" },
    { name: "autoindent", short: "i", help: "Automatically indent new lines" },
    { name: "linenumbers", short: "l", help: "Show line numbers in front of the text" },
    { name: "view", short: "v", help: "View mode (read-only)" },
    { name: "nohelp", short: "x", help: "Don't show the two help lines" },
    { name: "ignorercfiles", short: "I", help: "Don't look at nanorc files", fidelity: "ignored" },
    { name: "mouse", short: "m", help: "Enable the use of the mouse", fidelity: "ignored" },
    { name: "nowrap", short: "w", help: "Don't hard-wrap long lines [default]", fidelity: "ignored" },
    { name: "softwrap", short: "S", help: "Display overlong lines on multiple rows", fidelity: "ignored" },
    { name: "backup", short: "B", help: "Save backups of existing files", fidelity: "ignored" },
    { name: "tabsize", short: "T", argument: "number", help: "Make a tab this number of columns wide", fidelity: "ignored" },
  ],
  *run(proc, options) {
    const { tty } = proc;
    if (!tty || !proc.sys.isatty(0)) {
      yield* proc.printError("Standard input is not a terminal\n");
      return 1;
    }
    if ((proc.env.get("TERM") ?? "") === "") {
      yield* proc.printError("Error opening terminal: unknown.\n");
      return 1;
    }
    const files: { path: string; at: { line: number; column: number } | undefined }[] = [];
    let at: { line: number; column: number } | undefined;
    for (const operand of options.operands) {
      if (operand.startsWith("+") && operand.length > 1) {
        const place = parsePlace(operand.slice(1));
        if (!place) {
          yield* complain(proc, `Invalid line or column number`);
          return 1;
        }
        at = { line: place.line ?? 1, column: place.column ?? 1 };
        continue;
      }
      files.push({ path: operand, at });
      at = undefined;
    }
    const window = new Window(proc, tty);
    window.showsHelp = !options.has("nohelp");
    const editor = new NanoEditor(proc, window, {
      showsLineNumbers: options.has("linenumbers"),
      isViewing: options.has("view"),
      showsPosition: options.has("constantshow"),
      indents: options.has("autoindent"),
    });
    yield* window.run(function* () {
      for (const file of files) yield* editor.open(file.path, file.at);
      yield* editor.edit();
    });
    return 0;
  },
};
