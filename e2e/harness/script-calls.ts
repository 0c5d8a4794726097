/**
 * The realistic scripts of e2e/scripts: each says in lines `# Run: …` at its top how it is called, one call after the other in one
 * directory. What is compared: what each call printed and returned, and the tree that they leave.
 */
import { PLACE, ENVIRONMENT, type ShellOutcome } from "../../src/shell/oracle/table.ts";
import { SmallMachine } from "./small-machine.ts";

export interface ScriptRecord {
  readonly script: string;
  readonly calls: readonly (ShellOutcome & { readonly call: string })[];
  /** By path below the directory: kind, mode, and the target or the contents. */
  readonly tree: Readonly<Record<string, string>>;
}

/** The calls that `text` asks for. */
export function callsOf(text: string): string[] {
  return [...text.matchAll(/^# Run: (.*)$/gm)].map(([, call = ""]) => call);
}

/** One entry of a tree as a line. */
export function treeEntry(type: string, mode: number, contents: string): string {
  return `${type} ${type === "symlink" ? "" : (mode & 0o7777).toString(8)} ${contents}`;
}

/** Runs all calls of a script in our machine. */
export function runOurCalls(script: string, text: string): ScriptRecord {
  const machine = new SmallMachine();
  machine.write(`${PLACE}/${script}`, text, 0o755);
  const calls = callsOf(text).map((call) => ({ call, ...machine.run({ argv: ["bash", "-c", call], cwd: PLACE, env: ENVIRONMENT }) }));
  if (machine.faults.length > 0) throw new Error(machine.faults.join("\n"));
  const tree: Record<string, string> = {};
  walk(machine, PLACE, "", tree);
  return { script, calls, tree };
}

function walk(machine: SmallMachine, directory: string, below: string, tree: Record<string, string>): void {
  const { sys } = machine.init;
  for (const { name } of [...sys.readdir(directory)].sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = `${directory}/${name}`;
    const { type, mode } = sys.lstat(path);
    const contents = type === "symlink" ? sys.readlink(path) : type === "file" ? machine.read(path) : "";
    tree[`${below}${name}`] = treeEntry(type, mode, contents);
    if (type === "dir") walk(machine, path, `${below}${name}/`, tree);
  }
}
