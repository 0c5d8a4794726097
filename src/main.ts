/** The site: one page, one lab, in a module worker where the browser has one. Small, so that all parts start at once. */
import { assert } from "./base/assert.ts";
import { LabClient } from "./ui/lab-client.ts";

const MACHINE = "silverblue";

// The machine needs the longest, so it goes first.
const client = new LabClient(
  {
    startWorker: () => new Worker(new URL("./ui/lab-worker.ts", import.meta.url), { type: "module" }),
    openHere: async () => (await import("./ui/open-here.ts")).openHere(),
  },
  { machine: MACHINE, flavour: "composefs" },
);
const glass = import("./terminal/terminal.ts");
const { showPage } = await import("./ui/show-page.ts");

const target = document.getElementById("page");
assert(target !== null, "index.html has no element #page");
showPage(target, { client, machine: MACHINE, loadGlass: async () => (await glass).Glass, fidelity: "./fidelity.html" });
