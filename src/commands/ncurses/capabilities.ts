/** What a terminal can do and how one asks it to, by the names of terminfo(5): the entry xterm-256color. */

/** Sequences; `%1`, `%2` are the arguments, `%+1` an argument counted from 1. */
const STRINGS: Readonly<Record<string, string>> = {
  clear: "\x1b[H\x1b[2J",
  E3: "\x1b[3J",
  home: "\x1b[H",
  cup: "\x1b[%+1;%+2H",
  hpa: "\x1b[%+1G",
  vpa: "\x1b[%+1d",
  csr: "\x1b[%+1;%+2r",
  bold: "\x1b[1m",
  dim: "\x1b[2m",
  sitm: "\x1b[3m",
  ritm: "\x1b[23m",
  smul: "\x1b[4m",
  rmul: "\x1b[24m",
  blink: "\x1b[5m",
  rev: "\x1b[7m",
  invis: "\x1b[8m",
  smso: "\x1b[7m",
  rmso: "\x1b[27m",
  smxx: "\x1b[9m",
  rmxx: "\x1b[29m",
  sgr0: "\x1b(B\x1b[m",
  op: "\x1b[39;49m",
  el: "\x1b[K",
  el1: "\x1b[1K",
  ed: "\x1b[J",
  ech: "\x1b[%1X",
  il: "\x1b[%1L",
  il1: "\x1b[L",
  dl: "\x1b[%1M",
  dl1: "\x1b[M",
  ich: "\x1b[%1@",
  dch: "\x1b[%1P",
  dch1: "\x1b[P",
  indn: "\x1b[%1S",
  rin: "\x1b[%1T",
  ind: "\n",
  ri: "\x1bM",
  rep: "",
  civis: "\x1b[?25l",
  cnorm: "\x1b[?12l\x1b[?25h",
  cvvis: "\x1b[?12;25h",
  smcup: "\x1b[?1049h\x1b[22;0;0t",
  rmcup: "\x1b[?1049l\x1b[23;0;0t",
  smkx: "\x1b[?1h\x1b=",
  rmkx: "\x1b[?1l\x1b>",
  smacs: "\x1b(0",
  rmacs: "\x1b(B",
  smir: "\x1b[4h",
  rmir: "\x1b[4l",
  smam: "\x1b[?7h",
  rmam: "\x1b[?7l",
  bel: "\x07",
  cr: "\r",
  nel: "\x1bE",
  ht: "\t",
  hts: "\x1bH",
  tbc: "\x1b[3g",
  cbt: "\x1b[Z",
  sc: "\x1b7",
  rc: "\x1b8",
  flash: "\x1b[?5h\x1b[?5l",
  cuu: "\x1b[%1A",
  cud: "\x1b[%1B",
  cuf: "\x1b[%1C",
  cub: "\x1b[%1D",
  cuu1: "\x1b[A",
  cud1: "\n",
  cuf1: "\x1b[C",
  cub1: "\b",
  kcuu1: "\x1bOA",
  kcud1: "\x1bOB",
  kcuf1: "\x1bOC",
  kcub1: "\x1bOD",
  khome: "\x1bOH",
  kend: "\x1bOF",
  kbs: "\x7f",
  kdch1: "\x1b[3~",
  kich1: "\x1b[2~",
  kpp: "\x1b[5~",
  knp: "\x1b[6~",
  kcbt: "\x1b[Z",
  kf1: "\x1bOP",
  kf2: "\x1bOQ",
  kf3: "\x1bOR",
  kf4: "\x1bOS",
  kf5: "\x1b[15~",
  kf6: "\x1b[17~",
  kf7: "\x1b[18~",
  kf8: "\x1b[19~",
  kf9: "\x1b[20~",
  kf10: "\x1b[21~",
  kf11: "\x1b[23~",
  kf12: "\x1b[24~",
  rs1: "\x1bc\x1b]104\x07",
  rs2: "\x1b[!p\x1b[?3;4l\x1b[4l\x1b>",
  is2: "\x1b[!p\x1b[?3;4l\x1b[4l\x1b>",
};

const NUMBERS: Readonly<Record<string, number>> = { colors: 256, pairs: 65536, it: 8 };
const FLAGS: Readonly<Record<string, boolean>> = {
  am: true,
  bce: true,
  ccc: true,
  km: true,
  mc5i: true,
  mir: true,
  msgr: true,
  npc: true,
  xenl: true,
  hs: false,
  bw: false,
  eo: false,
  hc: false,
};
/** Known names that this terminal has nothing for. */
const ABSENT = new Set(["setf", "setb", "tsl", "fsl", "dsl", "xmc", "wsl", "hd", "hu", "pad", "rs3", "is1", "is3"]);

export const LONG_NAME = "xterm with 256 colors";

/** Terminal types that there is an entry for; they are all shown by the same terminal. */
export function isKnownTerminal(type: string): boolean {
  return /^(?:xterm(?:-256color|-color)?|linux|vt100|vt220|screen(?:-256color)?|tmux(?:-256color)?|ansi)$/.test(type);
}

export type Capability =
  | { readonly kind: "string"; readonly text: string }
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "flag"; readonly isSet: boolean }
  /** terminfo knows the name, and this terminal has none. */
  | { readonly kind: "absent" };

/** The capability with its arguments filled in; undefined for a name that terminfo does not have. */
export function capability(name: string, args: readonly number[]): Capability | undefined {
  if (name === "setaf" || name === "setab") return { kind: "string", text: colour(args[0] ?? 0, name === "setaf" ? 30 : 40) };
  const text = STRINGS[name];
  if (text !== undefined) {
    return {
      kind: "string",
      text: text.replace(/%(\+?)([12])/g, (_all, plus: string, place: string) =>
        String((args[Number(place) - 1] ?? 0) + (plus === "+" ? 1 : 0)),
      ),
    };
  }
  const value = NUMBERS[name];
  if (value !== undefined) return { kind: "number", value };
  const flag = FLAGS[name];
  if (flag !== undefined) return { kind: "flag", isSet: flag };
  return ABSENT.has(name) ? { kind: "absent" } : undefined;
}

function colour(index: number, base: 30 | 40): string {
  if (index < 8) return `\x1b[${base + index}m`;
  if (index < 16) return `\x1b[${base + 60 + index - 8}m`;
  return `\x1b[${base + 8};5;${index}m`;
}
