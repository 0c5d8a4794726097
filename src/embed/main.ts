/** The embed: the same page as one classic script, for a frame with an opaque origin. The worker's source is in it, as text. */
import { assert } from "../base/assert.ts";
import sight from "virtual:prebuilt/silverblue/sight";
import { chunksOf, type FirstSight } from "../lab/first-sight.ts";
import { BrowserStore } from "../ui/browser-store.ts";
import { LabClient } from "../ui/lab-client.ts";
import LabWorker from "../ui/lab-worker.ts?worker&inline";
import type { Preferences } from "../ui/preferences.ts";
import { showPage } from "../ui/show-page.ts";

const MACHINE = "silverblue";

const store = new BrowserStore();
const client = new LabClient(
  {
    startWorker: () => new LabWorker(),
    // The lab is not in this script a second time.
    openHere: () => Promise.reject(new Error("this browser lets an embedded page have no worker; open the lab in a tab of its own")),
  },
  { setup: { machine: MACHINE, flavour: "composefs" }, sight: chunksOf(JSON.parse(sight) as FirstSight) },
  store,
);

const target = document.getElementById("page");
assert(target !== null, "index.html has no element #page");
void store.preferences().then((preferences) => {
  const savePreferences = (changed: Preferences): void => store.savePreferences(changed);
  showPage(target, { client, machine: MACHINE, preferences, savePreferences, fidelity: "../fidelity.html" });
});
