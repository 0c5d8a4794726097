/** The embed: the same page as one classic script, for a frame with an opaque origin. The worker's source is in it, as text. */
import { assert } from "../base/assert.ts";
import sight from "virtual:prebuilt/silverblue/sight";
import { chunksOf, type FirstSight } from "../lab/first-sight.ts";
import { LabClient } from "../ui/lab-client.ts";
import LabWorker from "../ui/lab-worker.ts?worker&inline";
import { RunStore } from "../ui/run-store.ts";
import { showPage } from "../ui/show-page.ts";

const MACHINE = "silverblue";

const client = new LabClient(
  {
    startWorker: () => new LabWorker(),
    // The lab is not in this script a second time.
    openHere: () => Promise.reject(new Error("this browser lets an embedded page have no worker; open the lab in a tab of its own")),
  },
  { setup: { machine: MACHINE, flavour: "composefs" }, sight: chunksOf(JSON.parse(sight) as FirstSight) },
  new RunStore(),
);

const target = document.getElementById("page");
assert(target !== null, "index.html has no element #page");
showPage(target, { client, machine: MACHINE, fidelity: "../fidelity.html" });
