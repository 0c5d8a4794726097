/** What pid 1 brings up on a recorded machine. */
import { encodeUtf8 } from "../../base/utf8.ts";
import { makeDirectories, writeNewFile } from "../../engines/ostree/files.ts";
import type { BootEngine } from "../../machine/ports.ts";

const DIRECTORY = "/run/systemd/system";

/** The recorder's pid 1 was a shell that mounted this and then slept. */
const UNITS: Readonly<Record<string, string>> = {
  "default.target": "[Unit]\nDescription=Recorded System\nRequires=local-fs.target\nAfter=local-fs.target\n",
  "local-fs.target": "[Unit]\nDescription=Local File Systems\nDefaultDependencies=no\nWants=tmp.mount run-media.service\n",
  "run-media.service":
    "[Unit]\nDescription=Directory of Removable Media\nDefaultDependencies=no\n[Service]\nType=oneshot\nExecStart=/usr/bin/mkdir -p /run/media\n",
  "tmp.mount":
    "[Unit]\nDescription=Temporary Directory /tmp\nDefaultDependencies=no\n[Mount]\nWhat=tmpfs\nWhere=/tmp\nType=tmpfs\nOptions=mode=1777\n",
};

/** `engine`, and units in /run for our pid 1: nothing of them is on the disk, where the recorder had no systemd. */
export function withUnits(engine: BootEngine): BootEngine {
  return {
    ...engine,
    *afterSwitchRoot(init, kargs) {
      yield* engine.afterSwitchRoot(init, kargs);
      makeDirectories(init.sys, DIRECTORY);
      for (const [name, text] of Object.entries(UNITS)) writeNewFile(init.sys, `${DIRECTORY}/${name}`, encodeUtf8(text), { mode: 0o644 });
    },
  };
}
