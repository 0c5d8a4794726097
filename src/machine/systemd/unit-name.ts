/** Names of units: systemd.unit(5), systemd-escape(1). */

const SUFFIXES = ["service", "socket", "device", "mount", "automount", "swap", "target", "path", "timer", "slice", "scope"] as const;

export type UnitType = (typeof SUFFIXES)[number];

/** The part after the last dot; undefined when it is no kind of unit. */
export function unitType(name: string): UnitType | undefined {
  const suffix = name.slice(name.lastIndexOf(".") + 1);
  return SUFFIXES.find((known) => known === suffix);
}

/** What systemctl makes of an argument: a path is its mount or device unit, a bare word a service. */
export function mangleUnitName(word: string): string {
  if (word.startsWith("/dev/")) return `${escapePath(word)}.device`;
  if (word.startsWith("/")) return `${escapePath(word)}.mount`;
  return unitType(word) === undefined ? `${word}.service` : word;
}

/** `getty@tty1.service` is the instance "tty1" of the template `getty@.service`. */
export function splitInstance(name: string): {
  readonly prefix: string;
  readonly instance: string | undefined;
  readonly template: string | undefined;
} {
  const dot = name.lastIndexOf(".");
  const at = name.indexOf("@");
  if (at < 0 || at > dot) return { prefix: name.slice(0, dot), instance: undefined, template: undefined };
  return { prefix: name.slice(0, at), instance: name.slice(at + 1, dot), template: `${name.slice(0, at + 1)}${name.slice(dot)}` };
}

/** `/var/home` → `var-home`, `/` → `-`; what is not of the alphabet becomes `\xNN`. */
export function escapePath(path: string): string {
  const parts = path.split("/").filter((part) => part !== "");
  return parts.length === 0 ? "-" : escapeName(parts.join("/"));
}

/** As `systemd-escape`: `/` to `-`, and `\xNN` for a leading dot and for every byte outside of letters, digits and `:_.`. */
export function escapeName(text: string): string {
  let out = "";
  for (let i = 0; i < text.length; i++) {
    const character = text[i] as string;
    if (character === "/") out += "-";
    else if (/[A-Za-z0-9:_]/.test(character) || (character === "." && i > 0)) out += character;
    else out += `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`;
  }
  return out;
}

/** The other way round. */
export function unescapeName(text: string): string {
  return text.replaceAll(/\\x([0-9a-f]{2})|-/g, (_, hex?: string) =>
    hex === undefined ? "/" : String.fromCharCode(Number.parseInt(hex, 16)),
  );
}

/** The mount point or device that a mount or device unit is named after. */
export function unitPath(name: string): string {
  const prefix = name.slice(0, name.lastIndexOf("."));
  return prefix === "-" ? "/" : `/${unescapeName(prefix)}`;
}
