/** `stty -g`: all settings as numbers, the bits and places of <asm-generic/termbits.h>. */
import type { ControlCharacters, TerminalFlag, Termios } from "../../machine/termios.ts";

const BITS: readonly Readonly<Partial<Record<TerminalFlag, number>>>[] = [
  {
    ignbrk: 0o1,
    brkint: 0o2,
    ignpar: 0o4,
    parmrk: 0o10,
    inpck: 0o20,
    istrip: 0o40,
    inlcr: 0o100,
    igncr: 0o200,
    icrnl: 0o400,
    iuclc: 0o1000,
    ixon: 0o2000,
    ixany: 0o4000,
    ixoff: 0o10000,
    imaxbel: 0o20000,
    iutf8: 0o40000,
  },
  { opost: 0o1, olcuc: 0o2, onlcr: 0o4, ocrnl: 0o10, onocr: 0o20, onlret: 0o40, ofill: 0o100, ofdel: 0o200 },
  {
    cs8: 0o60,
    cstopb: 0o100,
    cread: 0o200,
    parenb: 0o400,
    parodd: 0o1000,
    hupcl: 0o2000,
    clocal: 0o4000,
    cmspar: 0o10000000000,
    crtscts: 0o20000000000,
  },
  {
    isig: 0o1,
    icanon: 0o2,
    xcase: 0o4,
    echo: 0o10,
    echoe: 0o20,
    echok: 0o40,
    echonl: 0o100,
    noflsh: 0o200,
    tostop: 0o400,
    echoctl: 0o1000,
    echoprt: 0o2000,
    echoke: 0o4000,
    flusho: 0o10000,
    iexten: 0o100000,
    extproc: 0o200000,
  },
];

/** B38400 in c_cflag. */
const SPEED = 0o17;
const PLACES: readonly (keyof ControlCharacters | "min" | "time" | undefined)[] = [
  "intr",
  "quit",
  "erase",
  "kill",
  "eof",
  "time",
  "min",
  "swtch",
  "start",
  "stop",
  "susp",
  "eol",
  "rprnt",
  "discard",
  "werase",
  "lnext",
  "eol2",
];
const PLACE_COUNT = 32;

export function encodeSettings(termios: Termios): string {
  const words = BITS.map((group, index) => {
    let word = index === 2 ? SPEED : 0;
    for (const [name, bits] of Object.entries(group)) if (termios[name as TerminalFlag]) word += bits;
    return word;
  });
  const characters = Array.from({ length: PLACE_COUNT }, (_, place) => {
    const name = PLACES[place];
    return name === undefined ? 0 : (termios[name] ?? 0);
  });
  return [...words, ...characters].map((value) => value.toString(16)).join(":");
}

/** What `encodeSettings` gave; undefined for any other text. */
export function decodeSettings(text: string): Partial<Termios> | undefined {
  if (!/^[\da-f]+(?::[\da-f]+){35}$/i.test(text)) return undefined;
  const numbers = text.split(":").map((part) => parseInt(part, 16));
  const settings: { [name: string]: boolean | number | undefined } = {};
  for (const [index, group] of BITS.entries()) {
    const word = numbers[index] ?? 0;
    for (const [name, bits] of Object.entries(group)) settings[name] = Math.floor(word / ((bits & -bits) >>> 0)) % 2 === 1;
  }
  for (const [place, name] of PLACES.entries()) {
    const value = numbers[BITS.length + place] ?? 0;
    if (name !== undefined) settings[name] = value === 0 && name !== "min" && name !== "time" ? undefined : value;
  }
  return settings as Partial<Termios>;
}
