/** The sixteen colours and the ground of a terminal, read from the page's custom properties (`--term-…`). */
import type { ITheme } from "@xterm/xterm";

const NAMES = ["black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"];

/** xterm's name of a colour and ours. */
const COLOURS: readonly (readonly [theirs: string, ours: string])[] = [
  ["background", "ground"],
  ["foreground", "ink"],
  ["cursor", "cursor"],
  ["cursorAccent", "ground"],
  ["selectionBackground", "selection"],
  ["selectionForeground", "ink"],
  ...NAMES.map((name) => [name, name] as const),
  ...NAMES.map((name) => [`bright${name.charAt(0).toUpperCase()}${name.slice(1)}`, `bright-${name}`] as const),
];

/** The colours as they apply to `element` now; probes resolve what a property's text does not (light-dark(), forced colours). */
export function themeFrom(element: HTMLElement): ITheme {
  const probes = COLOURS.map(([theirs, ours]) => {
    const probe = document.createElement("span");
    probe.hidden = true;
    probe.style.color = `var(--term-${ours})`;
    return { theirs, probe };
  });
  // All at once: styles that are read between two changes are computed twice.
  element.append(...probes.map(({ probe }) => probe));
  const theme = Object.fromEntries(probes.map(({ theirs, probe }) => [theirs, getComputedStyle(probe).color]));
  for (const { probe } of probes) probe.remove();
  return theme;
}
