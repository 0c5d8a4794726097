/** Backups that cp, mv, ln and install make before they replace a file (-b, --backup, -S). */
import type { Process } from "../../machine/process.ts";
import type { Option, ParsedOptions } from "../command.ts";
import { orUndefined } from "../complain.ts";
import { invalidArgument } from "../operands.ts";

export const BACKUP_OPTIONS: readonly Option[] = [
  {
    name: "backup",
    argument: "CONTROL",
    optional: true,
    help: "make a backup of each existing destination file",
    values: ["none", "numbered", "existing", "simple"],
  },
  { name: "b", short: "b", long: false, help: "like --backup but does not accept an argument" },
  { name: "suffix", short: "S", argument: "SUFFIX", help: "override the usual backup suffix" },
];

export interface BackupStyle {
  readonly kind: "numbered" | "existing" | "simple";
  readonly suffix: string;
}

export function backupStyle(options: ParsedOptions, env: ReadonlyMap<string, string>): BackupStyle | undefined {
  if (!options.has("backup") && !options.has("b") && !options.has("suffix")) return undefined;
  const control = options.value("backup") ?? env.get("VERSION_CONTROL") ?? "existing";
  const suffix = options.value("suffix") ?? env.get("SIMPLE_BACKUP_SUFFIX") ?? "~";
  if (control === "none" || control === "off") return undefined;
  if (control === "numbered" || control === "t") return { kind: "numbered", suffix };
  if (control === "existing" || control === "nil") return { kind: "existing", suffix };
  if (control === "simple" || control === "never") return { kind: "simple", suffix };
  throw invalidArgument(control, "backup type", ["‘none’, ‘off’", "‘simple’, ‘never’", "‘existing’, ‘nil’", "‘numbered’, ‘t’"]);
}

/** `name~`, or the next `name.~N~`. */
export function backupName(proc: Process, name: string, style: BackupStyle): string {
  if (style.kind === "simple") return name + style.suffix;
  let number = 1;
  while (orUndefined(() => proc.sys.lstat(`${name}.~${String(number)}~`)) !== undefined) number++;
  if (style.kind === "existing" && number === 1) return name + style.suffix;
  return `${name}.~${String(number)}~`;
}
