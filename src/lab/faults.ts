/** Faults as people name them: in a script's `:fault NAME`, in the page's panel, in its address (`?fault=NAME`). */
import { FAULTS, type FaultName } from "../machine/world.ts";

/** What each is called on the page. */
export const FAULT_TITLES: Readonly<Record<FaultName, string>> = {
  offline: "No network",
  "bad-signature": "Bad signature",
  "disk-nearly-full": "Disk nearly full",
  "dead-repository": "Dead repository",
  "dependency-conflict": "Dependency conflict",
  "failing-scriptlet": "Failing scriptlet",
  "failing-health-check": "Failing health check",
  "busy-transaction": "Somebody else's transaction",
  "power-cut": "Power cut",
};

/** What each does, in a sentence for whoever switches it on. */
export const FAULT_SENTENCES: Readonly<Record<FaultName, string>> = {
  offline: "The network is gone: no name resolves, no server answers.",
  "bad-signature": "What the system's server offers is signed with a key that this machine does not know.",
  "disk-nearly-full": "A core dump takes nearly all that was free on the system's disk.",
  "dead-repository": "A third party's package repository does not answer any more.",
  "dependency-conflict": "The repositories' packages contradict the ones of the image.",
  "failing-scriptlet": "A package's installation script fails.",
  "failing-health-check": "A health check that must pass at each boot fails.",
  "busy-transaction": "The desktop's software centre updates the system in the background for a while.",
  "power-cut": "The plug is pulled before the N-th write to the disk from now (power-cut=N).",
};

export interface NamedFault {
  readonly name: FaultName;
  /** Of a power cut; 1 unless given. */
  readonly write?: number;
}

/** Reads "offline", "power-cut=3"; undefined when it names none. */
export function readFault(word: string): NamedFault | undefined {
  const [, text = "", count] = /^([a-z-]+)(?:=([1-9][0-9]{0,8}))?$/.exec(word) ?? [];
  const name = FAULTS.find((fault) => fault === text);
  if (name === undefined || (count !== undefined && name !== "power-cut")) return undefined;
  return count === undefined ? { name } : { name, write: Number(count) };
}

/** All of them, a line each. */
export function faultList(): string {
  const width = Math.max(...FAULTS.map((fault) => fault.length));
  return FAULTS.map((fault) => `  ${fault.padEnd(width)}  ${FAULT_SENTENCES[fault]}`).join("\n");
}
