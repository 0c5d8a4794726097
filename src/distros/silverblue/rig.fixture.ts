/** A Silverblue machine for tests: typed lines run the real commands, a small line reader stands in for the shell. */
import { decodeUtf8 } from "../../base/utf8.ts";
import type { Catalogue } from "../../image/catalogue.ts";
import { Machine } from "../../machine/machine.ts";
import type { LoginShell, ShellCheckpoint } from "../../machine/ports.ts";
import type { Process } from "../../machine/process.ts";
import type { ExitStatus, Run } from "../../machine/program.ts";
import { managerOf } from "../../machine/systemd/manager.ts";
import type { OstreeHost } from "../../engines/ostree/host.ts";
import { isSysError } from "../../vfs/errno.ts";
import { rootCredentials } from "../../vfs/types.ts";
import { systemParts } from "../fedora-atomic/parts.ts";
import type { Product } from "../fedora-atomic/product.ts";
import { fedoraAtomic } from "../fedora-atomic/system.ts";
import { userland } from "../userland.ts";
import { SILVERBLUE } from "./silverblue.ts";

/** Words parted by blanks; `sudo` before a line; `>`, `rm`, `ln`, `sys` as described below. Nothing is quoted. */
class LineShell implements LoginShell {
  start(saved?: ShellCheckpoint) {
    return (proc: Process) => this.#run(proc, saved !== undefined);
  }

  checkpoint() {
    return {};
  }

  *#run(proc: Process, isResumed: boolean): Run<ExitStatus> {
    proc.onSignal("INT", () => {});
    if (!isResumed) yield* proc.print("$ ");
    for (;;) {
      let line: string;
      try {
        line = decodeUtf8(yield* proc.read(0, 4096)).trim();
      } catch (error) {
        if (isSysError(error, "EINTR")) continue;
        throw error;
      }
      if (line !== "") {
        const status = yield* this.#line(proc, line.split(" "));
        yield* proc.print(`[${status}]\n`);
      }
      yield* proc.print("$ ");
    }
  }

  *#line(proc: Process, words: readonly string[]): Run<ExitStatus> {
    const [verb = "", ...rest] = words;
    if (verb === "sudo") return yield* this.#spawn(proc, rest, true);
    return yield* this.#spawn(proc, words, false);
  }

  *#spawn(proc: Process, words: readonly string[], asRoot: boolean): Run<ExitStatus> {
    const [name = "", ...args] = words;
    const own = OWN[name];
    try {
      const child = proc.spawn({
        argv: words,
        processGroup: 0,
        ...(asRoot ? { credentials: rootCredentials() } : {}),
        program: own === undefined ? { path: `/usr/bin/${name}` } : (self) => own(self, args),
      });
      proc.setForeground(child.pid);
      for (;;) {
        const ended = yield* waited(proc, child.pid);
        if (!ended) continue;
        proc.setForeground(proc.processGroup);
        return ended.ending.kind === "exited" ? ended.ending.status : 128;
      }
    } catch (error) {
      if (!isSysError(error)) throw error;
      yield* proc.print(`${name}: ${error.text}\n`);
      return 127;
    }
  }
}

function* waited(proc: Process, pid: number) {
  try {
    return yield* proc.wait(pid);
  } catch (error) {
    if (isSysError(error, "EINTR")) return undefined;
    throw error;
  }
}

/** What the line reader does itself, in a process of its own. */
const OWN: Readonly<Record<string, (proc: Process, args: readonly string[]) => Run<ExitStatus>>> = {
  *put(proc, [path = "", ...words]) {
    return yield* tried(proc, () => proc.writeFile(path, `${words.join(" ")}\n`));
  },
  *get(proc, [path = ""]) {
    return yield* tried(proc, function* () {
      yield* proc.print(yield* proc.readFile(path));
    });
  },
  *names(proc, [path = ""]) {
    return yield* tried(proc, function* () {
      const names = proc.sys.readdir(path).map((entry) => entry.name);
      yield* proc.print(`${names.sort().join("\n")}\n`);
    });
  },
  *remove(proc, [path = ""]) {
    return yield* tried(proc, function* () {
      proc.sys.unlink(path);
    });
  },
  *relink(proc, [target = "", path = ""]) {
    return yield* tried(proc, function* () {
      proc.sys.unlink(path);
      proc.sys.symlink(target, path);
    });
  },
  *directory(proc, [path = ""]) {
    return yield* tried(proc, function* () {
      proc.sys.mkdir(path);
    });
  },
  *mounted(proc) {
    return yield* tried(proc, function* () {
      yield* proc.print(
        proc.sys
          .mounts()
          .map((m) => `${m.target} ${m.fstype} ${m.options[0] ?? ""} ${m.lifetime}\n`)
          .join(""),
      );
    });
  },
  *writable(proc) {
    return yield* tried(proc, function* () {
      for (const target of ["/sysroot", "/boot"]) proc.sys.mount({ source: "none", target, flags: ["remount", "bind", "rw"] });
    });
  },
  *restart(proc, [how]) {
    const manager = managerOf(proc.kernel);
    if (manager) manager.power = { verb: "reboot", force: how === "-ff" ? 2 : 0 };
    yield* proc.tick();
    return 0;
  },
};

