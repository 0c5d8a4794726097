/** How the learner likes the page. Plain data. */
export type Theme = "system" | "light" | "dark";

export interface Preferences {
  readonly theme: Theme;
  readonly screenReader: boolean;
}

export function applyTheme(theme: Theme): void {
  if (theme === "system") document.documentElement.removeAttribute("data-theme");
  else document.documentElement.setAttribute("data-theme", theme);
}
