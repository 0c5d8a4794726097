/**
 * The site: one page, one lab, in a module worker where the browser has one. Small, so that the machine and the look for a kept run
 * start while the page and its terminal are still on their way.
 */
import sight from "virtual:prebuilt/silverblue/sight";
import { assert } from "./base/assert.ts";
import { BrowserStore } from "./ui/browser-store.ts";
import { chunksOf, type FirstSight } from "./lab/first-sight.ts";
import { LabClient } from "./ui/lab-client.ts";

const MACHINE = "silverblue";

const store = new BrowserStore();
const client = new LabClient(
  {
    startWorker: () => new Worker(new URL("./ui/lab-worker.ts", import.meta.url), { type: "module" }),
    openHere: async () => (await import("./ui/open-here.ts")).openHere(),
  },
  { setup: { machine: MACHINE, flavour: "composefs" }, sight: chunksOf(JSON.parse(sight) as FirstSight) },
  store,
);

const [{ showPage }, preferences] = await Promise.all([import("./ui/show-page.ts"), store.preferences()]);
const target = document.getElementById("page");
assert(target !== null, "index.html has no element #page");
showPage(target, {
  client,
  machine: MACHINE,
  preferences,
  savePreferences: (changed) => store.savePreferences(changed),
  fidelity: "./fidelity.html",
});
