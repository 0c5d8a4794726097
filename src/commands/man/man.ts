import type { Process } from "../../machine/process.ts";
import type { ExitStatus, Run } from "../../machine/program.ts";
import { Pattern, PatternError } from "../../base/posix-pattern.ts";
import { isSysError } from "../../vfs/errno.ts";
import type { Command, ParsedOptions } from "../command.ts";
import { stdout } from "../output.ts";
import type { Surroundings } from "../programs.ts";
import { globToPattern } from "../glob.ts";
import { Library, type PageFile } from "./library.ts";
import { renderPage } from "./page.ts";

/** Nothing was found. */
const NOTHING = 16;
/** Columns when there is no terminal to ask. */
const WIDTH = 80;

/** man(1), whatis(1) and apropos(1), which know the programs around them. */
export function manualCommands(around: Surroundings): readonly Command[] {
  const man: Command = {
    name: "man",
    package: "man-db",
    style: "gnu",
    usage: ["man [OPTION...] [SECTION] PAGE..."],
    about: "An interface to the system reference manuals.",
    options: [
      { name: "all", short: "a", help: "find all matching manual pages" },
      { name: "apropos", short: "k", help: "equivalent to apropos" },
      { name: "whatis", short: "f", help: "equivalent to whatis" },
      { name: "where", short: "w", alsoLong: ["path", "location"], help: "print physical location of man page(s)" },
      { name: "sections", short: "s", alsoShort: ["S"], argument: "LIST", help: "use colon separated section list" },
      { name: "pager", short: "P", argument: "PAGER", help: "use program PAGER to display output" },
    ],
    usageHint: "argp",
    simplified: "pages are short, in our own words; their options are those of the programs that run here",
    completes: "commands",
    *run(proc, options) {
      const library = new Library(proc, around);
      if (options.has("apropos")) return yield* aproposOf(proc, library, options);
      if (options.has("whatis")) return yield* whatisOf(proc, library, options);
      return yield* show(proc, library, options);
    },
  };
  const search = [
    { name: "section", short: "s", alsoLong: ["sections"], argument: "LIST", help: "search only these sections (colon-separated)" },
    { name: "wildcard", short: "w", help: "the keyword(s) contain wildcards" },
    { name: "regex", short: "r", help: "interpret each keyword as a regex" },
  ] as const;
  const whatis: Command = {
    name: "whatis",
    package: "man-db",
    style: "gnu",
    usage: ["whatis [OPTION...] KEYWORD..."],
    about: "Display one-line manual page descriptions.",
    options: search,
    completes: "commands",
    run: (proc, options) => whatisOf(proc, new Library(proc, around), options),
  };
  const apropos: Command = {
    name: "apropos",
    package: "man-db",
    style: "gnu",
    usage: ["apropos [OPTION...] KEYWORD..."],
    about: "Search the manual page names and descriptions.",
    options: [{ name: "exact", short: "e", help: "search each keyword for exact match" }, ...search],
    completes: "none",
    run: (proc, options) => aproposOf(proc, new Library(proc, around), options),
  };
  return [man, whatis, apropos];
}

function sectionsOf(options: ParsedOptions): readonly string[] | undefined {
  return (options.value("sections") ?? options.value("section"))?.split(/[:,]/);
}

function* whatisOf(proc: Process, library: Library, options: ParsedOptions): Run<ExitStatus> {
  const sections = sectionsOf(options);
  return yield* matching(proc, library, options, "whatis", (keyword) => {
    const test = options.has("regex") ? regex(keyword) : options.has("wildcard") ? wildcard(keyword) : (text: string) => text === keyword;
    return (file) => test(file.name) && (sections === undefined || sections.includes(file.section));
  });
}

function* aproposOf(proc: Process, library: Library, options: ParsedOptions): Run<ExitStatus> {
  const sections = sectionsOf(options);
  return yield* matching(proc, library, options, "apropos", (keyword) => {
    const word = keyword.toLowerCase();
    const test = options.has("exact")
      ? (text: string) => text.split(/\W+/).includes(word)
      : options.has("wildcard")
        ? wildcard(word)
        : regex(word);
    return (file, summary) =>
      (test(file.name.toLowerCase()) || test(summary.toLowerCase())) && (sections === undefined || sections.includes(file.section));
  });
}

