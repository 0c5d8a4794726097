/** The embed: the same page as one classic script, for a frame with an opaque origin. The worker's source is in it, as text. */
import sight from "virtual:prebuilt/silverblue/sight";
import type { FirstSight } from "../lab/first-sight.ts";
import LabWorker from "../ui/lab-worker.ts?worker&inline";
import { openPage } from "../ui/open-page.ts";
import { showPage } from "../ui/show-page.ts";

void openPage({
  places: {
    startWorker: () => new LabWorker(),
    // The lab is not in this script a second time.
    openHere: () => Promise.reject(new Error("this browser lets an embedded page have no worker; open the lab in a tab of its own")),
  },
  setup: { machine: "silverblue", flavour: "composefs" },
  sight: JSON.parse(sight) as FirstSight,
  fidelity: "../fidelity.html",
  load: () => Promise.resolve({ showPage }),
});
