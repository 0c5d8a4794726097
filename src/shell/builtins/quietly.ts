/** The terminal's mode while `read -s` or `read -n` waits. */
import type { Run } from "../../machine/program.ts";
import type { Shell } from "../shell.ts";

/** Runs `body` with echo off, or with keys handed over one by one; the terminal is put back afterwards. */
export function* quietly<T>(
  shell: Shell,
  fd: number,
  mode: { readonly echo: boolean; readonly singly: boolean },
  body: () => Run<T>,
): Run<T> {
  const { tty } = shell.proc;
  if (tty === undefined || !shell.proc.sys.isatty(fd)) return yield* body();
  const before = tty.getAttributes();
  tty.setAttributes({ ...before, echo: before.echo && mode.echo, icanon: before.icanon && !mode.singly });
  try {
    return yield* body();
  } finally {
    tty.setAttributes(before);
  }
}
