/** How apt and apt-get speak: the same things, said differently since apt 3.0. */
import type { Process } from "../../machine/process.ts";
import type { Run } from "../../machine/program.ts";
import { stdout } from "../output.ts";

/** "14.4 kB": apt's way with sizes (SizeToStr). */
export function aptSize(bytes: number): string {
  let size = Math.abs(bytes);
  for (const unit of ["", "k", "M", "G", "T"]) {
    if (size < 100 && unit !== "") return `${size.toFixed(1)} ${unit}B`;
    if (size < 10000) return `${size.toFixed(0)} ${unit}B`;
    size /= 1000;
  }
  return `${size.toFixed(0)} PB`;
}

export class Voice {
  readonly proc: Process;
  /** apt, for people; otherwise apt-get and its kin, for scripts. */
  readonly isApt: boolean;

  constructor(proc: Process, isApt: boolean) {
    this.proc = proc;
    this.isApt = isApt;
  }

  get onTerminal(): boolean {
    return this.proc.sys.isatty(1);
  }

  out(text: string): Run<void> {
    return stdout(this.proc).print(text);
  }

  /** Said before anything else where nobody looks. */
  *warnOfScripts(): Run<void> {
    if (this.isApt && !this.onTerminal)
      yield* this.proc.printError("\nWARNING: apt does not have a stable CLI interface. Use with caution in scripts.\n\n");
  }

  *error(text: string): Run<void> {
    yield* stdout(this.proc).flush();
    yield* this.proc.printError(`${this.isApt ? "Error" : "E"}: ${text}\n`);
  }

  *warning(text: string): Run<void> {
    yield* stdout(this.proc).flush();
    yield* this.proc.printError(`${this.isApt ? "Warning" : "W"}: ${text}\n`);
  }

  /** "Reading package lists... Done" */
  *step(text: string): Run<void> {
    yield* this.out(`${text}...${this.onTerminal ? " Done" : ""}\n`);
  }

  *readingLists(): Run<void> {
    yield* this.step("Reading package lists");
  }

  *buildingTree(): Run<void> {
    yield* this.step("Building dependency tree");
    yield* this.step("Reading state information");
  }

  /** A heading and names below it, in columns as wide as the terminal. */
  *names(heading: string, names: readonly string[], bare: boolean): Run<void> {
    if (names.length === 0) return;
    yield* this.out(`${heading}\n`);
    const columns = (this.onTerminal ? (this.proc.tty?.columns ?? 80) : 80) - 1;
    let line = " ";
    const gap = this.isApt && !bare ? "  " : " ";
    const lines: string[] = [];
    for (const name of names) {
      if (line !== " " && line.length + gap.length + name.length > columns) {
        lines.push(line);
        line = " ";
      }
      line += line === " " ? ` ${name}` : `${gap}${name}`;
    }
    lines.push(line);
    yield* this.out(lines.map((one) => `${one}\n`).join(""));
    if (this.isApt) yield* this.out("\n");
  }
}
