/** Packages beside a system that nobody writes to: apx, and the operator that looks after one box for everybody. */
import type { Registry } from "../../engines/containers/registry.ts";
import { apxCommand } from "../apx/apx.ts";
import { family } from "../family.ts";
import type { Family } from "../programs.ts";

export const apx = (registry: Registry): Family => family(() => [apxCommand(registry)]);
