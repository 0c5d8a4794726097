/**
 * What a repository leaves free on its disk: nothing is written into the last per cents.
 * Source: ostreedev/ostree:src/libostree/ostree-repo-commit.c, man ostree.repo-config(5) (core.min-free-space-percent, -size).
 */
import { OstreeError } from "./errors.ts";
import { formatSize } from "./format-size.ts";
import type { Repository } from "./repo.ts";

const BLOCK = 4096;
const DEFAULT_PERCENT = "3";
const MEGABYTES: Readonly<Record<string, number>> = { MB: 1, GB: 1024, TB: 1024 * 1024 };

/** How much one transaction may still write. */
export class FreeSpace {
  readonly #limit: string;
  #blocks: number;

  constructor(repo: Repository) {
    const size = /^([0-9]+)([MGT]B)$/.exec(repo.config.get("core", "min-free-space-size") ?? "");
    const percent = repo.config.get("core", "min-free-space-percent") ?? DEFAULT_PERCENT;
    const { free, available, total } = repo.sys.statfs(repo.path);
    const unused = repo.sys.credentials.privileged ? free : available;
    const megabytes = Number(size?.[1] ?? 0) * (MEGABYTES[size?.[2] ?? ""] ?? 0);
    const reserved = megabytes > 0 ? megabytes * 1024 * 1024 : (total * Number(percent)) / 100;
    this.#limit = megabytes > 0 ? `min-free-space-size ${megabytes}MB` : `min-free-space-percent '${percent}%'`;
    this.#blocks = reserved > 0 ? Math.max(0, Math.floor((unused - reserved) / BLOCK)) : Infinity;
  }

  /** For a content object of `bytes`. Throws `OstreeError`. */
  take(bytes: number): void {
    const blocks = Math.floor(bytes / BLOCK) + 1;
    if (blocks > this.#blocks)
      throw new OstreeError(`Writing content object: ${this.#limit} would be exceeded, at least ${formatSize(blocks * BLOCK)} requested`);
    this.#blocks -= blocks;
  }
}
