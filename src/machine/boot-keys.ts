/** Keys as a boot loader's terminal sends them: bytes in, names out. */

export type BootKey =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "up" | "down" | "left" | "right" | "home" | "end" | "page-up" | "page-down" }
  | { readonly kind: "enter" | "escape" | "backspace" | "delete" | "tab" }
  | { readonly kind: "control"; readonly letter: string }
  | { readonly kind: "function"; readonly number: number };

/** Final bytes and parameters of the CSI and SS3 sequences that xterm sends. */
const SEQUENCES: ReadonlyMap<string, BootKey> = new Map<string, BootKey>([
  ["A", { kind: "up" }],
  ["B", { kind: "down" }],
  ["C", { kind: "right" }],
  ["D", { kind: "left" }],
  ["H", { kind: "home" }],
  ["F", { kind: "end" }],
  ["1~", { kind: "home" }],
  ["4~", { kind: "end" }],
  ["3~", { kind: "delete" }],
  ["5~", { kind: "page-up" }],
  ["6~", { kind: "page-down" }],
  ["P", { kind: "function", number: 1 }],
  ["Q", { kind: "function", number: 2 }],
  ["21~", { kind: "function", number: 10 }],
]);

/**
 * Splits what was typed into keys. A lone Esc counts as the key when nothing follows it in `text`: sequences arrive whole.
 * Sequences that no boot loader knows are dropped.
 */
export function decodeBootKeys(text: string): BootKey[] {
  const keys: BootKey[] = [];
  let rest = text;
  while (rest !== "") {
    const sequence = /^\u001b(?:\[([0-9;]*[A-Za-z~])|O([A-Za-z]))/.exec(rest);
    if (sequence) {
      const key = SEQUENCES.get(sequence[1] ?? sequence[2] ?? "");
      if (key) keys.push(key);
      rest = rest.slice(sequence[0].length);
      continue;
    }
    const character = String.fromCodePoint(rest.codePointAt(0) ?? 0);
    keys.push(decodeCharacter(character));
    rest = rest.slice(character.length);
  }
  return keys;
}

function decodeCharacter(character: string): BootKey {
  const code = character.codePointAt(0) ?? 0;
  if (code === 0x1b) return { kind: "escape" };
  if (code === 0x0d || code === 0x0a) return { kind: "enter" };
  if (code === 0x7f || code === 0x08) return { kind: "backspace" };
  if (code === 0x09) return { kind: "tab" };
  if (code < 0x20) return { kind: "control", letter: String.fromCharCode(code + 0x60) };
  return { kind: "text", text: character };
}
