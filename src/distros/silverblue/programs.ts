/** What runs on Silverblue, all of it there. A page lets it come late, so nothing that a page starts with may import this. */
import { FAMILIES } from "../../commands/index.ts";
import { present, type Family } from "../../commands/programs.ts";
import { patterns } from "../../shell/compile-pattern.ts";
import type { SystemPrograms } from "./silverblue.ts";

export function silverbluePrograms(families: Readonly<Record<string, Family>> = FAMILIES): SystemPrograms {
  return { families: present(families), patterns };
}
