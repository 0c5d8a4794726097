/** stty(1): shows and changes the settings of a terminal. */
import type { Process } from "../../machine/process.ts";
import type { ExitStatus, Run } from "../../machine/program.ts";
import { rawTermios, saneTermios, TERMINAL_FLAGS, type ControlCharacters, type TerminalFlag, type Termios } from "../../machine/termios.ts";
import type { Tty } from "../../machine/tty.ts";
import { isSysError } from "../../vfs/errno.ts";
import type { Command } from "../command.ts";
import { ownName, warn } from "../complain.ts";
import { decodeSettings, encodeSettings } from "./encoded.ts";

type Writable<T> = { -readonly [K in keyof T]: T[K] };

const CHARACTERS: readonly (keyof ControlCharacters)[] = [
  "intr",
  "quit",
  "erase",
  "kill",
  "eof",
  "eol",
  "eol2",
  "swtch",
  "start",
  "stop",
  "susp",
  "rprnt",
  "werase",
  "lnext",
  "discard",
];
const FLAGS = new Set<string>(Object.values(TERMINAL_FLAGS).flatMap((group) => Object.keys(group)));

/** Settings that stand for several, as functions of what is set. */
const COMBINATIONS: Readonly<Record<string, (t: Termios) => Partial<Termios>>> = {
  sane: sane,
  raw: (t) => {
    const { ignbrk, brkint, ignpar, parmrk, inpck, istrip, inlcr, igncr, icrnl, ixon, icanon, opost, isig } = {
      ...rawTermios(t),
      ignpar: false,
      inpck: false,
    };
    return {
      ignbrk,
      brkint,
      ignpar,
      parmrk,
      inpck,
      istrip,
      inlcr,
      igncr,
      icrnl,
      ixon,
      icanon,
      opost,
      isig,
      ixoff: false,
      iuclc: false,
      ixany: false,
      imaxbel: false,
      xcase: false,
      min: 1,
      time: 0,
    };
  },
  "-raw": cooked,
  cooked: cooked,
  "-cooked": (t) => COMBINATIONS["raw"]?.(t) ?? {},
  cbreak: () => ({ icanon: false }),
  "-cbreak": () => ({ icanon: true }),
  nl: () => ({ icrnl: false, onlcr: false }),
  "-nl": () => ({ icrnl: true, inlcr: false, igncr: false, onlcr: true, ocrnl: false, onlret: false }),
  crt: () => ({ echoe: true, echoctl: true, echoke: true }),
  ek: () => ({ erase: saneTermios().erase, kill: saneTermios().kill }),
  decctlq: () => ({ ixany: false }),
  "-decctlq": () => ({ ixany: true }),
};

/** Flags that are neither sane nor insane: `sane` leaves them alone, and so does the list of what is unusual. */
const UNJUDGED = new Set<string>([
  "parenb",
  "parodd",
  "cmspar",
  "cs8",
  "hupcl",
  "cstopb",
  "clocal",
  "crtscts",
  "ignpar",
  "parmrk",
  "inpck",
  "istrip",
  "ixon",
]);

function sane(): Partial<Termios> {
  const settings = { ...saneTermios(), brkint: true, imaxbel: true, iutf8: false };
  return Object.fromEntries(Object.entries(settings).filter(([name]) => !UNJUDGED.has(name)));
}

function cooked(): Partial<Termios> {
  return {
    brkint: true,
    ignpar: true,
    istrip: true,
    icrnl: true,
    ixon: true,
    opost: true,
    isig: true,
    icanon: true,
    eof: 0x04,
    eol: undefined,
  };
}

/** Other spellings. */
const ALIASES: Readonly<Record<string, string>> = {
  crterase: "echoe",
  crtkill: "echoke",
  ctlecho: "echoctl",
  prterase: "echoprt",
  tandem: "ixoff",
  hup: "hupcl",
  cols: "columns",
};

class Complaint extends Error {
  readonly hasHint: boolean;

  constructor(message: string, hasHint: boolean) {
    super(message);
    this.hasHint = hasHint;
  }
}

