/** Backslash escapes of PS0, PS1, PS2, PS4 and `${x@P}`. */
import type { Run } from "../machine/program.ts";
import { readAccounts } from "../machine/users.ts";
import { expandText } from "./expand/expand.ts";
import { baseName, type Shell } from "./shell.ts";
import { VERSION } from "./special-variables.ts";
import { formatTime } from "./strftime.ts";

/** The text of the prompt variable `name`, ready for the terminal. `\[` and `\]` become U+0001 and U+0002. */
export function* promptText(shell: Shell, name: string): Run<string> {
  const raw = shell.variables.scalar(name);
  return raw === undefined ? "" : yield* expandPrompt(shell, raw);
}

/** Decodes the escapes, then expands `$`, as promptvars has it. */
export function* expandPrompt(shell: Shell, text: string): Run<string> {
  const decoded = decode(shell, text);
  if (!shell.options.shopt("promptvars")) return decoded.replaceAll("\u0003", "");
  const status = shell.state.status;
  const expanded = yield* expandText(shell, decoded);
  shell.state.status = status;
  return expanded;
}

function decode(shell: Shell, text: string): string {
  return text.replace(/\\(D\{[^}]*\}|[0-7]{3}|[\s\S])/g, (whole, escape: string) => one(shell, escape) ?? whole);
}

function one(shell: Shell, escape: string): string | undefined {
  const { proc, state } = shell;
  const time = (format: string) => formatTime(proc.now(), format);
  if (/^[0-7]{3}$/.test(escape)) return String.fromCharCode(parseInt(escape, 8));
  if (escape.startsWith("D")) return time(escape.slice(2, -1) || "%X");
  switch (escape) {
    case "a":
      return "\x07";
    case "d":
      return time("%a %b %d");
    case "e":
      return "\x1b";
    case "h":
      return proc.kernel.hostname.split(".")[0] ?? "";
    case "H":
      return proc.kernel.hostname;
    case "j":
      return String(shell.jobs.listed.length);
    case "l":
      return "tty";
    case "n":
      return "\n";
    case "r":
      return "\r";
    case "s":
      return baseName(state.name).replace(/^-/, "");
    case "t":
      return time("%H:%M:%S");
    case "T":
      return time("%I:%M:%S");
    case "@":
      return time("%I:%M %p");
    case "A":
      return time("%H:%M");
    case "u":
      return readAccounts(proc.sys).userById(proc.sys.credentials.uid)?.name ?? "I have no name!";
    case "v":
      return `${VERSION.major}.${VERSION.minor}`;
    case "V":
      return `${VERSION.major}.${VERSION.minor}.${VERSION.patch}`;
    case "w":
      return quoteDollar(withTilde(shell, state.directory));
    case "W":
      return quoteDollar(state.directory === "/" ? "/" : withTilde(shell, state.directory) === "~" ? "~" : baseName(state.directory));
    case "!":
      return String(state.history.base + state.history.length);
    case "#":
      return String(shell.commandNumber);
    case "$":
      return proc.sys.credentials.uid === 0 ? "#" : "\\$";
    case "[":
      return "\u0001";
    case "]":
      return "\u0002";
    case "\\":
      return "\\\\";
    default:
      return undefined;
  }
}

/** What a directory's name may hold must not be expanded. */
function quoteDollar(text: string): string {
  return text.replace(/[$`\\]/g, "\\$&");
}

/** `~` for the home directory, and PROMPT_DIRTRIM. */
function withTilde(shell: Shell, directory: string): string {
  const home = shell.variables.scalar("HOME");
  const short =
    home !== undefined && home !== "/" && (directory === home || directory.startsWith(home + "/"))
      ? "~" + directory.slice(home.length)
      : directory;
  const trim = Number(shell.variables.scalar("PROMPT_DIRTRIM") ?? 0);
  if (!(trim > 0)) return short;
  const parts = short.split("/");
  const head = parts[0] === "~" ? "~/" : "";
  return parts.length - 1 <= trim ? short : `${head}.../${parts.slice(-trim).join("/")}`;
}
