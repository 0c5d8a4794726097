/**
 * The numbered snapshots of one configuration, read from `.snapshots` on the disk each time. Source: openSUSE/snapper:snapper/Snapshot.cc,
 * snapper/Btrfs.cc; the order of writes is that of a trace of the real one.
 */
import { encodeUtf8 } from "../../base/utf8.ts";
import { readText } from "../../machine/read-text.ts";
import { isSysError, SysError } from "../../vfs/errno.ts";
import {
  defaultSubvolume,
  destroySubvolume,
  isReadOnly,
  isSubvolume,
  setDefaultSubvolume,
  setReadOnly,
  snapshotSubvolume,
  subvolumeAt,
} from "../../vfs/btrfs/calls.ts";
import type { Sys } from "../../vfs/sys.ts";
import { removeConfig, type Config } from "./config.ts";
import { etcOfNewSnapshot, etcOfOldSnapshot } from "./etc-state.ts";
import { SnapperError, errnoText } from "./errors.ts";
import { below, lstat, replace } from "./files.ts";
import { CURRENT, formatInfo, parseInfo, type SnapshotInfo, type SnapshotType } from "./info.ts";

/** What a new snapshot is told; what is left out is empty. */
export interface SnapshotData {
  readonly description?: string;
  readonly cleanup?: string;
  readonly userdata?: ReadonlyMap<string, string>;
}

export interface NewSnapshot extends SnapshotData {
  readonly type?: SnapshotType;
  readonly preNum?: number;
  readonly access?: "ro" | "rw";
  /** Of which snapshot; 0 is the system as it runs. */
  readonly from?: number;
}

/** What is strange about the numbers and dates of snapshots. */
function* oddities(infos: readonly SnapshotInfo[], now: number): Iterable<string> {
  let last = -Infinity;
  for (const { type, num, preNum = 0, date = 0 } of infos) {
    const posts = infos.filter((info) => info.preNum === num).length;
    if (type === "pre" && posts > 1) yield `pre-num ${num} has ${posts} post-nums`;
    if (type === "post") {
      if (preNum > num) yield `pre-num ${preNum} larger than post-num ${num}`;
      const pre = infos.find((info) => info.num === preNum);
      if (pre === undefined) yield `pre-num ${preNum} for post-num ${num} does not exist`;
      else if (pre.type !== "pre") yield `pre-num ${preNum} for post-num ${num} is of type ${pre.type}`;
    }
    if (date > now) yield `snapshot num ${num} in future`;
    if (date < last) yield `time shift detected at snapshot num ${num}`;
    last = date;
  }
}

const FILELIST = /^filelist-(\d+)\.txt(\.gz)?$/;

export class Snapshots {
  readonly config: Config;
  readonly sys: Sys;
  /** What libsnapper says on stderr while it reads. */
  readonly problems: string[] = [];
  #infos: readonly SnapshotInfo[];

  /** Of libsnapper, which signs its file lists with it. */
  readonly version: string;

  constructor(sys: Sys, config: Config, version: string) {
    this.sys = sys;
    this.version = version;
    this.config = config;
    this.#infos = this.#load();
  }

  /** In the order of their numbers; the first is number 0, the system as it runs. */
  get all(): readonly SnapshotInfo[] {
    return this.#infos;
  }

  /** Throws SnapperError. */
  find(num: number): SnapshotInfo {
    const found = this.#infos.find((info) => info.num === num);
    if (found === undefined) throw new SnapperError(`Snapshot '${num}' not found.`);
    return found;
  }

  /** The post snapshot of a pre snapshot. */
  postOf(pre: SnapshotInfo): SnapshotInfo | undefined {
    return pre.type === "pre" ? this.#infos.find((info) => info.type === "post" && info.preNum === pre.num) : undefined;
  }

  /** `.snapshots`. */
  get directory(): string {
    return below(this.config.subvolume, ".snapshots");
  }

  /** What belongs to a snapshot: its description, its file lists, the subvolume. */
  directoryOf(num: number): string {
    return `${this.directory}/${num}`;
  }

  /** The tree itself. */
  treeOf(num: number): string {
    return num === 0 ? this.config.subvolume : `${this.directoryOf(num)}/snapshot`;
  }

