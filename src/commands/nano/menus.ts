/** What the keys do in the main window, and what the bottom rows offer in each menu. */
import type { Shortcut } from "./layout.ts";

/** Names of nano's functions, as nanorc(5) has them. */
export const MAIN_KEYS: Readonly<Record<string, string>> = {
  "C-g": "help", f1: "help",
  "C-x": "exit", f2: "exit",
  "C-o": "writeout", f3: "writeout",
  "C-s": "savefile",
  "C-r": "insert", f5: "insert", insert: "insert",
  "C-w": "whereis", f6: "whereis",
  "C-f": "whereis",
  "C-b": "wherewas", "C-q": "wherewas",
  "C-\\": "replace", "M-r": "replace",
  "M-w": "findnext", "M-f": "findnext", "M-q": "findprevious", "M-b": "findprevious",
  "C-k": "cut", f9: "cut",
  "C-u": "paste", f10: "paste",
  "M-6": "copy", "M-^": "copy",
  "M-a": "mark", "C-^": "mark",
  "C-c": "location", f11: "location",
  "C-_": "gotoline", "M-g": "gotoline",
  "M-u": "undo", "M-e": "redo",
  "C-p": "up", up: "up", "C-n": "down", down: "down", left: "left", right: "right",
  "C-a": "home", home: "home", "C-e": "end", end: "end",
  "C-left": "prevword", "M- ": "prevword", "C-right": "nextword", "C- ": "nextword", "C-@": "nextword",
  "C-y": "pageup", pageup: "pageup", f7: "pageup", "C-v": "pagedown", pagedown: "pagedown", f8: "pagedown",
  "M-\\": "firstline", "C-home": "firstline", "M-|": "firstline", "M-/": "lastline", "C-end": "lastline", "M-?": "lastline",
  "M-up": "scrollup", "M--": "scrollup", "M-down": "scrolldown", "M-=": "scrolldown",
  enter: "enter", "C-m": "enter", tab: "tab",
  backspace: "backspace", "C-h": "backspace", delete: "delete", "C-d": "delete",
  "M-backspace": "chopwordleft", "C-delete": "chopwordright", "M-delete": "zap",
  "C-l": "refresh",
  "M-d": "wordcount", "M-n": "linenumbers", "M-c": "constantshow", "M-x": "nohelp", "M-i": "autoindent",
  "M-,": "prevbuf", "M-left": "prevbuf", "M-<": "prevbuf", "M-.": "nextbuf", "M-right": "nextbuf", "M->": "nextbuf",
  "paste-start": "pastedtext",
  "C-j": "justify", "C-t": "execute",
};

/** Functions that would change the text, and so do not work in view mode. */
export const CHANGING = new Set([
  "writeout", "savefile", "insert", "replace", "cut", "paste", "undo", "redo", "enter", "tab", "backspace", "delete", "chopwordleft",
  "chopwordright", "zap", "justify", "execute", "pastedtext",
]);

const keys = (...pairs: readonly (readonly [string, string])[]): readonly Shortcut[] => pairs.map(([key, tag]) => ({ key, tag }));

export const MENUS = {
  main: (exits: string): readonly Shortcut[] =>
    keys(
      ["^G", "Help"], ["^X", exits], ["^O", "Write Out"], ["^R", "Read File"], ["^F", "Where Is"], ["^\\", "Replace"], ["^K", "Cut"], ["^U", "Paste"],
      ["^T", "Execute"], ["^J", "Justify"], ["^C", "Location"], ["^/", "Go To Line"], ["M-U", "Undo"], ["M-E", "Redo"], ["M-A", "Set Mark"], ["M-6", "Copy"],
    ),
  write: keys(["^G", "Help"], ["^C", "Cancel"], ["M-D", "DOS Format"], ["M-M", "Mac Format"], ["M-A", "Append"], ["M-P", "Prepend"], ["M-B", "Backup File"], ["^T", "Browse"]),
  insert: keys(["^G", "Help"], ["^C", "Cancel"], ["M-F", "New Buffer"], ["M-N", "No Conversion"], ["^X", "Execute Command"], ["^T", "Browse"]),
  search: keys(
    ["^G", "Help"], ["^C", "Cancel"], ["M-C", "Case Sens"], ["M-R", "Reg.exp."], ["M-B", "Backwards"], ["^R", "Replace"], ["^P", "Older"], ["^N", "Newer"],
    ["^T", "Go To Line"],
  ),
  replace: keys(
    ["^G", "Help"], ["^C", "Cancel"], ["M-C", "Case Sens"], ["M-R", "Reg.exp."], ["M-B", "Backwards"], ["^R", "No Replace"], ["^P", "Older"], ["^N", "Newer"],
  ),
  replaceWith: keys(["^G", "Help"], ["^C", "Cancel"], ["^P", "Older"], ["^N", "Newer"]),
  goto: keys(
    ["^G", "Help"], ["^C", "Cancel"], ["^W", "Begin of Paragr."], ["^O", "End of Paragraph"], ["^Y", "First Line"], ["^V", "Last Line"], ["^T", "Go To Text"],
  ),
  help: keys(
    ["^L", "Refresh"], ["^X", "Close"], ["^W", "Where Is"], ["^Q", "Where Was"], ["M-Q", "Previous"], ["M-W", "Next"], ["^P", "Prev Line"], ["^N", "Next Line"],
    ["^Y", "Prev Page"], ["^V", "Next Page"], ["M-\\", "First Line"], ["M-/", "Last Line"],
  ),
} as const;

export const HELP_TITLE = "Main nano help text";

/** @simplified The real text is longer; it says the same of the keys that work here. */
export const HELP_TEXT: readonly string[] = [
  "",
  " The top line names the file and says whether it was modified. Below it is the",
  " text. The third line from the bottom shows messages and asks questions, and",
  " the last two lines show the most useful keys.",
  "",
  " ^X means: hold Ctrl and press X. M-X means: hold Alt and press X, or press Esc",
  " and then X. Function keys, where there are some, are in parentheses.",
  "",
  " ^G     (F1)      Show this help",
  " ^X     (F2)      Close the file; leave nano after the last one",
  " ^O     (F3)      Write the file to disk",
  " ^S               Save without asking for a name",
  " ^R     (F5)      Insert another file at the cursor",
  "",
  " ^F     (^W, F6)  Search forwards for a text",
  " ^B     (^Q)      Search backwards",
  " M-W    (M-F)     Find the next occurrence",
  " M-Q    (M-B)     Find the previous occurrence",
  " ^\\     (M-R)     Replace a text",
  "",
  " ^K     (F9)      Cut the line or the marked text",
  " M-6              Copy the line or the marked text",
  " ^U     (F10)     Paste what was cut or copied",
  " M-A              Set or unset the mark",
  "",
  " M-U              Undo the last change",
  " M-E              Redo what was undone",
  "",
  " ^C     (F11)     Show where the cursor is",
  " ^/     (M-G)     Go to a line and column",
  " ^Y     (F7)      One page up",
  " ^V     (F8)      One page down",
  " M-\\              Go to the first line",
  " M-/              Go to the last line",
  " ^A ^E            Go to the start or end of the line",
  " ^Left ^Right     Go one word back or on",
  "",
  " M-D              Count lines, words and characters",
  " M-N              Turn line numbers on or off",
  " M-C              Always show where the cursor is, or stop that",
  " M-X              Hide or show the two help lines",
  " M-, M-.          Switch between open files",
];
