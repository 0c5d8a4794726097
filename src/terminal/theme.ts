/** The sixteen colours and the ground of a terminal, read from the page's custom properties (`--term-…`). */
import type { ITheme } from "@xterm/xterm";

const NAMES = ["black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"] as const;

/** The colours as they apply to `element` now; a probe resolves what a property's text does not (light-dark(), forced colours). */
export function themeFrom(element: HTMLElement): ITheme {
  const probe = document.createElement("span");
  probe.hidden = true;
  element.append(probe);
  const read = (name: string): string => {
    probe.style.color = `var(--term-${name})`;
    return getComputedStyle(probe).color;
  };
  const theme: Record<string, string> = {
    background: read("ground"),
    foreground: read("ink"),
    cursor: read("cursor"),
    cursorAccent: read("ground"),
    selectionBackground: read("selection"),
    selectionForeground: read("ink"),
  };
  for (const name of NAMES) {
    theme[name] = read(name);
    theme[`bright${name.charAt(0).toUpperCase()}${name.slice(1)}`] = read(`bright-${name}`);
  }
  probe.remove();
  return theme;
}
