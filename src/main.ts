/** The site: one page, one lab, in a module worker where the browser has one. */
import { assert } from "./base/assert.ts";
import { showPage } from "./ui/show-page.ts";

// Both are asked for at once and arrive while the page is being put up.
const glass = import("./terminal/terminal.ts").then((module) => module.Glass);

const target = document.getElementById("page");
assert(target !== null, "index.html has no element #page");
showPage(target, {
  setup: { machine: "silverblue", flavour: "composefs" },
  startWorker: () => new Worker(new URL("./ui/lab-worker.ts", import.meta.url), { type: "module" }),
  loadFactory: async () => (await import("./ui/lab-factory.ts")).labFactory,
  loadGlass: () => glass,
  fidelity: "./fidelity.html",
});
