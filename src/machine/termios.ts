/** The settings of a terminal, termios(3): what stty(1) shows and sets. */

/** The flags that are kept, in the groups and the order of `stty -a`, with what a new Linux terminal has. */
export const TERMINAL_FLAGS = {
  control: {
    parenb: false,
    parodd: false,
    cmspar: false,
    cs8: true,
    hupcl: false,
    cstopb: false,
    cread: true,
    clocal: false,
    crtscts: false,
  },
  input: {
    ignbrk: false,
    brkint: false,
    ignpar: false,
    parmrk: false,
    inpck: false,
    istrip: false,
    inlcr: false,
    igncr: false,
    icrnl: true,
    ixon: true,
    ixoff: false,
    iuclc: false,
    ixany: false,
    imaxbel: true,
    iutf8: true,
  },
  output: {
    opost: true,
    olcuc: false,
    ocrnl: false,
    onlcr: true,
    onocr: false,
    onlret: false,
    ofill: false,
    ofdel: false,
  },
  local: {
    isig: true,
    icanon: true,
    iexten: true,
    echo: true,
    echoe: true,
    echok: true,
    echonl: false,
    noflsh: false,
    xcase: false,
    tostop: false,
    echoprt: false,
    echoctl: true,
    echoke: true,
    flusho: false,
    extproc: false,
  },
} as const;

type Groups = typeof TERMINAL_FLAGS;

export type TerminalFlag = { [G in keyof Groups]: keyof Groups[G] }[keyof Groups];

/** The keys with a meaning; `undefined` where none is set (`<undef>`), otherwise a byte. */
export interface ControlCharacters {
  readonly intr: number | undefined;
  readonly quit: number | undefined;
  readonly erase: number | undefined;
  readonly kill: number | undefined;
  readonly eof: number | undefined;
  readonly eol: number | undefined;
  readonly eol2: number | undefined;
  readonly swtch: number | undefined;
  readonly start: number | undefined;
  readonly stop: number | undefined;
  readonly susp: number | undefined;
  readonly rprnt: number | undefined;
  readonly werase: number | undefined;
  readonly lnext: number | undefined;
  readonly discard: number | undefined;
}

export interface Termios extends Readonly<Record<TerminalFlag, boolean>>, ControlCharacters {
  /** A read in non-canonical mode waits for this many bytes. */
  readonly min: number;
  /**
   * Tenths of a second.
   * @simplified The timer of a non-canonical read does not run: with `min` 0 a read returns at once.
   */
  readonly time: number;
}

/** What a terminal starts with. */
export function saneTermios(): Termios {
  const { control, input, output, local } = TERMINAL_FLAGS;
  return {
    ...control,
    ...input,
    ...output,
    ...local,
    intr: 0x03,
    quit: 0x1c,
    erase: 0x7f,
    kill: 0x15,
    eof: 0x04,
    eol: undefined,
    eol2: undefined,
    swtch: undefined,
    start: 0x11,
    stop: 0x13,
    susp: 0x1a,
    rprnt: 0x12,
    werase: 0x17,
    lnext: 0x16,
    discard: 0x0f,
    min: 1,
    time: 0,
  };
}

/** `termios` as cfmakeraw(3) changes it: every byte goes through as it is. */
export function rawTermios(termios: Termios): Termios {
  return {
    ...termios,
    ignbrk: false,
    brkint: false,
    parmrk: false,
    istrip: false,
    inlcr: false,
    igncr: false,
    icrnl: false,
    ixon: false,
    opost: false,
    echo: false,
    echonl: false,
    icanon: false,
    isig: false,
    iexten: false,
    parenb: false,
    cs8: true,
    min: 1,
    time: 0,
  };
}
