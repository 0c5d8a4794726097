/**
 * A console block of somebody's documentation: what is typed, what is printed, and how the two are told apart.
 *
 *     ```console immutable="silverblue" session="page"
 *     $ cat /usr/lib/os-release
 *     NAME="Fedora Linux"
 *     …
 *     ```
 *
 * What the first line begins with is the block's prompt: `$ `, `# ` (root's), or a whole one such as `[learner@silverblue ~]$ `.
 * All lines that begin so are typed, lines right below with `> ` are more of the same command, everything else is what was printed.
 */

/** The words of a fence, an option list or an attribute list, by name. */
export type Attributes = ReadonlyMap<string, string>;

export interface Step {
  /** Lines of the block from here on: those of the command, then what it printed. Counts from 0. */
  readonly line: number;
  /** How many of them are the command's. */
  readonly height: number;
  /** Without prompts; of several lines if it takes so many. */
  readonly command: string;
  readonly printed: readonly string[];
}

export interface Console {
  /** Lines before the first command; none in a block that is well-formed. */
  readonly preface: readonly string[];
  readonly steps: readonly Step[];
  /** Its prompts are root's. */
  readonly isRoots: boolean;
}

/** The machine that a block says it is about: `immutable=NAME`, or `immutable` for the first of all. Undefined: no business of ours. */
export function machineOf(attributes: Attributes): string | undefined {
  const name = attributes.get("immutable");
  return name === "" || name === "true" ? "silverblue" : name;
}

/** `[learner@silverblue ~]$ `, `⬢ [learner@toolbx ~]$ `, `root@debian:~# `, `learner@microos:~> `, `microos:~ # `. */
const WHOLE_PROMPT = /^(?:[^\w\s] ?)?(?:\[[\w.-]+@[\w.-]+ [^\]\s]+\][$#]|[\w.-]+@[\w.-]+:[^\s$#>]*[$#>]|[\w.-]+:[^\s$#>]+ #)(?: |$)/;
/** `$ `, and `# ` of root. */
const BARE_PROMPTS = ["$", "#"];

function promptLength(line: string, kind: string | undefined): number | undefined {
  if (kind === undefined) return undefined;
  if (kind === "") return WHOLE_PROMPT.exec(line)?.[0].length;
  return line === kind ? 1 : line.startsWith(`${kind} `) ? 2 : undefined;
}

/** What kind of prompt the block's first line has: a sign, "" for a whole prompt. */
function promptOf(line: string): string | undefined {
  return BARE_PROMPTS.find((sign) => line === sign || line.startsWith(`${sign} `)) ?? (WHOLE_PROMPT.test(line) ? "" : undefined);
}

/** Tells what is typed from what is printed. */
export function readConsole(lines: readonly string[]): Console {
  const kind = promptOf(lines[0] ?? "");
  const steps: Step[] = [];
  const starts = lines.flatMap((line, index) => (promptLength(line, kind) === undefined ? [] : [index]));
  for (const [nth, start] of starts.entries()) {
    const end = starts[nth + 1] ?? lines.length;
    let command = (lines[start] ?? "").slice(promptLength(lines[start] ?? "", kind));
    let height = 1;
    while (start + height < end && /^>( |$)/.test(lines[start + height] ?? "")) {
      command += `\n${(lines[start + height] ?? "").slice(2)}`;
      height++;
    }
    steps.push({ line: start, height, command, printed: lines.slice(start + height, end) });
  }
  return { preface: lines.slice(0, starts[0] ?? lines.length), steps, isRoots: kind === "#" };
}

/** What is typed at a machine before the block's first command, and after its last. */
export function around(
  { isRoots }: Console,
  attributes: Attributes,
): { readonly before: readonly string[]; readonly after: readonly string[] } {
  const prepared = attributes.get("run");
  return {
    before: [...(prepared === undefined ? [] : [prepared]), ...(isRoots ? ["sudo -i"] : [])],
    after: isRoots ? ["exit"] : [],
  };
}

/** The attributes of the `<immutable-lab>` that a block becomes: the embed's parameters. Undefined for a block that names no machine. */
export function labAttributes(attributes: Attributes, text: string): Readonly<Record<string, string>> | undefined {
  const machine = machineOf(attributes);
  if (machine === undefined) return undefined;
  const block = readConsole(text.replace(/\n$/, "").split("\n"));
  const { before, after } = around(block, attributes);
  const run = [...before, ...block.steps.map(({ command }) => command).filter((command) => command !== ""), ...after].join("\n");
  const others = [...attributes].filter(([name]) => name !== "immutable" && name !== "run");
  return { machine, ...Object.fromEntries(others), ...(run === "" ? {} : { run }) };
}

const WORD = /([\w-]+)(?:=(?:"([^"]*)"|'([^']*)'|([^\s"',]+)))?/g;

/** Words as in `immutable="silverblue" session=page`; a word alone is "true". */
export function readAttributes(text: string): Map<string, string> {
  return new Map([...text.matchAll(WORD)].map(([, name = "", double, single, bare]) => [name, double ?? single ?? bare ?? "true"]));
}
