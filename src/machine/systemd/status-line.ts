/** The lines systemd writes on the console while it starts and stops units. Colours and widths as systemd 257 has them. */

const RESET = "\u001b[0m";
const MARKS = {
  ok: "\u001b[0;32m  OK  ",
  failed: "\u001b[0;1;31mFAILED",
  depend: "\u001b[0;1;38:5:185mDEPEND",
  time: "\u001b[0;1;31m TIME ",
  info: "\u001b[0;1;34m INFO ",
} as const;

export type StatusMark = keyof typeof MARKS;

/** `[  OK  ] text`, with a line end. */
export function statusLine(mark: StatusMark, text: string): string {
  return `[${MARKS[mark]}${RESET}] ${text}\n`;
}

/** A line without a mark, in the column of the others. */
export function startingLine(text: string): string {
  return `         ${text}\n`;
}

/** The bright name in a status line. */
export function emphasize(text: string): string {
  return `\u001b[0;1;39m${text}${RESET}`;
}

/** One frame of the waiting line: asterisks that move, rewritten in place with a carriage return. */
export function waitingLine(frame: number, text: string): string {
  const width = 6;
  const at = frame % (2 * width - 2);
  const position = at < width ? at : 2 * width - 2 - at;
  let cylon = "";
  for (let i = 0; i < width; i++) {
    const distance = Math.abs(i - position);
    cylon += distance === 0 ? "\u001b[0;1;31m*\u001b[0m" : distance === 1 ? "\u001b[0;31m*\u001b[0m" : " ";
  }
  return `\r\u001b[K[${cylon}] ${text}`;
}

/** Removes what `waitingLine` left. */
export const CLEAR_WAITING = "\r\u001b[K";
