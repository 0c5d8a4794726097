/** What the status line says. */
export interface Message {
  readonly text: string;
  /** Something failed. */
  readonly isAlert: boolean;
}
