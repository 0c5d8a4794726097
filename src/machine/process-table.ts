/** All processes of a kernel, zombies too, and what is asked of them often: whose children they are, which group they are in. */
import { OrderedSet } from "../base/ordered-set.ts";
import type { KernelProcess } from "./kernel-process.ts";

const byPid = (a: KernelProcess, b: KernelProcess): number => a.pid - b.pid;

export class ProcessTable {
  readonly #byPid = new Map<number, KernelProcess>();
  readonly #children = new Map<number, OrderedSet<KernelProcess>>();
  readonly #groups = new Map<number, OrderedSet<KernelProcess>>();

  get size(): number {
    return this.#byPid.size;
  }

  get(pid: number): KernelProcess | undefined {
    return this.#byPid.get(pid);
  }

  /** By pid, but for those that a checkpoint brought back. */
  all(): MapIterator<KernelProcess> {
    return this.#byPid.values();
  }

  /** By pid; empty when there is none. */
  childrenOf(pid: number): Iterable<KernelProcess> & { readonly size: number } {
    return this.#children.get(pid) ?? NOBODY;
  }

  /** By pid; empty when there is none. */
  group(group: number): OrderedSet<KernelProcess> {
    return this.#groups.get(group) ?? NOBODY;
  }

  add(process: KernelProcess): void {
    this.#byPid.set(process.pid, process);
    put(this.#children, process.parent, process);
    put(this.#groups, process.processGroup, process);
  }

  remove(process: KernelProcess): void {
    this.#byPid.delete(process.pid);
    take(this.#children, process.parent, process);
    take(this.#groups, process.processGroup, process);
  }

  /** Gives `child` to another parent. */
  adopt(child: KernelProcess, parent: number): void {
    take(this.#children, child.parent, child);
    child.parent = parent;
    put(this.#children, parent, child);
  }

  /** setpgid(2) without its checks. */
  regroup(process: KernelProcess, group: number): void {
    take(this.#groups, process.processGroup, process);
    process.processGroup = group;
    put(this.#groups, group, process);
  }
}

const NOBODY = new OrderedSet(byPid);

function put(index: Map<number, OrderedSet<KernelProcess>>, key: number, process: KernelProcess): void {
  let members = index.get(key);
  if (members === undefined) index.set(key, (members = new OrderedSet(byPid)));
  members.add(process);
}

function take(index: Map<number, OrderedSet<KernelProcess>>, key: number, process: KernelProcess): void {
  const members = index.get(key);
  members?.delete(process);
  if (members?.size === 0) index.delete(key);
}
