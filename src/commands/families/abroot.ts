/** What Vanilla OS replaces its core with, and what it offers instead of apt. */
import type { Servers } from "../../engines/abroot/registry.ts";
import { abrootCommand } from "../abroot/abroot.ts";
import { lpkg } from "../abroot/lpkg.ts";
import { family } from "../family.ts";
import type { Family } from "../programs.ts";

export const abroot = (servers: Servers): Family => family(() => [abrootCommand(servers), lpkg]);
