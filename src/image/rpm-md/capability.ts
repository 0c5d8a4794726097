/** What packages say of one another: "libz.so.1()(64bit)", "git-core >= 1.8.5", "/usr/bin/sh". Source: rpm-dependencies(7). */
import { compareVersions } from "../package.ts";

export type Relation = "" | "<" | "<=" | "=" | ">=" | ">";

export interface Capability {
  readonly name: string;
  readonly relation: Relation;
  /** "[EPOCH:]VERSION[-RELEASE]"; "" without a relation. */
  readonly evr: string;
}

/** The capability that `text` names. A bare soname is the one of a 64-bit library. */
export function parseCapability(text: string): Capability {
  const match = /^(\S+)\s+(<=|>=|<|>|=)\s+(\S+)$/.exec(text.trim());
  const name = match?.[1] ?? text.trim();
  const whole = /^lib[^()]*\.so(\.[^()]*)?$/.test(name) ? `${name}()(64bit)` : name;
  return { name: whole, relation: (match?.[2] ?? "") as Relation, evr: match?.[3] ?? "" };
}

export function capabilityText({ name, relation, evr }: Capability): string {
  return relation === "" ? name : `${name} ${relation} ${evr}`;
}

/** Whether something that provides `offered` is what `wanted` asks for: of one name, and their ranges of versions meet. */
export function satisfies(offered: Capability, wanted: Capability): boolean {
  if (offered.name !== wanted.name) return false;
  if (wanted.relation === "") return true;
  if (offered.relation === "") return false;
  const order = compareEvrTexts(offered.evr, wanted.evr);
  const has = (relation: Relation, sign: string): boolean => relation.includes(sign);
  if (order < 0) return has(offered.relation, ">") || has(wanted.relation, "<");
  if (order > 0) return has(offered.relation, "<") || has(wanted.relation, ">");
  return ["=", "<", ">"].some((sign) => has(offered.relation, sign) && has(wanted.relation, sign));
}

/** The order of rpm. A release counts only where both have one. */
export function compareEvrTexts(left: string, right: string): number {
  const a = parseEvr(left);
  const b = parseEvr(right);
  return (
    a.epoch - b.epoch ||
    compareVersions(a.version, b.version) ||
    (a.release === undefined || b.release === undefined ? 0 : compareVersions(a.release, b.release))
  );
}

function parseEvr(text: string): { readonly epoch: number; readonly version: string; readonly release: string | undefined } {
  const [, epoch, version = "", release] = /^(?:(\d+):)?([^-]*)(?:-(.*))?$/.exec(text) ?? [];
  return { epoch: Number(epoch ?? 0), version, release };
}
