/** What less's keys do, by the name of the key. */

const COMMANDS: Readonly<Record<string, readonly string[]>> = {
  quit: ["q", "Q", "Z"],
  "forward-line": ["e", "C-e", "j", "J", "C-n", "enter", "C-j", "down"],
  "backward-line": ["y", "Y", "C-y", "k", "K", "C-k", "C-p", "up"],
  "forward-page": [" ", "f", "C-f", "C-v", "z", "pagedown"],
  "backward-page": ["b", "C-b", "M-v", "w", "pageup"],
  "forward-half": ["d", "C-d"],
  "backward-half": ["u", "C-u"],
  "first-line": ["g", "<", "M-<", "home"],
  "last-line": ["G", ">", "M->", "end"],
  percent: ["p", "%"],
  right: ["right", "M-)"],
  left: ["left", "M-("],
  repaint: ["r", "R", "C-r", "C-l"],
  follow: ["F"],
  "search-forward": ["/"],
  "search-backward": ["?"],
  "search-again": ["n"],
  "search-reverse": ["N"],
  "undo-highlight": ["M-u"],
  filter: ["&"],
  information: ["=", "C-g"],
  toggle: ["-"],
  "set-mark": ["m"],
  "go-to-mark": ["'"],
  colon: [":"],
  help: ["h", "H", "f1"],
};

const BY_KEY: ReadonlyMap<string, string> = new Map(
  Object.entries(COMMANDS).flatMap(([command, keys]) => keys.map((key) => [key, command] as const)),
);

/** The command of a key; undefined for one that does nothing. */
export function commandOf(key: string): string | undefined {
  return BY_KEY.get(key);
}
