/** What was typed last, as people see it who cannot see the keyboard. */

export interface Keystroke {
  /** Characters that were typed one after the other, or the name of a key. */
  readonly text: string;
  readonly isNamed: boolean;
}

/** So many characters are shown. */
const LIMIT = 48;

const NAMES: Readonly<Record<string, string>> = {
  ArrowUp: "↑",
  ArrowDown: "↓",
  ArrowLeft: "←",
  ArrowRight: "→",
  Escape: "Esc",
  Backspace: "⌫",
  Delete: "Del",
};
/** Keys that only hold for another one. */
const MODIFIERS = ["Control", "Alt", "Shift", "Meta", "AltGraph", "CapsLock", "Dead", "Process", "Unidentified"];

/** Bytes that a terminal sends for a key that has a name. */
const SENT: Readonly<Record<string, string>> = { "\r": "Enter", "\t": "Tab", "\x7f": "⌫", "\x1b": "Esc", "\x1b[A": "↑", "\x1b[B": "↓" };

/** A key as a browser tells it; undefined for one that only holds. */
export function keystrokeOf({ key, ctrlKey, altKey }: Pick<KeyboardEvent, "key" | "ctrlKey" | "altKey">): Keystroke | undefined {
  if (MODIFIERS.includes(key)) return undefined;
  const name = NAMES[key] ?? (key.length > 1 ? key : undefined);
  if (ctrlKey || altKey) return { text: `${ctrlKey ? "Ctrl+" : ""}${altKey ? "Alt+" : ""}${name ?? key.toUpperCase()}`, isNamed: true };
  return { text: name ?? key, isNamed: name !== undefined };
}

/** What was sent to a terminal; undefined for what has no key of its own. */
export function keystrokeSent(text: string): Keystroke | undefined {
  const name = SENT[text];
  if (name !== undefined) return { text: name, isNamed: true };
  if (/^[\x01-\x1a]$/.test(text)) return { text: `Ctrl+${String.fromCharCode(text.charCodeAt(0) + 64)}`, isNamed: true };
  return [...text].length === 1 ? { text, isNamed: false } : undefined;
}

/** One more behind the others; what is too much falls off in front. */
export function addKeystroke(shown: readonly Keystroke[], key: Keystroke): readonly Keystroke[] {
  const last = shown.at(-1);
  const all =
    last !== undefined && !last.isNamed && !key.isNamed
      ? [...shown.slice(0, -1), { text: last.text + key.text, isNamed: false }]
      : [...shown, key];
  let room = LIMIT;
  const kept: Keystroke[] = [];
  for (const each of all.toReversed()) {
    if (room <= 0) break;
    kept.unshift(each.isNamed ? each : { ...each, text: each.text.slice(-room) });
    room -= each.text.length;
  }
  return kept;
}