export const stty: Command = {
  name: "stty",
  package: "coreutils",
  style: "raw",
  usage: [
    "stty [-F DEVICE | --file=DEVICE] [SETTING]...",
    "stty [-F DEVICE | --file=DEVICE] [-a|--all]",
    "stty [-F DEVICE | --file=DEVICE] [-g|--save]",
  ],
  about: "Print or change terminal characteristics.",
  completes: "none",
  options: [
    { name: "all", short: "a", help: "print all current settings in human-readable form" },
    { name: "save", short: "g", help: "print all current settings in a stty-readable form" },
    { name: "file", short: "F", argument: "DEVICE", help: "open and use the specified DEVICE instead of stdin" },
  ],
  simplified: "Speeds and delays are shown and cannot be set.",
  *run(proc) {
    try {
      return yield* run(proc);
    } catch (error) {
      if (!(error instanceof Complaint)) throw error;
      yield* warn(proc, error.message);
      if (error.hasHint) yield* proc.printError(`Try '${ownName(proc)} --help' for more information.\n`);
      return 1;
    }
  },
};

function* run(proc: Process): Run<ExitStatus> {
  let isAll = false;
  let isEncoded = false;
  let device: string | undefined;
  const settings: string[] = [];
  const args = proc.argv.slice(1);
  for (let at = 0; at < args.length; at++) {
    const argument = args[at] ?? "";
    if (argument === "-a" || argument === "--all") isAll = true;
    else if (argument === "-g" || argument === "--save") isEncoded = true;
    else if (argument === "-ag" || argument === "-ga") isAll = isEncoded = true;
    else if (argument === "-F" && at + 1 < args.length) device = args[++at];
    else if (argument.startsWith("-F") && argument.length > 2) device = argument.slice(2);
    else if (argument.startsWith("--file=")) device = argument.slice(7);
    else if (argument === "--help") return yield* help(proc);
    else settings.push(argument);
  }
  if (isAll && isEncoded) throw new Complaint("the options for verbose and stty-readable output styles are\nmutually exclusive", false);
  if ((isAll || isEncoded) && settings.length > 0) throw new Complaint("when specifying an output style, modes may not be set", false);
  for (const setting of settings) mustBeKnown(setting);
  const tty = terminalOf(proc, device);
  if (settings.length > 0) {
    yield* apply(proc, tty, settings);
    return 0;
  }
  const columns = proc.sys.isatty(1) && proc.tty ? proc.tty.columns || 80 : 80;
  if (isEncoded) yield* proc.print(encodeSettings(tty.getAttributes()) + "\n");
  else yield* proc.print(isAll ? all(tty, columns) : changed(tty.getAttributes(), columns));
  return 0;
}

/** Before it looks at the terminal it refuses what can be turned off by no name. */
function mustBeKnown(setting: string): void {
  const flag = ALIASES[setting.slice(1)] ?? setting.slice(1);
  if (setting.startsWith("-") && COMBINATIONS[`-${flag}`] === undefined && !FLAGS.has(flag))
    throw new Complaint(`invalid argument ‘${setting}’`, true);
}

function terminalOf(proc: Process, device: string | undefined): Tty {
  let isTerminal = proc.sys.isatty(0);
  if (device !== undefined) {
    try {
      const fd = proc.sys.open(device, 0);
      isTerminal = proc.sys.isatty(fd);
      proc.sys.close(fd);
    } catch (error) {
      if (!isSysError(error)) throw error;
      throw new Complaint(`${device}: ${error.text}`, false);
    }
  }
  if (!isTerminal || !proc.tty) throw new Complaint(`${device ?? "'standard input'"}: Inappropriate ioctl for device`, false);
  return proc.tty;
}

