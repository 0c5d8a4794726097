/**
 * What a machine takes from outside and may have to wait for: code that a page fetches when it is first needed.
 *
 * Whoever needs it waits one tick, whether it was there or not, so a run is the same whenever it came. Until it is there the machine
 * stands still at that tick, its clock too: see `Kernel.missing`.
 */
import type { Missable, Run } from "./program.ts";

export class Resource<T> implements Missable {
  readonly name: string;
  #content: { readonly value: T } | undefined;

  constructor(name: string) {
    this.name = name;
  }

  /** One that is there. */
  static of<T>(name: string, value: T): Resource<T> {
    const resource = new Resource<T>(name);
    resource.provide(value);
    return resource;
  }

  get isThere(): boolean {
    return this.#content !== undefined;
  }

  /** It has come, for good. */
  provide(value: T): void {
    this.#content ??= { value };
  }

  /** For who has seen to it that it is there. */
  get content(): T {
    if (this.#content === undefined) throw new Error(`internal error: ${this.name} is not there yet`);
    return this.#content.value;
  }

  /** For a process: waits until it is there. */
  *get(): Run<T> {
    yield { kind: "resource", resource: this };
    return this.content;
  }
}
