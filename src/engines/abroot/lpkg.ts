/** How Vanilla OS keeps apt and dpkg from who would use them: under other names. Source: Vanilla-OS/vanilla-tools:lpkg. */
import type { Sys } from "../../vfs/sys.ts";

const PREFIX = "private.";
const TOLD_APART = /^(?:apt|dpkg)/;

/** Hears of each renaming before it is done. */
type Tell = (from: string, to: string) => void;

/** Renames what begins with "apt" or "dpkg" below `directory`. Throws SysError. */
export function lockBinaries(sys: Sys, directory: string, tell: Tell = () => undefined): void {
  renameEach(sys, directory, tell, (name) => (TOLD_APART.test(name) ? PREFIX + name : undefined));
}

/** Gives them their names back. Throws SysError. */
export function unlockBinaries(sys: Sys, directory: string, tell: Tell = () => undefined): void {
  renameEach(sys, directory, tell, (name) =>
    name.startsWith(PREFIX) && TOLD_APART.test(name.slice(PREFIX.length)) ? name.slice(PREFIX.length) : undefined,
  );
}

function renameEach(sys: Sys, directory: string, tell: Tell, renamed: (name: string) => string | undefined): void {
  const entries = sys.readdir(directory).sort((left, right) => (left.name < right.name ? -1 : 1));
  for (const { name, type } of entries) {
    const path = `${directory}/${name}`;
    const other = renamed(name);
    if (other !== undefined) {
      tell(path, `${directory}/${other}`);
      sys.rename(path, `${directory}/${other}`);
    } else if (type === "dir") renameEach(sys, path, tell, renamed);
  }
}
