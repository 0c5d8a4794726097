/** The site: one page, one lab, in a module worker where the browser has one. */
import sight from "virtual:prebuilt/silverblue/sight";
import type { FirstSight } from "./lab/first-sight.ts";
import { openPage } from "./ui/open-page.ts";

/** Another machine than the usual one is asked for by its name: `?machine=bootc`. It boots when the page opens. */
const OTHERS = ["bootc", "kinoite"];
const asked = new URLSearchParams(location.search).get("machine") ?? "";
const machine = OTHERS.includes(asked) ? asked : "silverblue";

void openPage({
  places: {
    startWorker: () => new Worker(new URL("./ui/lab-worker.ts", import.meta.url), { type: "module" }),
    openHere: async () => (await import("./ui/open-here.ts")).openHere(),
  },
  setup: { machine, flavour: "composefs" },
  sight: machine === "silverblue" ? (JSON.parse(sight) as FirstSight) : undefined,
  fidelity: "./fidelity.html",
  load: () => import("./ui/show-page.ts"),
});
