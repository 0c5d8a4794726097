/** cowsay(6) and cowthink(6): a package that people layer to try layering. Recorded from 3.03. */
import type { Process } from "../../machine/process.ts";
import type { ExitStatus, Run } from "../../machine/program.ts";
import { readTextIfThere } from "../../machine/read-text.ts";
import { decodeUtf8 } from "../../base/utf8.ts";
import { listDirectory } from "../../engines/ostree/files.ts";
import type { Command, ParsedOptions } from "../command.ts";
import { baseName } from "../paths.ts";
import { stdout } from "../output.ts";
import { padEnd, textWidth } from "../table.ts";

const COWS = "/usr/share/cowsay/cows";
const WIDTH = 40;

/** Moods: eyes and tongue. */
const MOODS: Readonly<Record<string, readonly [eyes: string, tongue?: string]>> = {
  borg: ["=="],
  dead: ["xx", "U "],
  greedy: ["$$"],
  paranoid: ["@@"],
  stoned: ["**", "U "],
  tired: ["--"],
  wired: ["OO"],
  young: [".."],
};

const cow: Command = {
  name: "cowsay",
  package: "cowsay",
  style: "gnu-posix",
  usage: ["cowsay [-bdgpstwy] [-h] [-e eyes] [-f cowfile] [-l] [-n] [-T tongue] [-W wrapcolumn] [message]"],
  about: "Configurable speaking cow.",
  options: [
    ...Object.keys(MOODS).map((name) => ({ name, short: name[0] ?? "", long: false as const, help: `a ${name} cow` })),
    { name: "eyes", short: "e", long: false, argument: "eyes", help: "two characters for the eyes" },
    { name: "cowfile", short: "f", long: false, argument: "cowfile", help: "which picture" },
    { name: "list", short: "l", long: false, help: "list all cowfiles" },
    { name: "unwrapped", short: "n", long: false, help: "leave lines as they are" },
    { name: "tongue", short: "T", long: false, argument: "tongue", help: "two characters for the tongue" },
    { name: "columns", short: "W", long: false, argument: "column", help: "where lines are wrapped" },
  ],
  completes: "none",
  simplified: "three cows",
  run,
};

export const cowsay: Command = { ...cow, alsoAs: [{ ...cow, name: "cowthink", about: "Configurable thinking cow." }] };

function* run(proc: Process, options: ParsedOptions): Run<ExitStatus> {
  const out = stdout(proc);
  if (options.has("list")) {
    const names = listDirectory(proc.sys, COWS).flatMap(({ name }) => (name.endsWith(".cow") ? [name.slice(0, -4)] : []));
    yield* out.print(`Cow files in ${COWS}:\n${names.sort().join(" ")}\n`);
    return 0;
  }
  const thinks = baseName(proc.argv[0] ?? "").includes("think");
  const isPiped = options.operands.length === 0;
  const given = isPiped ? decodeUtf8(yield* proc.readToEnd(0)).replace(/\n+$/, "") : options.operands.join(" ");
  const lines = options.has("unwrapped") && isPiped ? given.split("\n") : wrapped(given, Number(options.value("columns") ?? WIDTH));
  const name = options.value("cowfile") ?? "default";
  const picture = readTextIfThere(proc.sys, name.includes("/") ? name : `${COWS}/${name.replace(/\.cow$/, "")}.cow`);
  if (picture === undefined) {
    yield* proc.printError(`cowsay: Could not find ${name} cowfile!\n`);
    return 2;
  }
  const mood = Object.keys(MOODS).find((each) => options.has(each));
  const [eyes, tongue = "  "] = MOODS[mood ?? ""] ?? ["oo"];
  const values = {
    thoughts: thinks ? "o" : "\\",
    eyes: (options.value("eyes") ?? eyes).slice(0, 2),
    tongue: (options.value("tongue") ?? tongue).slice(0, 2),
  };
  yield* out.print(balloon(lines, thinks) + drawn(picture, values));
  return 0;
}

/** Words in lines shorter than `columns`; an empty line parts paragraphs. */
function wrapped(text: string, columns: number): string[] {
  const lines: string[] = [];
  for (const paragraph of text.split(/\n\s*\n/)) {
    let line = "";
    for (const word of paragraph.split(/\s+/).filter((each) => each !== "")) {
      if (line !== "" && textWidth(line) + 1 + textWidth(word) >= columns) {
        lines.push(line);
        line = "";
      }
      line = line === "" ? word : `${line} ${word}`;
    }
    lines.push(line);
  }
  return lines;
}

function balloon(lines: readonly string[], thinks: boolean): string {
  const width = Math.max(...lines.map(textWidth));
  const sides = (i: number): readonly [string, string] => {
    if (thinks) return ["(", ")"];
    if (lines.length === 1) return ["<", ">"];
    return i === 0 ? ["/", "\\"] : i === lines.length - 1 ? ["\\", "/"] : ["|", "|"];
  };
  const rows = lines.map((line, i) => `${sides(i)[0]} ${padEnd(line, width)} ${sides(i)[1]}\n`);
  return ` ${"_".repeat(width + 2)}\n${rows.join("")} ${"-".repeat(width + 2)}\n`;
}

/** A cow file is Perl that sets `$the_cow`; we read the text that it is set to. */
function drawn(source: string, values: Readonly<Record<string, string>>): string {
  const text = /\$the_cow\s*=\s*<<"?(\w+)"?;?\n([^]*?)^\1$/m.exec(source)?.[2] ?? "";
  return text.replace(/\\(.)|\$(\w+)/g, (whole, sign: string | undefined, name: string | undefined) => sign ?? values[name ?? ""] ?? whole);
}
