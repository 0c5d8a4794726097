/** The options of less(1), from the command line, the variable LESS, and the `-` key. */

export interface Settings {
  /** -F */
  quitsOnOneScreen: boolean;
  /** -R */
  isRaw: boolean;
  /** -S */
  isChopped: boolean;
  /** -N */
  showsNumbers: boolean;
  /** -X */
  keepsScreen: boolean;
  /** -M is "long", -m "medium". */
  prompt: "short" | "medium" | "long";
  /** -i ignores case in patterns without capitals, -I always. */
  ignoresCase: "never" | "smart" | "always";
  /** -e quits the second time at the end, -E the first. */
  quitsAtEnd: "never" | "second" | "first";
  /** -K */
  quitsOnInterrupt: boolean;
  /** -s */
  squeezes: boolean;
  /** -f */
  showsBinary: boolean;
  /** `+COMMAND`s. */
  readonly commands: string[];
  /** -Pm and -PM: what the prompt says, in less's language of prompts. */
  promptFormat: string | undefined;
}

export function defaultSettings(): Settings {
  return {
    quitsOnOneScreen: false,
    isRaw: false,
    isChopped: false,
    showsNumbers: false,
    keepsScreen: false,
    prompt: "short",
    ignoresCase: "never",
    quitsAtEnd: "never",
    quitsOnInterrupt: false,
    squeezes: false,
    showsBinary: false,
    commands: [],
    promptFormat: undefined,
  };
}

const LONG: Readonly<Record<string, string>> = {
  "quit-if-one-screen": "F",
  "RAW-CONTROL-CHARS": "R",
  "raw-control-chars": "r",
  "chop-long-lines": "S",
  "LINE-NUMBERS": "N",
  "line-numbers": "n",
  "no-init": "X",
  "long-prompt": "m",
  "LONG-PROMPT": "M",
  "ignore-case": "i",
  "IGNORE-CASE": "I",
  "quit-at-eof": "e",
  "QUIT-AT-EOF": "E",
  "quit-on-intr": "K",
  "squeeze-blank-lines": "s",
  force: "f",
  quiet: "q",
  silent: "q",
  QUIET: "Q",
  tabs: "x",
  window: "z",
  "jump-target": "j",
  pattern: "p",
  prompt: "P",
  "clear-screen": "c",
  "CLEAR-SCREEN": "C",
  tilde: "~",
  "hilite-search": "g",
  "HILITE-SEARCH": "G",
  dumb: "d",
  mouse: "",
  "no-keypad": "",
  "follow-name": "",
  incsearch: "",
  "use-color": "",
  "status-column": "J",
  shift: "#",
  "save-marks": "",
  wordwrap: "",
};

/** Options with an argument that this pager reads over. */
const WITH_ARGUMENT = 'bhjkoOPtTxyzD#"';

/** Takes one argument of the command line, or the whole of LESS. Gives what less says about an option that it does not know. */
export function applyOption(settings: Settings, argument: string): string | undefined {
  if (argument.startsWith("--")) {
    const [name = "", value] = argument.slice(2).split("=", 2);
    const letter = LONG[name] ?? LONG[name.toLowerCase()];
    if (letter === undefined) return `There is no ${name} option ("less --help" for help)`;
    if (letter === "p" && value !== undefined) settings.commands.push(`/${value}`);
    else if (letter !== "" && !WITH_ARGUMENT.includes(letter)) applyLetter(settings, letter);
    return undefined;
  }
  const letters = argument.replace(/^-/, "");
  for (let at = 0; at < letters.length; at++) {
    const letter = letters[at] ?? "";
    if (letter === "p") {
      settings.commands.push(`/${letters.slice(at + 1)}`);
      return undefined;
    }
    if (letter === "P") {
      // The text goes on to a dollar sign or the end.
      const end = letters.indexOf("$", at);
      const format = letters.slice(at + 1, end < 0 ? undefined : end);
      if (!/^[hw=]/.test(format)) settings.promptFormat = format.replace(/^[smM]/, "");
      if (end < 0) return undefined;
      at = end;
      continue;
    }
    if ("xjzyob".includes(letter) && /[0-9]/.test(letters[at + 1] ?? "")) {
      while (/[0-9,.]/.test(letters[at + 1] ?? "")) at++;
      continue;
    }
    if (WITH_ARGUMENT.includes(letter)) return undefined;
    if (letter === "-" || letter === "+" || letter === " " || letter === "$") continue;
    if (!applyLetter(settings, letter)) return `There is no ${letter} option ("less --help" for help)`;
  }
  return undefined;
}

/** The variable LESS: options with or without dashes, several with blanks between them. */
export function applyEnvironment(settings: Settings, value: string): void {
  // The text of a prompt has blanks of its own.
  const prompts = /^(-?[^ ]*P[^$]*\$)+/.exec(value)?.[0] ?? "";
  if (prompts !== "") applyOption(settings, prompts);
  for (const part of value.slice(prompts.length).split(/\s+/)) {
    if (part.startsWith("+")) settings.commands.push(part.slice(1));
    else if (part !== "") applyOption(settings, part);
  }
}

function applyLetter(settings: Settings, letter: string): boolean {
  switch (letter) {
    case "F":
      settings.quitsOnOneScreen = true;
      return true;
    case "R":
    case "r":
      settings.isRaw = true;
      return true;
    case "S":
      settings.isChopped = true;
      return true;
    case "N":
      settings.showsNumbers = true;
      return true;
    case "X":
      settings.keepsScreen = true;
      return true;
    case "m":
      settings.prompt = "medium";
      return true;
    case "M":
      settings.prompt = "long";
      return true;
    case "i":
      settings.ignoresCase = "smart";
      return true;
    case "I":
      settings.ignoresCase = "always";
      return true;
    case "e":
      settings.quitsAtEnd = "second";
      return true;
    case "E":
      settings.quitsAtEnd = "first";
      return true;
    case "K":
      settings.quitsOnInterrupt = true;
      return true;
    case "s":
      settings.squeezes = true;
      return true;
    case "f":
      settings.showsBinary = true;
      return true;
    default:
      return "nqQaAcCdgGJLuUVwW~B".includes(letter);
  }
}

/** What the `-` key does with a letter: the message, or undefined for an option that there is not. */
export function toggleOption(settings: Settings, letter: string): string | undefined {
  switch (letter) {
    case "S":
      settings.isChopped = !settings.isChopped;
      return settings.isChopped ? "Chop long lines" : "Fold long lines";
    case "N":
      settings.showsNumbers = !settings.showsNumbers;
      return settings.showsNumbers ? "Constantly display line numbers" : "Use line numbers";
    case "i":
      settings.ignoresCase = settings.ignoresCase === "smart" ? "never" : "smart";
      return settings.ignoresCase === "smart" ? "Ignore case in searches" : "Case is significant in searches";
    case "I":
      settings.ignoresCase = settings.ignoresCase === "always" ? "never" : "always";
      return settings.ignoresCase === "always" ? "Ignore case in searches and in patterns" : "Case is significant in searches";
    case "R":
      settings.isRaw = !settings.isRaw;
      return settings.isRaw ? "Display ANSI sequences directly, other control characters as ^X" : "Display control characters directly";
    case "M":
      settings.prompt = settings.prompt === "long" ? "short" : "long";
      return settings.prompt === "long" ? "Long prompt" : "Short prompt";
    default:
      return undefined;
  }
}