function* apply(proc: Process, tty: Tty, settings: readonly string[]): Run<void> {
  let termios: Writable<Termios> = { ...tty.getAttributes() };
  let { columns, rows } = tty;
  let shown = "";
  for (let at = 0; at < settings.length; at++) {
    const spelled = settings[at] ?? "";
    const isOff = spelled.startsWith("-");
    const word = (isOff ? "-" : "") + (ALIASES[spelled.replace(/^-/, "")] ?? spelled.replace(/^-/, ""));
    const flag = word.replace(/^-/, "");
    const combination = COMBINATIONS[word];
    const argument = (): string => {
      const next = settings[++at];
      if (next === undefined) throw new Complaint(`missing argument to ‘${spelled}’`, true);
      return next;
    };
    const encoded = decodeSettings(spelled);
    if (combination) termios = { ...termios, ...combination(termios) };
    else if (encoded) termios = { ...termios, ...encoded };
    else if (FLAGS.has(flag)) termios[flag as TerminalFlag] = !isOff;
    else if ((CHARACTERS as readonly string[]).includes(word)) termios[word as keyof ControlCharacters] = character(argument());
    else if (word === "min" || word === "time") termios[word] = integer(argument());
    else if (word === "rows") rows = integer(argument());
    else if (word === "columns") columns = integer(argument());
    else if (word === "size") shown += `${rows} ${columns}\n`;
    else if (word === "speed") shown += "38400\n";
    else if (word === "ispeed" || word === "ospeed" || word === "line") argument();
    else if (!/^\d+$/.test(word) && !/^(?:cs[5-8]|nl[01]|cr[0-3]|tab[0-3]|bs[01]|vt[01]|ff[01])$/.test(word))
      throw new Complaint(`invalid argument ‘${spelled}’`, true);
  }
  tty.setAttributes(termios);
  tty.resize(columns, rows);
  if (shown !== "") yield* proc.print(shown);
}

function integer(text: string): number {
  if (!/^(?:\d+|0x[\da-f]+)$/i.test(text)) throw new Complaint(`invalid integer argument: ‘${text}’`, false);
  return Number(text);
}

/** A character itself, ^X, ^? , `undef`, or its number. */
function character(text: string): number | undefined {
  if (text === "undef" || text === "^-") return undefined;
  if (text === "") return undefined;
  if (text.length === 1) return text.charCodeAt(0);
  if (text.startsWith("^") && text.length === 2) return text === "^?" ? 0x7f : text.charCodeAt(1) & 0x1f;
  return integer(text);
}

function visible(value: number | undefined): string {
  if (value === undefined) return "<undef>";
  if (value < 0x20) return `^${String.fromCharCode(value + 0x40)}`;
  if (value === 0x7f) return "^?";
  return value < 0x80 ? String.fromCharCode(value) : `M-${visible(value - 0x80)}`;
}

/** Words in rows of `columns`. */
function wrapped(words: readonly string[], columns: number): string {
  const rows: string[] = [];
  let row = "";
  for (const word of words) {
    if (row !== "" && row.length + 1 + word.length >= columns) {
      rows.push(row);
      row = word;
    } else row = row === "" ? word : `${row} ${word}`;
  }
  if (row !== "") rows.push(row);
  return rows.map((text) => text + "\n").join("");
}

function flagWords(termios: Termios, group: Readonly<Record<string, boolean>>, keep: (name: TerminalFlag) => boolean): string[] {
  return (Object.keys(group) as TerminalFlag[]).filter(keep).map((name) => (termios[name] ? name : `-${name}`));
}

function all(tty: Tty, columns: number): string {
  const t = tty.getAttributes();
  const characters = CHARACTERS.map((name) => `${name} = ${visible(t[name])};`);
  const groups = Object.entries(TERMINAL_FLAGS).map(([name, group]) => {
    const words = flagWords(t, group, () => true);
    return wrapped(name === "output" ? [...words, "nl0", "cr0", "tab0", "bs0", "vt0", "ff0"] : words, columns);
  });
  const size = wrapped(["speed 38400 baud;", `rows ${tty.rows};`, `columns ${tty.columns};`, "line = 0;"], columns);
  return size + wrapped([...characters, `min = ${t.min};`, `time = ${t.time};`], columns) + groups.join("");
}

/** What is not as `stty sane` would make it. */
function changed(t: Termios, columns: number): string {
  const usual = { ...t, ...sane() } as Termios;
  const characters = CHARACTERS.filter((name) => t[name] !== usual[name]).map((name) => `${name} = ${visible(t[name])};`);
  if (!t.icanon) characters.push(`min = ${t.min};`, `time = ${t.time};`);
  const groups = Object.values(TERMINAL_FLAGS).map((group) =>
    wrapped(
      flagWords(t, group, (name) => t[name] !== usual[name]),
      columns,
    ),
  );
  return wrapped(["speed 38400 baud;", "line = 0;"], columns) + wrapped(characters, columns) + groups.join("");
}

function* help(proc: Process): Run<ExitStatus> {
  const [first = "", ...others] = stty.usage;
  yield* proc.print(`Usage: ${first}\n${others.map((usage) => `  or:  ${usage}\n`).join("")}${stty.about}\n`);
  return 0;
}
