/** What somebody does to a machine, in words. */
import type { Act } from "../../course/lesson.ts";

export function actInWords(act: Act): string {
  switch (act.kind) {
    case "type":
      return act.line;
    case "keys":
      return `keys ${JSON.stringify(act.text)}`;
    case "reboot":
      return act.entry === undefined ? "the Reboot button" : `the Reboot button, then “${act.entry}” in the boot menu`;
    case "power-cut":
      return act.afterWrites === undefined ? "pull the plug, then power on" : `the power goes after ${act.afterWrites} more writes`;
    case "fault":
      return `trouble: ${act.name}${act.on ? "" : ", mended"}`;
  }
}
