/**
 * The tables of shell scripts that the real bash and ours both run: `*.sh` beside this file, with what the real one said in `*.jsonl`.
 *
 * Cases are separated by lines that begin with `####`. A first line `#: script [ARGS]`, `#: input [ARGS]` or `#: interactive` says
 * how the text is given to bash; otherwise it is what follows `-c`. `#: bash WORDS` gives the whole command line: the text is then
 * the file `t.sh`. A line `#: gap REASON` before the text names a difference that is known and stands.
 */

export type Mode = "command" | "script" | "input" | "interactive" | "bash";

export interface ShellCase {
  readonly mode: Mode;
  readonly args?: readonly string[];
  readonly text: string;
  /** Why ours differs. */
  readonly gap?: string;
}

export interface ShellOutcome {
  readonly stdout: string;
  readonly stderr: string;
  /** -1 when a signal ended it. */
  readonly status: number;
}

export type RecordedCase = ShellCase & ShellOutcome;

/** Where every case starts: an empty directory. */
export const PLACE = "/tmp/sh-oracle";

export const ENVIRONMENT: Readonly<Record<string, string>> = {
  PATH: "/usr/bin:/bin",
  HOME: PLACE,
  LC_ALL: "C.UTF-8",
  TZ: "UTC",
  TERM: "dumb",
  PS1: "$ ",
};

/** The cases of one table. */
export function parseTable(table: string): ShellCase[] {
  return table.split(/^####.*\n/m).map((block) => {
    let mode: Mode = "command";
    let args: string[] = [];
    let gap: string | undefined;
    let text = block;
    for (let head; (head = /^#: (\w+)(.*)\n/.exec(text)); text = text.slice(head[0].length)) {
      const [, word = "", rest = ""] = head;
      if (word === "gap") gap = rest.trim();
      else {
        mode = word as Mode;
        args = [...rest.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? "");
      }
    }
    return {
      mode,
      ...(args.length > 0 ? { args } : {}),
      text: mode === "command" ? text.replace(/\n$/, "") : text,
      ...(gap === undefined ? {} : { gap }),
    };
  });
}

/** How bash is called for a case, what its standard input holds, and the files that are there. */
export function invocationOf({ mode, args = [], text }: ShellCase): {
  readonly argv: readonly string[];
  readonly input: string;
  readonly files: Readonly<Record<string, string>>;
} {
  const script = { [`${PLACE}/t.sh`]: text };
  switch (mode) {
    case "command":
      return { argv: ["bash", "-c", text], input: "", files: {} };
    case "script":
      return { argv: ["bash", "t.sh", ...args], input: "", files: script };
    case "bash":
      return { argv: args, input: "", files: script };
    case "input":
      return { argv: ["bash", ...args], input: text, files: {} };
    case "interactive":
      return { argv: ["bash", "--norc", "-i"], input: text, files: {} };
  }
}

/** Without what differs between two runs of the same bash: process ids, and what an interactive shell without a terminal echoes. */
export function comparable(each: ShellCase, { stdout, stderr, status }: ShellOutcome): ShellOutcome {
  const shown = each.mode === "interactive" ? withoutPrompts(stderr, each.text) : stderr;
  return { stdout: withoutProcessIds(stdout), stderr: withoutProcessIds(shown), status };
}

/** Without a terminal readline shows what it reads, ours does not: prompts and lines that were typed are left out. */
function withoutPrompts(text: string, typed: string): string {
  const lines = new Set(typed.split("\n"));
  return text
    .split("\n")
    .map((line) => line.replace(/^(?:[$>] )+/, ""))
    .filter((line) => line !== "" && !lines.has(line))
    .join("\n");
}

function withoutProcessIds(text: string): string {
  return text
    .replace(/\d+(?= (Killed|Terminated|Segmentation|Aborted|Hangup|Alarm|User defined))/g, "PID")
    .replace(/(?<=\[\d\][ +-]? *)\d+/g, "PID")
    .replace(/\d+(?= is not a child)/g, "PID")
    .replace(/(?<=\bpid )\d+/g, "PID")
    .replace(/ +(?=PID)/g, " ");
}
