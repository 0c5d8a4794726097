/**
 * `lab run`: the lines of a script on a fresh machine. With `--json` one line per complete command:
 * {"cmd", "stdout", "stderr", "exit"}; output that is not UTF-8 as "stdout_base64" or "stderr_base64".
 */
import { whyNoFault } from "../distros/faults.ts";
import { faultList, readFault } from "../lab/faults.ts";
import { Lab } from "../lab/lab.ts";
import { labOptions, MACHINE_OPTIONS, settle } from "./labs.ts";
import { completeCommands, Session, type CommandResult } from "./session.ts";
import { TerminalSession } from "./terminal-session.ts";
import { readScript, readWords, UsageError, type Output } from "./usage.ts";

/** The first entry of the boot menu, whichever is chosen, and one further down. */
const HOME = "\u001b[H";
const DOWN = "\u001b[B";

export function runCommand(words: readonly string[], output: Output): boolean {
  const parsed = readWords(words, { flags: ["json", "tty"], values: MACHINE_OPTIONS });
  const script = readScript(parsed);
  const runner = new ScriptRunner(new Lab(labOptions(parsed)), parsed.flags.has("tty"));
  let isGood = true;
  for (const result of runner.run(script)) {
    isGood &&= result.exit === 0 || result.exit === undefined;
    if (parsed.flags.has("json")) output.line(JSON.stringify(jsonOf(result)));
    else
      for (const bytes of [result.stdout, result.stderr])
        if (bytes.length > 0) output.line(Buffer.from(bytes).toString().replace(/\n$/, ""));
  }
  for (const fault of runner.faults) output.error(fault);
  return isGood && runner.faults.length === 0;
}

function jsonOf({ cmd, stdout, stderr, exit }: CommandResult): Record<string, unknown> {
  return { cmd, ...textOf("stdout", stdout), ...textOf("stderr", stderr), exit: exit ?? null };
}

function textOf(name: string, bytes: Uint8Array): Record<string, string> {
  try {
    return { [name]: new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes) };
  } catch {
    return { [`${name}_base64`]: Buffer.from(bytes).toString("base64") };
  }
}

/** Runs the commands of a script one by one, the machine going up and down as they say. */
export class ScriptRunner {
  readonly faults: string[] = [];
  readonly #lab: Lab;
  readonly #onTerminal: boolean;
  #user = "learner";
  #session: Session | TerminalSession | undefined;

  constructor(lab: Lab, onTerminal: boolean) {
    this.#lab = lab;
    this.#onTerminal = onTerminal;
    this.#boot();
  }

  *run(script: string): Generator<CommandResult> {
    for (const command of completeCommands(script)) {
      if (command.startsWith(":")) this.#act(command);
      else yield this.#type(command);
      for (const chunk of this.#lab.run(0)) if (chunk.kind === "fault") this.faults.push(chunk.message);
    }
  }

  #type(command: string): CommandResult {
    const { power } = this.#lab.machine;
    if (power !== "running" && power !== "emergency") {
      this.faults.push(`the machine is not running (${power}): ${command}`);
      return { cmd: command, stdout: new Uint8Array(), stderr: new Uint8Array(), exit: undefined };
    }
    this.#session ??= this.#onTerminal ? new TerminalSession(this.#lab) : new Session(this.#lab.machine, this.#user);
    const result = this.#session.run(command);
    if (!this.#session.isAlive) {
      this.#session = undefined;
      this.#arrive();
    } else if (result.exit === undefined && this.#session instanceof Session) {
      this.faults.push(`waits for what does not come: ${command}`);
      this.#session = undefined;
    }
    return result;
  }

  /** Lets a machine that is on its way up arrive. A machine that is off stays so; one that ends in emergency mode is given the Enter that it waits for. */
  #boot(): void {
    const hasArrived = (): boolean =>
      settle(
        this.#lab,
        (machine) => machine.idle && !machine.isGoingDown && (machine.atPrompt || machine.power === "off" || machine.power === "emergency"),
      );
    hasArrived();
    if (this.#lab.machine.power !== "emergency" || this.#lab.machine.atPrompt) return;
    this.#lab.send({ kind: "keys", tty: 0, text: "\r" });
    this.#lab.run(1);
    hasArrived();
  }

  /** Lets it arrive, and when an armed power cut stops it on the way, once more. */
  #arrive(): void {
    this.#boot();
    this.#recover();
    this.#boot();
  }

  #act(line: string): void {
    const [verb = "", ...words] = line.slice(1).trim().split(/\s+/);
    switch (verb) {
      case "reboot":
        this.#reboot(words[0] === undefined ? undefined : wholeNumber(words[0], line));
        break;
      case "power-cut":
        this.#cutPower(words, line);
        break;
      case "user":
        if (words[0] === undefined) throw new UsageError(":user needs a name");
        this.#user = words[0];
        this.#session = undefined;
        break;
      case "fault":
        this.#fault(words, line);
        break;
      default:
        throw new UsageError(
          `unknown line ${JSON.stringify(line)}; known: :reboot [ENTRY]  :power-cut [after N writes]  :user NAME  :fault NAME [off]`,
        );
    }
  }

  /** Restarts; `entry` counts from the top of the boot menu, without one nothing is chosen. */
  #reboot(entry: number | undefined): void {
    const lab = this.#lab;
    this.#session = undefined;
    lab.send(lab.machine.power === "off" ? { kind: "power-on" } : { kind: "reboot" });
    if (entry !== undefined) {
      settle(lab, (machine) => machine.power === "menu");
      lab.send({ kind: "keys", tty: 0, text: `${HOME}${DOWN.repeat(entry)}\r` });
    }
    lab.run(1);
    this.#arrive();
  }

  #fault([word = "", state = "on", ...more]: readonly string[], line: string): void {
    const fault = readFault(word);
    if (!fault || more.length > 0 || (state !== "on" && state !== "off"))
      throw new UsageError(`expected ":fault NAME [off]", read ${JSON.stringify(line)}; faults:\n${faultList()}`);
    const { name, title } = this.#lab.view().machine;
    const reason = whyNoFault(name, fault.name);
    if (reason !== undefined) throw new UsageError(`there is no fault ${fault.name} on ${title}: ${reason}`);
    this.#lab.send({ kind: "fault", ...fault, on: state === "on" });
    this.#lab.run(0);
    this.#boot();
  }

  /** Switches on again what a power cut, asked for beforehand, has switched off. */
  #recover(): void {
    const lab = this.#lab;
    if (!lab.machine.hasLostPower) return;
    lab.send({ kind: "power-on" });
    lab.run(0);
  }

  /** Now, or before the write after the next `N`; then the default entry boots. */
  #cutPower(words: readonly string[], line: string): void {
    const lab = this.#lab;
    this.#session = undefined;
    if (words.length === 0) lab.send({ kind: "power-cut" });
    else {
      const [after, count, writes] = words;
      if (after !== "after" || count === undefined || (writes !== undefined && !/^writes?$/.test(writes)))
        throw new UsageError(`expected ":power-cut after N writes", read ${JSON.stringify(line)}`);
      lab.send({ kind: "fault", name: "power-cut", on: true, write: wholeNumber(count, line) + 1 });
      lab.run(0);
      return;
    }
    lab.run(0);
    lab.send({ kind: "power-on" });
    lab.run(0);
    this.#boot();
  }
}

function wholeNumber(text: string, line: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0)
    throw new UsageError(`expected a whole number, read ${JSON.stringify(text)} in ${JSON.stringify(line)}`);
  return value;
}