function* matching(
  proc: Process,
  library: Library,
  { operands }: ParsedOptions,
  name: string,
  testFor: (keyword: string) => (file: PageFile, summary: string) => boolean,
): Run<ExitStatus> {
  if (operands.length === 0) {
    yield* proc.printError(`${name} what?\n`);
    return 1;
  }
  const pages = yield* library.known();
  const lines = new Set<string>();
  let status = 0;
  for (const keyword of operands) {
    const test = testFor(keyword);
    const found = pages.filter(({ file, summary }) => test(file, summary));
    if (found.length === 0) {
      yield* proc.printError(`${keyword}: nothing appropriate.\n`);
      status = NOTHING;
    }
    for (const { file, summary } of found) lines.add(`${`${file.name} (${file.section})`.padEnd(20)} - ${summary}\n`);
  }
  for (const line of [...lines].sort()) yield* stdout(proc).print(line);
  return status;
}

function regex(source: string): (text: string) => boolean {
  try {
    const pattern = Pattern.compile(source, { syntax: "extended", dialect: "grep", ignoreCase: true });
    return (text) => pattern.test(text);
  } catch (error) {
    if (!(error instanceof PatternError)) throw error;
    return (text) => text.includes(source);
  }
}

function wildcard(source: string): (text: string) => boolean {
  const pattern = globToPattern(source);
  return (text) => pattern.test(text);
}

function* show(proc: Process, library: Library, options: ParsedOptions): Run<ExitStatus> {
  let names = options.operands;
  let sections = sectionsOf(options);
  const [first = "", ...rest] = names;
  if (/^[1-9n]$/.test(first) && (rest.length > 0 || names.length === 1)) {
    sections = [first];
    names = rest;
  }
  if (names.length === 0) {
    if (sections !== undefined) yield* proc.printError(`No manual entry for ${first}\n`);
    else yield* proc.printError("What manual page do you want?\nFor example, try 'man man'.\n");
    return sections === undefined ? 1 : NOTHING;
  }
  let status = 0;
  const found: PageFile[] = [];
  for (const given of names) {
    // `man ls.1` and `man 'ls(1)'` name the section, too.
    const named = /^(.+?)(?:\.([1-9])|\(([1-9])\))$/.exec(given);
    let files = (sections ?? [undefined]).flatMap((section) => library.find(given, section));
    if (files.length === 0 && named !== null) files = [...library.find(named[1] ?? "", named[2] ?? named[3])];
    if (files.length === 0) {
      const where = sections === undefined ? "" : ` in section ${sections.join(":")}`;
      yield* proc.printError(`No manual entry for ${given}${where}\n`);
      status = NOTHING;
    }
    found.push(...(options.has("all") ? files : files.slice(0, 1)));
  }
  if (options.has("where")) {
    for (const { path } of found) yield* stdout(proc).print(`${path}\n`);
    return status;
  }
  for (const file of found) yield* page(proc, library, file, options.value("pager"));
  return status;
}

function* page(proc: Process, library: Library, file: PageFile, chosen: string | undefined): Run<void> {
  const toTerminal = proc.sys.isatty(1);
  const asked = Number(proc.env.get("MANWIDTH") ?? "");
  // Two columns stay free at the right.
  const width = (asked > 10 ? asked : ((toTerminal ? proc.tty?.columns : undefined) ?? WIDTH)) - 2;
  const bold = toTerminal ? (text: string): string => `\x1b[1m${text}\x1b[0m` : (text: string): string => text;
  const text = renderPage(yield* library.read(file), width, bold).join("\n") + "\n";
  if (!toTerminal) {
    yield* stdout(proc).print(text);
    return;
  }
  const pager = chosen ?? proc.env.get("MANPAGER") ?? proc.env.get("PAGER") ?? "less";
  const [reader, writer] = proc.sys.pipe();
  const prompt = ` Manual page ${file.name}(${file.section}) ?ltline %lt?L/%L.:byte %bB?s/%s..?e (END):?pB %pB\\%.. (press h for help or q to quit)$`;
  const child = proc.spawn({
    argv: ["sh", "-c", pager === "" ? "cat" : pager],
    program: { path: "/bin/sh" },
    env: new Map([...proc.env, ["LESS", `-ix8RmPm${prompt}PM${prompt}${proc.env.get("LESS") ?? ""}`]]),
    fds: new Map([
      [0, reader],
      [1, 1],
      [2, 2],
    ]),
  });
  proc.sys.close(reader);
  proc.onSignal("PIPE", "ignore");
  try {
    yield* proc.write(writer, text);
  } catch (error) {
    // The reader has left before the end.
    if (!isSysError(error, "EPIPE")) throw error;
  }
  proc.sys.close(writer);
  yield* proc.wait(child.pid);
}
