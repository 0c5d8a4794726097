import type { Run } from "../../machine/program.ts";
import type { Stat } from "../../vfs/types.ts";

/** A file that the walk has come to. */
export interface FoundFile {
  readonly path: string;
  /** The starting point under which it was found. */
  readonly root: string;
  readonly name: string;
  readonly depth: number;
  readonly stat: Stat;
}

/** What an expression may tell the walk. */
export interface VisitState {
  prune: boolean;
  quit: boolean;
  /** Something went wrong that makes the exit status 1. */
  failed: boolean;
}

export type Expression = (file: FoundFile, state: VisitState) => Run<boolean>;

export interface SearchSettings {
  readonly follow: "all" | "operands" | "none";
  readonly minDepth: number;
  readonly maxDepth: number;
  readonly depthFirst: boolean;
  readonly oneFileSystem: boolean;
}
