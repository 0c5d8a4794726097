/** The embed: the same page in classic scripts, for a frame with an opaque origin; see parts.ts. */
import sight from "virtual:prebuilt/silverblue/sight";
import markup from "virtual:page-markup";
import "./embed.css";
import { offerOf } from "../distros/offers.ts";
import type { FirstSight } from "../lab/first-sight.ts";
import type { LabPlaces } from "../ui/lab-client.ts";
import { BrowserStore } from "../ui/browser-store.ts";
import type { Pair } from "../ui/beside/pair.svelte.ts";
import type { Study } from "../ui/lessons/study.ts";
import { NOWHERE } from "../ui/nowhere.ts";
import { openPage } from "../ui/open-page.ts";
import type { Page } from "../ui/page.ts";
import { applyTheme, DEFAULT_PREFERENCES } from "../ui/preferences.ts";
import { showPage } from "../ui/show-page.ts";
import { converse, tellError, Typist } from "./host-page.ts";
import { readParameters } from "./parameters.ts";
import { startWorker, type Parts } from "./parts.ts";
import { Session } from "./session/session.ts";
import { keepSize } from "./size.ts";
import { TabStore } from "./tab-store.ts";

const parameters = readParameters(new URLSearchParams(location.search));
const root = document.documentElement;
const target = document.getElementById("page");
const poster = document.getElementById("poster");

/** The poster's, which brought this script. */
declare const immutableLabParts: Parts;
/** The script that a worker begins with; the build puts it here. */
declare const EMBED_MACHINE: string;

/** For one lab, which has one worker at a time. */
function workerPlaces(): LabPlaces {
  let started: ReturnType<typeof startWorker> | undefined;
  return {
    startWorker: () => {
      started = startWorker(new URL(EMBED_MACHINE, location.href).href);
      return started.worker;
    },
    isFetching: () => started?.isFetching() === true,
    openHere: async () => ((await immutableLabParts.load(EMBED_MACHINE)) as typeof import("./machine.ts")).openHere(),
  };
}

const places = workerPlaces();
const opening = {
  places,
  fidelity: "../fidelity.html",
  preferences: { ...DEFAULT_PREFERENCES, theme: parameters.theme },
  // Somebody who has pressed the poster's button is in here already.
  takesFocus: root.dataset["clicked"] !== undefined,
};

function dress(): void {
  const { view, picture, controls, accent, font, terminal } = parameters;
  root.dataset["view"] = view;
  if (picture !== undefined) root.dataset["picture"] = picture.join(" ");
  if (controls !== undefined) root.dataset["controls"] = controls.join(" ");
  if (accent !== undefined && CSS.supports("color", accent))
    for (const name of ["--amber", "--amber-mark"]) root.style.setProperty(name, accent);
  if (font !== undefined && CSS.supports("font-size", font)) root.style.fontSize = font;
  if (terminal.font !== undefined) root.style.setProperty("--text-terminal", `${terminal.font}px`);
  applyTheme(parameters.theme);
}

/** About what bars and lines of text around a terminal need. */
const FRAME_PIXELS = 190;

/** Room for the rows that are wanted, and for what is above and below them. */
function height(): number {
  const { rows = 16, font = 15 } = parameters.terminal;
  const isPicture = parameters.view === "picture";
  const part = document.querySelector(isPicture ? ".right" : '[data-tty="0"]');
  const size = (selector: string): number | undefined => document.querySelector<HTMLElement>(selector)?.offsetHeight;
  const wanted = isPicture ? (size(".picture") ?? 0) : rows * (size(".xterm-rows > div") ?? font * 1.25);
  // A part that is not shown, or that had no room at all, says nothing of what is around it.
  return wanted + (part === null || part.clientHeight === 0 ? FRAME_PIXELS : innerHeight - part.clientHeight);
}

/** Its machine is not the one that this lab asks for. */
class OtherMachine extends Error {}

interface Opened {
  readonly page: Page;
  /** Of two machines side by side, of which `page` is the left one: what is done is done to both. */
  readonly pair?: Pair;
  readonly study?: Study;
  readonly session?: Session | undefined;
}

/** The machine that this frame shares with others, where it is asked to; resolves when it has its place there. */
async function share(
  machine: string,
): Promise<{ readonly session: Session; readonly holds: boolean; readonly notice: string } | undefined> {
  const name = parameters.session;
  if (name === undefined) return undefined;
  const host = parent === window ? null : parent;
  const around = { host, origin: parameters.origin, addEventListener: window.addEventListener.bind(window) };
  const session = new Session(places, { session: name, machine }, around);
  const seated = await session.seated;
  if (seated.place === "another")
    throw new OtherMachine(`session=${name} of this page is a machine of another kind, ${offerOf(seated.machine).title}`);
  const notice =
    seated.place === "alone" ? "The page does not bring its labs together (immutable-lab.js), so this machine stands alone." : "";
  return { session, holds: seated.place !== "guest", notice };
}

async function open(): Promise<Opened> {
  const run = /[#&]run=([^&]*)/.exec(location.hash)?.[1];
  if (run !== undefined) return { page: await (await import("./open-taught.ts")).openLinked({ ...opening, sight }, run) };
  if (parameters.lesson !== undefined) {
    const study = await (await import("./open-taught.ts")).openTaught({ ...opening, sight }, parameters.lesson, parameters.step);
    return { page: study.page, study };
  }
  const offer = offerOf(parameters.machine);
  const { seed, persist } = parameters;
  const setup = { machine: offer.name, flavour: offer.flavours[0].id, ...(seed !== undefined && { seed }) };
  if (parameters.beside !== undefined) {
    const { openBeside } = await import("./open-taught.ts");
    const pair = await openBeside({ ...opening, places: workerPlaces, offers: [offer, offerOf(parameters.beside)] });
    return { page: pair.pages[0], pair };
  }
  const shared = await share(offer.name);
  // What a guest will be shown is not known.
  const isFirst = offer.name === "silverblue" && seed === undefined && shared?.holds !== false;
  const kept = ["embed", offer.name, parameters.session ?? []].flat().join("/");
  const store = persist === "local" ? new BrowserStore(kept) : persist === "session" ? new TabStore(kept) : NOWHERE;
  return new Promise((opened, failed) => {
    const load = () =>
      Promise.resolve({
        showPage: (element: HTMLElement, parts: Parameters<typeof showPage>[1]) => {
          const typed = parameters.readonly ? { typed: () => {} } : {};
          const page = showPage(element, { ...parts, ...typed });
          if (shared !== undefined) page.state.notice = shared.notice;
          opened({ page, session: shared?.session });
          return page;
        },
      });
    openPage({
      ...opening,
      places: shared?.session.places ?? places,
      setup,
      sight: isFirst ? (JSON.parse(sight) as FirstSight) : undefined,
      store,
      load,
    }).catch(failed);
  });
}

async function begin(): Promise<void> {
  if (!target || !poster) throw new Error("internal error: no page to open");
  dress();
  target.innerHTML = markup;
  poster.remove();
  try {
    const { page, study, session, pair } = await open();
    keepSize(document.querySelector("main") ?? target, height, parameters.origin);
    const typist = new Typist(pair?.pages ?? [page], session, pair);
    converse(page, typist, study, parameters, pair);
    if (parameters.run.length > 0) await typist.run(parameters.run);
    if (parameters.type !== "") await typist.type(parameters.type);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    target.textContent = `This lab cannot be shown: ${message}.`;
    tellError(error instanceof OtherMachine ? "session" : "start", message, parameters);
  }
}

void begin();
