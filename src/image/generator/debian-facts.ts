/** Reads debian-paths.txt, which collect.ts has written. */
import { readFileSync } from "node:fs";
import { here } from "./tables.ts";

export interface DebianPath {
  readonly path: string;
  /** Of a link. */
  readonly target: string | undefined;
  readonly isExecutable: boolean;
}

export interface DebianPackage {
  /** Bytes. */
  readonly size: number;
  readonly homepage: string;
  readonly paths: readonly DebianPath[];
}

export function readDebianFacts(): Map<string, DebianPackage> {
  const packages = new Map<string, DebianPackage & { readonly paths: DebianPath[] }>();
  let paths: DebianPath[] = [];
  let directory = "";
  for (const line of readFileSync(here("debian-paths.txt"), "utf8").trim().split("\n")) {
    const header = /^@(\S+) (\d+) (.*)$/.exec(line);
    if (header !== null) {
      paths = [];
      packages.set(header[1] ?? "", { size: Number(header[2]), homepage: header[3] ?? "", paths });
    } else if (line.endsWith("/") && line.startsWith("/")) directory = line;
    else {
      const [name = "", extra] = line.split("\t");
      paths.push({ path: directory + name, target: extra === "x" ? undefined : extra, isExecutable: extra === "x" });
    }
  }
  return packages;
}
