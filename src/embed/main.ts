/** The embed: the same page as one classic script, for a frame with an opaque origin. The worker's source is in it, as text. */
import { assert } from "../base/assert.ts";
import { Glass } from "../terminal/terminal.ts";
import LabWorker from "../ui/lab-worker.ts?worker&inline";
import { showPage } from "../ui/show-page.ts";

const target = document.getElementById("page");
assert(target !== null, "index.html has no element #page");
showPage(target, {
  setup: { machine: "silverblue", flavour: "composefs" },
  startWorker: () => new LabWorker(),
  // The lab is not in this script a second time.
  loadFactory: () => Promise.reject(new Error("this browser lets an embedded page have no worker; open the lab in a tab of its own")),
  loadGlass: () => Promise.resolve(Glass),
  fidelity: "../fidelity.html",
});
