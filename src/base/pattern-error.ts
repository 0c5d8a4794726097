/** A pattern that cannot be compiled; the message is glibc's. */
export class PatternError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "PatternError";
  }
}
