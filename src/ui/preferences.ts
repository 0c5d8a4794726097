/**
 * How the learner likes the page. Plain data, kept in localStorage: it must be known before the terminal opens, and no other store of a
 * browser answers at once. The page's markup may be painted before this is read, in the system's colours.
 */
/** "contrast": black on white or white on black, as the system is; for embeds, which bring its colours. */
export type Theme = "system" | "light" | "dark" | "contrast";

export interface Preferences {
  readonly theme: Theme;
  readonly screenReader: boolean;
}

export const DEFAULT_PREFERENCES: Preferences = { theme: "system", screenReader: false };

const KEY = "immutable-lab/preferences";

/** As they were left here, or the defaults where storage is blocked or holds something else. */
export function loadPreferences(): Preferences {
  try {
    return { ...DEFAULT_PREFERENCES, ...(JSON.parse(localStorage.getItem(KEY) ?? "{}") as Partial<Preferences>) };
  } catch {
    return DEFAULT_PREFERENCES;
  }
}

/** Does nothing where storage is blocked or full. */
export function savePreferences(preferences: Preferences): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(preferences));
  } catch {
    // They hold as long as the page.
  }
}

export function applyTheme(theme: Theme): void {
  if (theme === "system") document.documentElement.removeAttribute("data-theme");
  else document.documentElement.setAttribute("data-theme", theme);
}
