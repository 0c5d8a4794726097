/** How each kind of system is updated and taken back, in commands of root's that ask nothing, and restarts. */
import { OFFERS } from "../distros/offers.ts";
import type { Tools } from "../distros/offers.ts";

export type Leg =
  | { readonly run: string }
  /** `entry`: as in an `Act`. */
  | { readonly reboot: true; readonly entry?: string };

export type Road = readonly Leg[];

interface Roads {
  readonly update: Road;
  /** To the version before, until it runs; undefined where there is none. */
  readonly rollback?: Road;
}

const RESTART: Leg = { reboot: true };

const ROADS: Readonly<Record<Tools, Roads>> = {
  "rpm-ostree": {
    update: [{ run: "rpm-ostree upgrade" }, RESTART],
    rollback: [{ run: "rpm-ostree cleanup -p && rpm-ostree rollback" }, RESTART],
  },
  bootc: { update: [{ run: "bootc upgrade" }, RESTART], rollback: [{ run: "bootc rollback" }, RESTART] },
  "transactional-update": {
    update: [{ run: "transactional-update --no-selfupdate --non-interactive dup" }, RESTART],
    rollback: [{ run: "transactional-update rollback last" }, RESTART],
  },
  abroot: {
    update: [{ run: "abroot upgrade" }, RESTART],
    rollback: [{ reboot: true, entry: "Previous State" }, { run: "abroot rollback" }, RESTART],
  },
  apt: { update: [{ run: "apt-get update && apt-get -y upgrade" }, RESTART] },
};

/** Of the machine of that name; undefined for one that nothing is offered of. */
export function roadsOf(machine: string): Roads | undefined {
  const tools = OFFERS.find(({ name }) => name === machine)?.tools;
  return tools && ROADS[tools];
}
