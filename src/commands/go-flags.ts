/** Command lines as Go's pflag and cobra read them, which podman and toolbox are built with: by a table, with their words for what is wrong. */
import type { Option, ParsedOptions } from "./command.ts";
import { longNames, shortNames } from "./options.ts";

/** A command line that was refused; `message` goes after "Error: ". */
export class FlagError extends Error {}

/** Reads `args`. With `interspersed` false the first operand ends the options. Throws FlagError. */
export function parseFlags(options: readonly Option[], args: readonly string[], interspersed = true): ParsedOptions {
  const order: { name: string; value: string | undefined }[] = [];
  const operands: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] ?? "";
    if (arg === "--") {
      operands.push(...args.slice(i + 1));
      break;
    }
    if (arg.startsWith("--")) {
      const equals = arg.indexOf("=");
      const name = equals < 0 ? arg.slice(2) : arg.slice(2, equals);
      const option = options.find((each) => longNames(each).includes(name));
      if (option === undefined) throw new FlagError(`unknown flag: --${name}`);
      if (option.argument === undefined) {
        if (equals < 0 || arg.slice(equals + 1) === "true") order.push({ name: option.name, value: undefined });
        else if (arg.slice(equals + 1) !== "false")
          throw new FlagError(
            `invalid argument ${JSON.stringify(arg.slice(equals + 1))} for "--${name}" flag: strconv.ParseBool: parsing ${JSON.stringify(arg.slice(equals + 1))}: invalid syntax`,
          );
      } else if (equals >= 0) order.push({ name: option.name, value: arg.slice(equals + 1) });
      else {
        const value = args[++i];
        if (value === undefined) throw new FlagError(`flag needs an argument: --${name}`);
        order.push({ name: option.name, value });
      }
    } else if (arg.length > 1 && arg.startsWith("-")) {
      for (let k = 1; k < arg.length; k++) {
        const letter = arg.charAt(k);
        const option = options.find((each) => shortNames(each).includes(letter));
        if (option === undefined) throw new FlagError(`unknown shorthand flag: '${letter}' in ${arg}`);
        if (option.argument === undefined) {
          order.push({ name: option.name, value: undefined });
          continue;
        }
        const rest = arg.slice(k + 1);
        const value = rest === "" ? args[++i] : rest.replace(/^=/, "");
        if (value === undefined) throw new FlagError(`flag needs an argument: '${letter}' in ${arg}`);
        order.push({ name: option.name, value });
        break;
      }
    } else if (interspersed) operands.push(arg);
    else {
      operands.push(...args.slice(i));
      break;
    }
  }
  return {
    order,
    operands,
    placeOf: () => order.length,
    has: (name) => order.some((given) => given.name === name),
    value: (name) => order.findLast((given) => given.name === name)?.value,
    values: (name) => order.flatMap((given) => (given.name === name && given.value !== undefined ? [given.value] : [])),
  };
}

/** A duration as Go's units.HumanDuration says it, e.g. "3 seconds", "About a minute", "2 hours". */
export function humanDuration(seconds: number): string {
  if (seconds < 1) return "Less than a second";
  if (seconds < 2) return "1 second";
  if (seconds < 60) return `${Math.floor(seconds)} seconds`;
  const minutes = Math.floor(seconds / 60);
  if (minutes === 1) return "About a minute";
  if (minutes < 60) return `${minutes} minutes`;
  const hours = Math.round(seconds / 3600);
  if (hours === 1) return "About an hour";
  if (hours < 48) return `${hours} hours`;
  const days = Math.floor(hours / 24);
  if (days < 14) return `${days} days`;
  if (days < 60) return `${Math.floor(days / 7)} weeks`;
  if (days < 730) return `${Math.floor(days / 30)} months`;
  return `${Math.floor(days / 365)} years`;
}

/** Bytes as Go's units.HumanSizeWithPrecision(size, 3): "1.1 kB", "357 MB". */
export function humanSize(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let size = bytes;
  let unit = 0;
  while (size >= 1000 && unit < units.length - 1) {
    size /= 1000;
    unit++;
  }
  return `${Number(size.toPrecision(3))} ${units[unit] ?? ""}`;
}

/** Columns as podman's tables have them: text/tabwriter with 12 as the least width and two blanks between. */
export function goTable(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows) for (const [i, cell] of row.entries()) widths[i] = Math.max(widths[i] ?? 0, cell.length + 2, 12);
  return rows.map((row) => `${row.map((cell, i) => (i === row.length - 1 ? cell : cell.padEnd(widths[i] ?? 0))).join("")}\n`).join("");
}

/** A Go template of the simple kind: text with `{{.Field.Field}}`, `{{json .}}`. Throws FlagError for what is not built. */
export function goTemplate(template: string, name: string, value: unknown, type: string): string {
  const text = template.replaceAll("\\t", "\t").replaceAll("\\n", "\n");
  return text.replace(/\{\{-?\s*(.*?)\s*-?\}\}/g, (whole, inside: string) => {
    const json = /^json\s+(\.[\w.]*)$/.exec(inside);
    const path = json?.[1] ?? inside;
    if (!/^\.[\w.]*$/.test(path)) throw new FlagError(`template ${whole}: only fields and json are built in Immutable Lab`);
    let at: unknown = value;
    for (const field of path.split(".").filter((part) => part !== "")) {
      const holder = at as Readonly<Record<string, unknown>> | undefined;
      if (typeof holder !== "object" || !(field in holder))
        throw new FlagError(
          `template: ${name}:1:${text.indexOf(whole) + 3}: executing "${name}" at <${path}>: can't evaluate field ${field} in type ${type}`,
        );
      at = holder[field];
    }
    return json === null ? goText(at) : JSON.stringify(at);
  });
}

/** As Go's %v prints. */
function goText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(goText).join(" ")}]`;
  if (typeof value === "object" && value !== null)
    return `map[${Object.entries(value)
      .map(([name, each]) => `${name}:${goText(each)}`)
      .join(" ")}]`;
  return value === null || value === undefined ? "<no value>" : String(value as string | number | boolean);
}
