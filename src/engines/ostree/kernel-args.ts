/** Kernel arguments as libostree edits them: an ordered list of `key` and `key=value` words. */

/** Cut at white space. @simplified quoting inside a value ("…") is kept together but not interpreted. */
export function parseKernelArgs(line: string): string[] {
  return line.match(/(?:[^\s"]|"[^"]*"?)+/g) ?? [];
}

/** As libostree cuts the options of a boot entry: at every blank outside quotes, so that two blanks have an empty argument between them, which stays. */
export function splitBootOptions(options: string | undefined): string[] {
  return options?.match(/(?<=^| )(?:[^ "]|"[^"]*"?)*/g) ?? [];
}

export function formatKernelArgs(args: readonly string[]): string {
  return args.join(" ");
}

/** The value of the last `key=value`; "" for a bare `key`; undefined when it is not there. */
export function kernelArg(args: readonly string[], key: string): string | undefined {
  const found = args.findLast((a) => keyOf(a) === key);
  return found === undefined ? undefined : valueOf(found);
}

/** Whether that very argument is among them. */
export function hasKernelArg(args: readonly string[], arg: string): boolean {
  return args.includes(arg);
}

/** All but `key`: used on `ostree=`, which belongs to the boot entry and not to the deployment. */
export function withoutKernelArg(args: readonly string[], key: string): string[] {
  return args.filter((a) => keyOf(a) !== key);
}

/** `ostree=` is put back where it stood, which is where a boot entry has it; at the end when it is new. */
export function replaceKernelArg(args: readonly string[], key: string, value: string): string[] {
  const at = args.findIndex((a) => keyOf(a) === key);
  const rest = withoutKernelArg(args, key);
  if (at < 0) return [...rest, `${key}=${value}`];
  const before = args.slice(0, at).filter((a) => keyOf(a) !== key).length;
  return [...rest.slice(0, before), `${key}=${value}`, ...rest.slice(before)];
}

/** `--append=K=V`. */
export function appendKernelArg(args: readonly string[], arg: string): string[] {
  return [...args, arg];
}

/** `--delete=K` or `--delete=K=V`. Throws an Error with libostree's words when that is not possible (ostree-kernel-args.c). */
export function deleteKernelArg(args: readonly string[], arg: string): string[] {
  const key = keyOf(arg);
  const all = args.filter((a) => keyOf(a) === key);
  if (all.length === 0) throw new Error(`No key '${key}' found`);
  if (!arg.includes("=")) {
    if (all.length > 1) throw new Error(`Multiple values for key '${key}' found`);
    return withoutKernelArg(args, key);
  }
  const at = args.indexOf(arg);
  if (at < 0) throw new Error(`No karg '${arg}' found`);
  return args.toSpliced(at, 1);
}

/** `--replace=K=V` or `--replace=K=OLD=NEW`. Throws an Error with libostree's words when that is not possible. */
export function replaceKernelArgValue(args: readonly string[], arg: string): string[] {
  const key = keyOf(arg);
  const value = valueOf(arg);
  const all = args.filter((a) => keyOf(a) === key);
  if (all.length === 0) throw new Error(`No key '${key}' found`);
  const parts = /^([^=]*)=(.*)$/.exec(value);
  const old = parts ? `${key}=${parts[1] ?? ""}` : all[0];
  if (parts && !all.includes(old ?? "")) throw new Error(`No karg '${old}' found`);
  if (!parts && all.length > 1) throw new Error(`Multiple values for key '${key}' found`);
  return args.map((a) => (a === old ? `${key}=${parts ? (parts[2] ?? "") : value}` : a));
}

function keyOf(arg: string): string {
  const at = arg.indexOf("=");
  return at < 0 ? arg : arg.slice(0, at);
}

function valueOf(arg: string): string {
  const at = arg.indexOf("=");
  return at < 0 ? "" : arg.slice(at + 1);
}
