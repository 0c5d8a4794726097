/** The site: one page, one lab, in a module worker where the browser has one. */
import sight from "virtual:prebuilt/silverblue/sight";
import type { FirstSight } from "./lab/first-sight.ts";
import { openPage } from "./ui/open-page.ts";

void openPage({
  places: {
    startWorker: () => new Worker(new URL("./ui/lab-worker.ts", import.meta.url), { type: "module" }),
    openHere: async () => (await import("./ui/open-here.ts")).openHere(),
  },
  setup: { machine: "silverblue", flavour: "composefs" },
  sight: JSON.parse(sight) as FirstSight,
  fidelity: "./fidelity.html",
  load: () => import("./ui/show-page.ts"),
});
