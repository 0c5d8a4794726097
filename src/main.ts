/** The site: one page, one lab, in a module worker where the browser has one. */
import sight from "virtual:prebuilt/silverblue/sight";
import { OFFERS, offerOf } from "./distros/offers.ts";
import type { FirstSight } from "./lab/first-sight.ts";
import type { LabPlaces } from "./ui/lab-client.ts";
import { openPage } from "./ui/open-page.ts";

const query = new URLSearchParams(location.search);
/** Which machine: `?machine=bootc`. All but the first boot when the page opens. */
const asked = offerOf(query.get("machine") ?? "");
const isFirst = asked === OFFERS[0];
/** Another one beside it: `?machine=silverblue&beside=bootc`. */
const beside = query.get("beside");
/** Or a lesson, whose machine it is: `?lesson=try-to-break-it`. */
const isTaught = query.has("lesson");
/** Or a run that came in a link: `#run=…`. */
const run = /[#&]run=([^&]*)/.exec(location.hash)?.[1];
addEventListener("hashchange", () => location.reload());

const places: LabPlaces = {
  startWorker: () => new Worker(new URL("./ui/lab-worker.ts", import.meta.url), { type: "module" }),
  openHere: async () => (await import("./ui/open-here.ts")).openHere(),
};
const fidelity = "./fidelity.html";

if (isTaught) void import("./ui/lessons/open-lesson.ts").then(({ openLesson }) => openLesson({ places, sight, fidelity }));
else if (run !== undefined)
  void import("./ui/share/open-shared.ts").then(({ openShared }) => openShared({ places, sight, fidelity, text: run }));
else if (beside === null)
  void openPage({
    places,
    setup: { machine: asked.name, flavour: asked.flavours[0].id },
    sight: isFirst ? (JSON.parse(sight) as FirstSight) : undefined,
    fidelity,
    load: () => import("./ui/show-page.ts"),
  });
else
  void import("./ui/beside/show-beside.ts").then(({ showBeside }) =>
    showBeside({ places: () => places, offers: [asked, offerOf(beside)], fidelity }),
  );