  /** The snapshot that is mounted as the subvolume; undefined when that is none of them. */
  get active(): number | undefined {
    return this.#numberOf(subvolumeAt(this.sys, this.config.subvolume).id);
  }

  /** The snapshot that the next mount shows; undefined when that is none of them. */
  get default(): number | undefined {
    try {
      return this.#numberOf(defaultSubvolume(this.sys, this.config.subvolume).id);
    } catch (error) {
      if (!isSysError(error)) throw error;
      throw new SnapperError(`IO error (query default id failed, open failed path:${this.config.subvolume} ${errnoText(error)}).`);
    }
  }

  /** What runs counts as writable, whatever it is. */
  isReadOnly(num: number): boolean {
    return num !== 0 && isReadOnly(this.sys, this.treeOf(num));
  }

  /** Makes the directory, takes the snapshot, writes the description: in this order a power cut leaves a directory that no list shows. */
  create(wanted: NewSnapshot): SnapshotInfo {
    const { type = "single", preNum, from = 0, access = "ro", description = "", cleanup = "", userdata = new Map() } = wanted;
    if (
      type === "post" &&
      (this.#infos.find(({ num }) => num === preNum)?.type !== "pre" || this.postOf(this.find(preNum ?? 0)) !== undefined)
    )
      throw new SnapperError("Illegal snapshot.");
    this.#mustReach();
    const num = this.#makeDirectory();
    try {
      snapshotSubvolume(this.sys, this.treeOf(from), this.treeOf(num), { readOnly: access === "ro" });
    } catch (error) {
      if (!isSysError(error)) throw error;
      this.sys.rmdir(this.directoryOf(num));
      throw new SnapperError("Creating snapshot failed.");
    }
    const uid = this.sys.credentials.uid;
    const info: SnapshotInfo = { type, num, date: this.sys.now().sec, uid, preNum, description, cleanup, userdata };
    this.#write(info);
    if (this.#isRoot) etcOfNewSnapshot(this.sys, num, from === 0 ? (this.active ?? 0) : from);
    this.#infos = [...this.#infos, info].sort((a, b) => a.num - b.num);
    return info;
  }

  /** What is left out stays as it is; an empty value takes a key out of the userdata. */
  modify(num: number, change: SnapshotData): void {
    const info = this.find(num);
    if (num === 0) throw new SnapperError("Illegal snapshot.");
    const userdata = new Map([...new Map([...info.userdata, ...(change.userdata ?? [])])].filter(([, value]) => value !== ""));
    const changed = {
      ...info,
      description: change.description ?? info.description,
      cleanup: change.cleanup ?? info.cleanup,
      userdata,
    };
    this.#write(changed);
    this.#infos = this.#infos.map((known) => (known.num === num ? changed : known));
  }

  setReadOnly(num: number, on: boolean): void {
    this.#ioError("setting read-only failed", () => setReadOnly(this.sys, this.treeOf(this.find(num).num), on));
  }

  /** The commit point of a rollback. */
  setDefault(num: number): void {
    const tree = this.treeOf(this.find(num).num);
    this.#ioError("set default failed", () => setDefaultSubvolume(this.sys, tree, subvolumeAt(this.sys, tree).id));
  }

  /** Why snapper will not delete it; undefined when it will. */
  refusal(num: number): string | undefined {
    const why =
      num === 0
        ? "the current system"
        : num === this.active
          ? "the currently mounted snapshot"
          : num === this.default
            ? "the next to be mounted snapshot"
            : undefined;
    return why === undefined ? undefined : `Cannot delete snapshot ${num} since it is ${why}.`;
  }

  delete(num: number): void {
    const { sys } = this;
    this.find(num);
    try {
      if (this.#isRoot) etcOfOldSnapshot(this.sys, num);
      destroySubvolume(this.sys, this.treeOf(num));
    } catch (error) {
      if (!isSysError(error)) throw error;
      this.problems.push(`delete subvolume failed, ioctl(BTRFS_IOC_SNAP_DESTROY) failed, ${errnoText(error)}`);
      throw new SnapperError("Deleting snapshot failed.");
    }
    const directory = this.directoryOf(num);
    sys.unlink(`${directory}/info.xml`);
    for (const { num: other } of this.#infos) {
      if (other <= num) continue;
      for (const { name } of sys.readdir(this.directoryOf(other)))
        if (Number(FILELIST.exec(name)?.[1]) === num) sys.unlink(`${this.directoryOf(other)}/${name}`);
    }
    for (const { name } of sys.readdir(directory)) if (FILELIST.test(name)) sys.unlink(`${directory}/${name}`);
    this.#infos = this.#infos.filter((info) => info.num !== num);
    sys.rmdir(directory);
  }

  /** All snapshots, then the configuration itself. */
  deleteConfig(): void {
    try {
      for (const { num } of [...this.#infos]) if (num !== 0) this.delete(num);
    } catch (error) {
      throw error instanceof SnapperError ? new SnapperError("Deleting config failed (deleting snapshot failed).") : error;
    }
    removeConfig(this.sys, this.config);
  }

  /** Whether transactional-update's plug-in looks after /etc of its snapshots. */
  get #isRoot(): boolean {
    return this.config.subvolume === "/";
  }

  #load(): SnapshotInfo[] {
    let names: readonly string[];
    try {
      if (!isSubvolume(this.sys, this.directory)) throw new SysError("ENOENT", "open", this.directory);
      names = this.sys.readdir(this.directory).map(({ name }) => name);
    } catch (error) {
      if (!isSysError(error)) throw error;
      this.problems.push("reading failed");
      return [CURRENT];
    }
    const nums = names.filter((name) => /^[1-9][0-9]*$/.test(name)).map(Number);
    const infos = nums.sort((a, b) => a - b).flatMap((num) => this.#read(num) ?? []);
    this.problems.push(...oddities(infos, this.sys.now().sec));
    return [CURRENT, ...infos];
  }

  #read(num: number): SnapshotInfo | undefined {
    let info: SnapshotInfo | undefined;
    try {
      info = parseInfo(readText(this.sys, `${this.directoryOf(num)}/info.xml`), num);
      if (!isSubvolume(this.sys, this.treeOf(num))) info = undefined;
    } catch (error) {
      if (!isSysError(error)) throw error;
    }
    if (info === undefined) this.problems.push(`loading ${num} failed`);
    return info;
  }

  #write(info: SnapshotInfo): void {
    this.#ioError("info.xml failed", () =>
      replace(this.sys, `${this.directoryOf(info.num)}/info.xml`, encodeUtf8(formatInfo(info)), { sync: true }),
    );
  }

  /** The next number that has no directory. */
  #makeDirectory(): number {
    for (let num = (this.#infos.at(-1)?.num ?? 0) + 1; ; num++) {
      try {
        this.sys.mkdir(this.directoryOf(num), 0o777);
        this.sys.chmod(this.directoryOf(num), 0o755);
        return num;
      } catch (error) {
        if (isSysError(error, "EEXIST")) continue;
        throw isSysError(error) ? new SnapperError("Creating snapshot failed.") : error;
      }
    }
  }

  #numberOf(id: number): number | undefined {
    return this.#infos.find(({ num }) => num !== 0 && subvolumeAt(this.sys, this.treeOf(num)).id === id)?.num;
  }

  /** It opens the subvolume with O_NOATIME, which only its owner may. */
  #mustOwn(): void {
    const { uid } = this.sys.credentials;
    if (uid !== 0 && lstat(this.sys, this.config.subvolume)?.uid !== uid) throw new SysError("EPERM", "open", this.config.subvolume);
  }

  #mustReach(): void {
    try {
      this.#mustOwn();
    } catch (error) {
      if (!isSysError(error)) throw error;
      throw new SnapperError(`IO error (open failed path:${this.config.subvolume} ${errnoText(error)}).`);
    }
    if (!isSubvolume(this.sys, this.directory)) throw new SnapperError("IO error (.snapshots is not a btrfs subvolume).");
  }

  #ioError(what: string, call: () => void): void {
    try {
      call();
    } catch (error) {
      throw isSysError(error) ? new SnapperError(`IO error (${what}, ${errnoText(error)}).`) : error;
    }
  }
}
