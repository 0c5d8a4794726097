/** What is installed and offered: `app/ID/ARCH/BRANCH` and `runtime/ID/ARCH/BRANCH`. Source: flatpak/flatpak:common/flatpak-ref-utils.c. */
import { OstreeError } from "../ostree/errors.ts";

export type RefKind = "app" | "runtime";

export interface Ref {
  readonly kind: RefKind;
  readonly id: string;
  readonly arch: string;
  readonly branch: string;
}

/** The machine's own architecture. */
export const ARCH = "x86_64";

/** `app/org.x.Y/x86_64/stable`; undefined for anything else. */
export function parseRef(text: string): Ref | undefined {
  const [kind, id, arch, branch, more] = text.split("/");
  if ((kind !== "app" && kind !== "runtime") || !id || !arch || !branch || more !== undefined) return undefined;
  return { kind, id, arch, branch };
}

export function refText({ kind, id, arch, branch }: Ref): string {
  return `${kind}/${id}/${arch}/${branch}`;
}

/** Without the kind, as messages name it. */
export function shortRef({ id, arch, branch }: Ref): string {
  return `${id}/${arch}/${branch}`;
}

/** What a user may write of a ref; undefined where nothing was said. */
export interface PartialRef {
  readonly kind: RefKind | undefined;
  readonly id: string;
  readonly arch: string | undefined;
  readonly branch: string | undefined;
}

/** `ID`, `ID/ARCH/BRANCH`, `ID//BRANCH`, each with `app/` or `runtime/` before it. Throws `OstreeError` for an id that cannot be one. */
export function parsePartialRef(text: string, branch?: string, arch?: string): PartialRef {
  const parts = text.split("/");
  const kind = parts[0] === "app" || parts[0] === "runtime" ? (parts.shift() as RefKind) : undefined;
  const [id = "", givenArch = "", givenBranch = ""] = parts;
  const wrong = nameProblem(id);
  if (wrong !== undefined) throw new OstreeError(`Invalid id ${id}: ${wrong}`);
  return { kind, id, arch: givenArch === "" ? arch : givenArch, branch: givenBranch === "" ? branch : givenBranch };
}

export function matches(wanted: PartialRef, ref: Ref): boolean {
  return (
    ref.id === wanted.id &&
    (wanted.kind === undefined || wanted.kind === ref.kind) &&
    ref.arch === (wanted.arch ?? ARCH) &&
    (wanted.branch === undefined || wanted.branch === ref.branch)
  );
}

/** flatpak_is_valid_name: why `name` is no application id; undefined when it is one. */
export function nameProblem(name: string): string | undefined {
  if (name === "") return "Name can't be empty";
  if (name.length > 255) return "Name can't be longer than 255 characters";
  if (name.startsWith(".")) return "Name can't start with a period";
  const first = name[0] ?? "";
  if (!/[A-Za-z_]/.test(first)) return `Name can't start with ${first}`;
  const parts = name.split(".");
  if (parts.at(-1) === "") return "Name can't end with a period";
  const [, before, odd] = /(^|[^])([^A-Za-z0-9_.-])/.exec(name) ?? [];
  if (odd !== undefined) return before === "." ? `Name segment can't start with ${odd}` : `Name can't contain ${odd}`;
  for (const [i, part] of parts.entries()) {
    const at = part[0] ?? "";
    if (part.includes("-") && i < parts.length - 1) return "Only last name segment can contain -";
    if (!/[A-Za-z_]/.test(at)) return `Name segment can't start with ${at === "" ? "." : at}`;
  }
  return parts.length < 3 ? "Names must contain at least 2 periods" : undefined;
}

/** What lists call it when nobody gave it a name (flatpak_decomposed_dup_readable_id). */
export function readableId(id: string): string {
  const parts = id.split(".");
  const tail = parts.at(-1) ?? "";
  const before = (more: string): string => `${readableId(parts.slice(0, -1).join("."))} ${more}`;
  switch (tail) {
    case "Debug":
      return before("debug symbols");
    case "Locale":
      return before("translations");
    case "Docs":
      return before("docs");
    case "Sources":
      return before("sources");
    case "Platform":
      return `${parts.at(-2) ?? ""} platform`;
    case "Sdk":
      return `${parts.at(-2) ?? ""} development platform`;
    case "BaseApp":
      return `${parts.at(-2) ?? ""} application base`;
    default:
      return tail;
  }
}

/** Locale, Debug and the like, which lists leave out unless asked (flatpak_id_has_subref_suffix). */
export function isSubref(id: string): boolean {
  return /\.(Locale|Debug|Sources)$/.test(id);
}
