/** What the interface shows of an installed system, whatever the family: plain data that an engine reads from the disk. */

export interface DeploymentView {
  /** Position in the list, 0 first, as `rpm-ostree status -v` shows. */
  readonly index: number;
  readonly checksum: string;
  /** What people call it where that is not its commit, e.g. "snapshot 2", "vos-a". */
  readonly name?: string;
  readonly serial: number;
  readonly version: string;
  readonly origin: string;
  /** Packages on top of the release, as they were asked for. */
  readonly layers: readonly string[];
  /** Packages of the release that are left out. */
  readonly leftOut: readonly string[];
  readonly isBooted: boolean;
  /** First in the boot menu. */
  readonly isDefault: boolean;
  readonly isStaged: boolean;
  readonly isRollback: boolean;
  readonly isPending: boolean;
  readonly isPinned: boolean;
  readonly unlocked: "none" | "development" | "hotfix" | "transient";
}

export interface BootEntryView {
  readonly file: string;
  readonly title: string;
  readonly version: string;
  readonly isDefault: boolean;
  readonly isBooted: boolean;
}
