/** What can be made to go wrong on which machine: nothing is offered that nobody there would notice. */
import { FAULTS, type FaultName } from "../machine/world.ts";

/** Faults that a machine does not have, and why; it has all others. */
type Reasons = Readonly<Partial<Record<FaultName, string>>>;

const NO_THIRD_PARTY = "it knows no third party's repository";
const NO_BACKGROUND = "no desktop's software centre changes its system";
const SNAPSHOTS: Reasons = { "dead-repository": NO_THIRD_PARTY, "busy-transaction": NO_BACKGROUND };

const ABSENT: Readonly<Record<string, Reasons>> = {
  bootc: {
    "bad-signature": "its image is not signed, and nothing asks for a signature",
    "failing-health-check": "nothing checks its health at a boot",
    "busy-transaction": NO_BACKGROUND,
  },
  microos: SNAPSHOTS,
  aeon: SNAPSHOTS,
  kalpa: SNAPSHOTS,
  debian: {
    "bad-signature": "what signs its archive is not simulated",
    "dead-repository": NO_THIRD_PARTY,
    "dependency-conflict": "its system and its archive are of one kind",
    "failing-health-check": "nothing checks its health at a boot",
    "busy-transaction": NO_BACKGROUND,
  },
  vanilla: {
    // Vanilla-OS/ABRoot:core/system.go compares digests, which a registry's answer has to match; it asks for no signature.
    "bad-signature": "ABRoot compares an image's digest and asks for no signature",
    "dead-repository": NO_THIRD_PARTY,
    "dependency-conflict": "its packages are installed into an image that is made of the same archive",
    "failing-health-check": "nothing checks its health at a boot: who sees that it is ill chooses the previous root",
    "busy-transaction": NO_BACKGROUND,
  },
};

/** Why a machine (as in `?machine=silverblue`) does not have that fault; undefined when it has. */
export function whyNoFault(machine: string, fault: FaultName): string | undefined {
  return ABSENT[machine]?.[fault];
}

/** What can be made to go wrong there, in the order of `FAULTS`. */
export function faultsOf(machine: string): readonly FaultName[] {
  return FAULTS.filter((fault) => whyNoFault(machine, fault) === undefined);
}
