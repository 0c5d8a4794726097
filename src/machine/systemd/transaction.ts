/** From one unit that shall run to the list of all that have to, in an order that honours After= and Before=. */
import type { Unit } from "./unit.ts";

export interface Transaction {
  /** In the order in which they may start, one after the other. */
  readonly order: readonly Unit[];
  /** Units named by Requires= that are not there, with the unit that asked. */
  readonly missing: readonly { readonly name: string; readonly by: string }[];
  /** Jobs that were left out to break a circle of After=. */
  readonly dropped: readonly string[];
}

/**
 * Everything that `goal` pulls in by Requires= and Wants=, ordered. Units without an order between them keep the order in which they were pulled in,
 * so that the same files always give the same boot.
 */
export function planStart(goal: string, load: (name: string) => Unit, isActive: (name: string) => boolean = () => false): Transaction {
  const jobs = new Map<string, Unit>();
  const missing: { name: string; by: string }[] = [];
  const queue: { readonly name: string; readonly by: string; readonly isRequired: boolean }[] = [{ name: goal, by: "", isRequired: true }];
  for (let next = queue.shift(); next; next = queue.shift()) {
    const unit = load(next.name);
    if (jobs.has(unit.name) || isActive(unit.name)) continue;
    if (unit.load !== "loaded") {
      if (next.isRequired) missing.push({ name: next.name, by: next.by });
      continue;
    }
    jobs.set(unit.name, unit);
    for (const name of unit.requires) queue.push({ name, by: unit.name, isRequired: true });
    for (const name of unit.wants) queue.push({ name, by: unit.name, isRequired: false });
  }
  const { order, dropped } = sortByOrder([...jobs.values()]);
  return { order, missing, dropped };
}

/** Stable: of those that may go next, the first in `units`. */
export function sortByOrder(units: readonly Unit[]): { readonly order: readonly Unit[]; readonly dropped: readonly string[] } {
  const byName = new Map<string, Unit>();
  for (const unit of units) for (const name of unit.names) byName.set(name, unit);
  const waitsFor = new Map<Unit, Set<Unit>>(units.map((unit) => [unit, new Set<Unit>()]));
  for (const unit of units) {
    for (const name of unit.after) {
      const other = byName.get(name);
      if (other && other !== unit) waitsFor.get(unit)?.add(other);
    }
    for (const name of unit.before) {
      const other = byName.get(name);
      if (other && other !== unit) waitsFor.get(other)?.add(unit);
    }
  }
  const order: Unit[] = [];
  const dropped: string[] = [];
  const state = new Map<Unit, "visiting" | "done">();
  const visit = (unit: Unit): boolean => {
    const seen = state.get(unit);
    if (seen !== undefined) return seen === "done";
    state.set(unit, "visiting");
    for (const other of waitsFor.get(unit) ?? []) {
      // A circle: the edge that closes it is left out, which is what dropping the other's job amounts to here.
      if (!visit(other) && !dropped.includes(other.name)) dropped.push(other.name);
    }
    state.set(unit, "done");
    order.push(unit);
    return true;
  };
  for (const unit of units) visit(unit);
  return { order, dropped };
}
