/** Names of files as GNU programs put them together and take them apart. */

/** `directory/name` without a second slash. */
export function join(directory: string, name: string): string {
  if (directory === "") return name;
  return directory.endsWith("/") ? directory + name.replace(/^\/+/, "") : `${directory}/${name}`;
}

/** The last part, without slashes behind it: basename(1). "/" stays. */
export function baseName(path: string): string {
  const trimmed = withoutTrailingSlashes(path);
  return trimmed === "/" ? "/" : trimmed.slice(trimmed.lastIndexOf("/") + 1);
}

/** What stands before the last part: dirname(1). */
export function dirName(path: string): string {
  const trimmed = withoutTrailingSlashes(path);
  const slash = trimmed.lastIndexOf("/");
  if (slash < 0) return ".";
  return slash === 0 ? "/" : withoutTrailingSlashes(trimmed.slice(0, slash));
}

export function withoutTrailingSlashes(path: string): string {
  const trimmed = path.replace(/\/+$/, "");
  return trimmed === "" && path !== "" ? "/" : trimmed;
}

/** Whether the last part is "." or "..". */
export function endsInDots(path: string): boolean {
  return /(?:^|\/)\.\.?\/*$/.test(path);
}
