/** What goes wrong in ABRoot's own words, as its errors read before anything is put in front of them. */
export class AbrootError extends Error {}

/** `upgrade` has nothing to do. */
export class NoUpdate extends AbrootError {
  constructor() {
    super("no update available");
  }
}
