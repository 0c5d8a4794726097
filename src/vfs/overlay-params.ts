/** TODO */
import type { Caller } from "./caller.ts";
import type { FileSystem } from "./file-system.ts";
import { refuse } from "./permission.ts";
import type { Lifetime } from "./types.ts";
export function openOverlay(_caller: Caller, _options: ReadonlyMap<string, string>, _lifetime: Lifetime | undefined): FileSystem {
  throw refuse("ENODEV", "");
}
