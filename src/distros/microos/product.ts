/** What tells the systems of this family from one another: data. */

export interface Product {
  /** As in `--machine microos`. */
  readonly name: string;
  readonly title: string;
  /** The file in `image/` that has its releases. */
  readonly manifest: string;
  readonly hostname: string;
  /** Shown at each login. */
  readonly greeting: string;
}
