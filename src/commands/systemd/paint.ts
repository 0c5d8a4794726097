/** systemd's colours, used on a terminal only. */

export interface Painter {
  readonly green: (text: string) => string;
  readonly red: (text: string) => string;
  readonly underline: (text: string) => string;
  readonly bold: (text: string) => string;
}

export function painter(colour: boolean): Painter {
  const inCode = (code: string) => (text: string) => (colour ? `\u001b[${code}m${text}\u001b[0m` : text);
  return { green: inCode("0;1;32"), red: inCode("0;1;31"), underline: inCode("0;4"), bold: inCode("0;1;39") };
}
