/** less(1): shows a text one screen at a time. */
import type { Process } from "../../machine/process.ts";
import type { ExitStatus, Run } from "../../machine/program.ts";
import { isSysError } from "../../vfs/errno.ts";
import { O } from "../../vfs/types.ts";
import type { Command } from "../command.ts";
import { PagedText } from "./lines.ts";
import { Pager } from "./pager.ts";
import { applyEnvironment, applyOption, defaultSettings } from "./settings.ts";
import { installedPackage } from "../version.ts";

export const less: Command = {
  name: "less",
  package: "less",
  style: "raw",
  usage: ["less [OPTIONS] [FILE]..."],
  about: "Show a text one screen at a time.",
  completes: "files",
  simplified: "No editing of files, shell commands, tags or key files; text goes through no preprocessor.",
  options: [
    { name: "quit-if-one-screen", short: "F", help: "Exit if the entire text fits on the first screen" },
    { name: "RAW-CONTROL-CHARS", short: "R", help: "Output colours as they are" },
    { name: "chop-long-lines", short: "S", help: "Chop (truncate) long lines rather than wrapping" },
    { name: "LINE-NUMBERS", short: "N", help: "Use line number in each line" },
    { name: "no-init", short: "X", help: "Don't use the terminal's alternate screen" },
    { name: "ignore-case", short: "i", help: "Ignore case in searches that do not contain uppercase" },
    { name: "IGNORE-CASE", short: "I", help: "Ignore case in all searches" },
    { name: "quit-at-eof", short: "e", help: "Quit the second time the end is reached" },
    { name: "QUIT-AT-EOF", short: "E", help: "Quit the first time the end is reached" },
    { name: "quit-on-intr", short: "K", help: "Exit in response to ^C" },
    { name: "long-prompt", short: "m", help: "Set prompt style to percentage" },
    { name: "LONG-PROMPT", short: "M", help: "Set prompt style to names, lines and percentage" },
    { name: "squeeze-blank-lines", short: "s", help: "Squeeze multiple blank lines" },
    { name: "force", short: "f", help: "Force open non-regular files" },
  ],
  *run(proc) {
    const settings = defaultSettings();
    applyEnvironment(settings, proc.env.get("LESS") ?? "");
    const files: string[] = [];
    let isOver = false;
    for (const argument of proc.argv.slice(1)) {
      if (isOver || argument === "-" || !/^[-+]/.test(argument)) files.push(argument);
      else if (argument === "--") isOver = true;
      else if (argument === "--version" || argument === "-V")
        return yield* say(proc, `less ${(yield* installedPackage(proc, "less"))?.version ?? ""} (PCRE2 regular expressions)\n`);
      else if (argument === "--help" || argument === "-?")
        return yield* say(proc, "Usage: less [OPTIONS] [FILE]...\nType h while it runs for what the keys do.\n");
      else if (argument.startsWith("+")) settings.commands.push(argument.slice(1));
      else {
        const complaint = applyOption(settings, argument);
        if (complaint !== undefined) {
          yield* proc.printError(`${complaint}\n`);
          return 1;
        }
      }
    }
    if (files.length === 0) {
      if (proc.sys.isatty(0)) {
        yield* proc.printError('Missing filename ("less --help" for help)\n');
        return 0;
      }
      files.push("-");
    }
    return yield* show(proc, files, settings);
  },
};

function* show(proc: Process, files: readonly string[], settings: ReturnType<typeof defaultSettings>): Run<ExitStatus> {
  const isPaging = proc.sys.isatty(1) && proc.tty !== undefined;
  const texts: PagedText[] = [];
  let hasFailed = false;
  for (const file of files) {
    const fd = yield* opened(proc, file);
    if (fd === undefined) {
      hasFailed = true;
      continue;
    }
    if (isPaging) texts.push(new PagedText(proc, file === "-" ? "" : file, fd));
    else yield* copy(proc, fd);
  }
  const { tty } = proc;
  if (!isPaging || !tty || texts.length === 0) return hasFailed ? 1 : 0;
  const keyFd = proc.sys.isatty(0) ? 0 : proc.sys.open("/dev/tty", O.RDONLY);
  if (hasFailed) {
    yield* proc.print("\x1b[7mPress RETURN to continue \x1b[m");
    yield* oneKey(proc, keyFd);
    yield* proc.print("\n");
  }
  for (const text of settings.showsBinary ? [] : [...texts]) {
    if (text.name === "" || !(yield* text.looksBinary(settings.isRaw))) continue;
    yield* proc.print(`\x1b[7m"${text.name}" may be a binary file.  See it anyway? \x1b[m`);
    const answer = yield* oneKey(proc, keyFd);
    yield* proc.print("\n");
    if (answer !== 0x79 && answer !== 0x59) texts.splice(texts.indexOf(text), 1);
  }
  if (texts.length === 0) return 0;
  if (settings.quitsOnOneScreen && texts.length === 1 && settings.commands.length === 0) {
    const pager = new Pager(proc, tty, keyFd, settings, texts);
    if (yield* pager.fitsOnOneScreen()) {
      yield* proc.print(yield* pager.wholeText());
      return 0;
    }
  }
  return yield* new Pager(proc, tty, keyFd, settings, texts).run();
}

function* opened(proc: Process, file: string): Run<number | undefined> {
  if (file === "-") return 0;
  try {
    if (proc.sys.stat(file).type === "dir") {
      yield* proc.printError(`${file} is a directory\n`);
      return undefined;
    }
    return proc.sys.open(file, O.RDONLY);
  } catch (error) {
    if (!isSysError(error)) throw error;
    yield* proc.printError(`${file}: ${error.text}\n`);
    return undefined;
  }
}

function* copy(proc: Process, fd: number): Run<void> {
  for (;;) {
    const chunk = yield* proc.read(fd, 65_536);
    if (chunk.length === 0) return;
    yield* proc.write(1, chunk);
  }
}

/** The byte of a key pressed in answer to a question. */
function* oneKey(proc: Process, fd: number): Run<number | undefined> {
  const { tty } = proc;
  if (!tty) return undefined;
  const before = tty.getAttributes();
  tty.setAttributes({ ...before, icanon: false, echo: false, min: 1, time: 0 });
  try {
    return (yield* proc.read(fd, 1))[0];
  } finally {
    tty.setAttributes(before);
  }
}

function* say(proc: Process, text: string): Run<ExitStatus> {
  yield* proc.print(text);
  return 0;
}
