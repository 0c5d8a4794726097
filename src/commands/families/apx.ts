/** Packages beside a system that nobody writes to: apx, and the operator that looks after one box for everybody. */
import type { Registry } from "../../engines/containers/registry.ts";
import { apxCommand } from "../apx/apx.ts";
import { family } from "../family.ts";
import { pkexec } from "../polkit/pkexec.ts";
import type { Family } from "../programs.ts";
import { hostSpawn } from "../vso/host-spawn.ts";
import { vsoCommand } from "../vso/vso.ts";

export const apx = (registry: Registry): Family => family(() => [apxCommand(registry), hostSpawn, pkexec, vsoCommand(registry)]);
