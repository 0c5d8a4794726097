/** What a newcomer may type next: one command that follows from what the machine shows. It only ever suggests; nothing waits for it. */
import { offerOf, type Tools } from "../distros/offers.ts";
import type { DeploymentView, View } from "../lab/view.ts";
import { nextBoot } from "./words.ts";

export interface NextCommand {
  /** Before the command, e.g. "Now a setting:"; "" where the page's greeting says it. */
  readonly lead: string;
  readonly command: string;
}

/** How the version before becomes the next one to boot. ABRoot's way leads through the boot menu, and a classic system has none. */
const BACK: Readonly<Partial<Record<Tools, string>>> = {
  "rpm-ostree": "rpm-ostree rollback",
  bootc: "sudo bootc rollback",
  "transactional-update": "sudo transactional-update rollback last",
};

/** Looks at the views of a run, in order. */
export class Guide {
  #wasRefused = false;
  #hasEdited = false;
  #last: NextCommand | undefined;

  /** The same until the machine waits for a command again; undefined for who has been everywhere. */
  after(view: View): NextCommand | undefined {
    if (view.atPrompt) this.#last = this.#next(view);
    return this.#last;
  }

  #next(view: View): NextCommand | undefined {
    const { tools, firstCommands } = offerOf(view.machine.name);
    const [edit, , update] = firstCommands;
    this.#wasRefused ||= view.lastRefusal !== undefined;
    this.#hasEdited ||= view.trace.some(({ path, verdict }) => verdict === "ok" && /^\/(etc|(var\/)?home)\//.test(path));
    const next = nextBoot(view);
    if (next === undefined) return undefined;
    if (!next.isBooted) return { lead: "Restart into it:", command: "systemctl reboot" };
    if (view.bootCount > 1) {
      const command = view.deployments.some((deployment) => isOlder(deployment, view)) ? BACK[tools] : undefined;
      return command === undefined ? undefined : { lead: "Now go back:", command };
    }
    if (!this.#wasRefused) return { lead: "", command: edit };
    if (!this.#hasEdited) return { lead: "A setting is yours:", command: "echo hello | sudo tee /etc/motd" };
    return { lead: "Now the whole core:", command: update };
  }
}

/** A version that came before the one that runs. */
function isOlder({ version }: DeploymentView, { booted }: View): boolean {
  return booted !== undefined && version.localeCompare(booted.version, "en", { numeric: true }) < 0;
}
