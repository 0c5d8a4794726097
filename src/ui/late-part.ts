/** A part of the machines that a page fetches when it is needed. */
import { Resource } from "../machine/resource.ts";

export class LatePart<T> {
  readonly resource: Resource<T>;
  readonly #load: () => Promise<T>;
  #coming: Promise<void> | undefined;

  constructor(name: string, load: () => Promise<T>) {
    this.resource = new Resource(name);
    this.#load = load;
  }

  /** Once; rejects when it cannot be had, and may be asked again. */
  fetch(): Promise<void> {
    this.#coming ??= this.#load().then(
      (value) => this.resource.provide(value),
      (error: unknown) => {
        this.#coming = undefined;
        throw error;
      },
    );
    return this.#coming;
  }
}
