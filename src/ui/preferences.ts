/** How the learner likes the page; kept in localStorage where that is allowed. */
export type Theme = "system" | "light" | "dark";

export interface Preferences {
  readonly theme: Theme;
  readonly screenReader: boolean;
}

const KEY = "immutable-lab.preferences";
const DEFAULTS: Preferences = { theme: "system", screenReader: false };

export function loadPreferences(): Preferences {
  try {
    return { ...DEFAULTS, ...(JSON.parse(localStorage.getItem(KEY) ?? "{}") as Partial<Preferences>) };
  } catch {
    return DEFAULTS; // storage is blocked, or holds something else
  }
}

export function savePreferences(preferences: Preferences): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(preferences));
  } catch {
    // storage is blocked: they hold until the page closes
  }
}

export function applyTheme(theme: Theme): void {
  if (theme === "system") document.documentElement.removeAttribute("data-theme");
  else document.documentElement.setAttribute("data-theme", theme);
}
