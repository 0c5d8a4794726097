/** The site: one page, one lab, in a module worker where the browser has one. */
import sight from "virtual:prebuilt/silverblue/sight";
import { OFFERS, offerOf } from "./distros/offers.ts";
import type { FirstSight } from "./lab/first-sight.ts";
import { openPage } from "./ui/open-page.ts";

/** Which machine: `?machine=bootc`. All but the first boot when the page opens. */
const asked = offerOf(new URLSearchParams(location.search).get("machine") ?? "");
const isFirst = asked === OFFERS[0];

void openPage({
  places: {
    startWorker: () => new Worker(new URL("./ui/lab-worker.ts", import.meta.url), { type: "module" }),
    openHere: async () => (await import("./ui/open-here.ts")).openHere(),
  },
  setup: { machine: asked.name, flavour: asked.flavours[0].id },
  sight: isFirst ? (JSON.parse(sight) as FirstSight) : undefined,
  fidelity: "./fidelity.html",
  load: () => import("./ui/show-page.ts"),
});