function* tried(proc: Process, work: () => Run<void>): Run<ExitStatus> {
  try {
    yield* work();
    return 0;
  } catch (error) {
    if (!isSysError(error)) throw error;
    yield* proc.print(`${error.text}\n`);
    return 1;
  }
}

export interface RigOptions {
  readonly catalogue: Catalogue;
  readonly flavour?: "composefs" | "classic";
  readonly hostOf?: (catalogue: Catalogue) => OstreeHost;
  /** Silverblue unless said. */
  readonly product?: Product;
}

export class Rig {
  readonly machine: Machine;
  readonly faults: string[] = [];
  output = "";

  constructor(machine: Machine) {
    this.machine = machine;
    machine.onOutput = (tty, data) => {
      if (tty === 0) this.output += decodeUtf8(data);
    };
    machine.onFault = (message) => this.faults.push(message);
  }

  /** A machine that is off. */
  static make(options: RigOptions): Rig {
    const loginShell = new LineShell();
    const distro = fedoraAtomic(
      options.product ?? SILVERBLUE,
      systemParts(),
      { ...userland(systemParts()), loginShell },
      ...(options.hostOf ? [options.hostOf] : []),
    );
    return new Rig(new Machine(distro.machine({ flavour: options.flavour ?? "composefs", seed: 1, catalogue: options.catalogue })));
  }

  /** Another machine that stands where this one stands, at its prompt. */
  fork(): Rig {
    const machine = this.machine.fork();
    if (!machine) throw new Error("not at rest");
    const rig = new Rig(machine);
    rig.output = "$ ";
    return rig;
  }

  /** Lets time pass until nothing is to happen any more, or `until`. */
  settle(until: () => boolean = () => false): this {
    for (let round = 0; round < 200_000; round++) {
      if (until()) return this;
      this.machine.run(20_000);
      if (!this.machine.idle) continue;
      if (until() || this.machine.sleepsFor === undefined) return this;
      this.machine.skipToNextWake();
    }
    throw new Error(`does not settle: ${this.machine.power}\n${this.output.slice(-3000)}`);
  }

  boot(): this {
    if (this.machine.power === "off") this.machine.powerOn();
    return this.toPrompt();
  }

  get isAtPrompt(): boolean {
    return this.machine.power === "running" && this.output.endsWith("$ ");
  }

  toPrompt(): this {
    return this.settle(() => this.isAtPrompt && this.machine.idle);
  }

  /** What a line prints, without the status that ends it. */
  ask(line: string): string {
    const before = this.output.length;
    this.machine.keys(0, `${line}\n`);
    this.settle(() => this.output.length > before + line.length + 2 && this.isAtPrompt && this.machine.idle);
    const lines = this.output.slice(before).replaceAll("\r\n", "\n").split("\n").slice(1, -2);
    return lines.map((text) => `${text}\n`).join("");
  }

  /** The status with which the last line ended. */
  get status(): number {
    return Number(/\[(\d+)\]\r?\n\$ $/.exec(this.output)?.[1] ?? -1);
  }

  reboot(): this {
    this.output = "";
    this.machine.keys(0, "sudo restart\n");
    return this.settle(() => this.machine.power !== "running" && this.machine.power !== "stopping").toPrompt();
  }

  /** Lets time pass until the machine has restarted by itself and is at its prompt again. */
  untilItRestarts(): this {
    this.settle(() => this.machine.power !== "running");
    this.output = "";
    return this.settle(() => this.machine.power !== "running" && this.machine.power !== "stopping").toPrompt();
  }

  /** Restarts and chooses the entry `index` of the boot menu, 0 being the topmost. */
  rebootInto(index: number): this {
    this.output = "";
    this.machine.keys(0, "sudo restart\n");
    this.settle(() => this.machine.power === "menu");
    this.machine.keys(0, "\x1b[B".repeat(index) + "\r");
    return this.settle(() => this.machine.power !== "menu").toPrompt();
  }

  /** Pulls the plug and starts again. */
  powerCut(seed?: number): this {
    this.machine.powerCut(seed === undefined ? {} : { seed });
    this.output = "";
    return this.boot();
  }
}
