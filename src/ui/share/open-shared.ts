/** Opens the run of a link, `#run=…`: on a page that says so, and beside the learner's own run, which stays as it is. */
import { mount, unmount } from "svelte";
import { OFFERS, type Offer } from "../../distros/offers.ts";
import type { FirstSight } from "../../lab/first-sight.ts";
import { unpackRun } from "../../lab/packed-run.ts";
import { BadRun, type RunScript } from "../../lab/run-script.ts";
import { BrowserStore } from "../browser-store.ts";
import type { SavedRun } from "../hosted-lab.ts";
import type { LabPlaces } from "../lab-client.ts";
import { NOWHERE } from "../nowhere.ts";
import { openPage, type Opening, type Store } from "../open-page.ts";
import type { Page } from "../page.ts";
import { readRun } from "../run-link.ts";
import SharedNote from "./SharedNote.svelte";

export interface SharedOpening extends Pick<Opening, "preferences" | "takesFocus"> {
  readonly places: LabPlaces;
  /** What a fresh machine of the first offer shows at first. */
  readonly sight: string;
  readonly fidelity: string;
  /** What stands between `#run=` and its end. */
  readonly text: string;
  /** Nothing of it is kept. */
  readonly isFleeting?: boolean;
}

export async function openShared({ sight, text, isFleeting = false, ...rest }: SharedOpening): Promise<Page> {
  const script = await scriptIn(text);
  const offer = OFFERS.find(({ name }) => !(script instanceof BadRun) && name === script.machine) ?? OFFERS[0];
  const setup = { machine: offer.name, flavour: offer.flavours[0].id };
  const fresh = offer === OFFERS[0] ? (JSON.parse(sight) as FirstSight) : undefined;
  return new Promise((opened, failed) => {
    const load = async () => {
      const { showPage } = await import("../show-page.ts");
      return {
        showPage: (target: HTMLElement, parts: Parameters<typeof showPage>[1]) => {
          const page = showPage(target, parts);
          tell(target, page, script, offer);
          opened(page);
          return page;
        },
      };
    };
    const opening = { ...rest, load };
    if (script instanceof BadRun) openPage({ ...opening, setup, sight: fresh, store: NOWHERE }).catch(failed);
    else {
      const { flavour, seed, proof } = script;
      const run = { setup: { ...setup, flavour, seed }, log: script, ...(proof !== undefined && { proof }) };
      openPage({ ...opening, setup: run.setup, sight: undefined, store: new SharedStore(text, run, isFleeting) }).catch(failed);
    }
  });
}

/** What the link says, or what is wrong with it. */
async function scriptIn(text: string): Promise<RunScript | BadRun> {
  try {
    const script = unpackRun(await readRun(text));
    const offer = OFFERS.find(({ name }) => name === script.machine);
    if (offer === undefined) return new BadRun("This link is about a machine that this site does not have.");
    if (!offer.flavours.some(({ id }) => id === script.flavour))
      return new BadRun("This link is about a kind of machine that this site does not have.");
    return script;
  } catch (error) {
    if (error instanceof BadRun)
      return new BadRun(/^This link/.test(error.message) ? error.message : "This link has no run in it that this page can read.");
    throw error;
  }
}

function tell(target: HTMLElement, page: Page, script: RunScript | BadRun, { name, flavours }: Offer): void {
  const first = target.querySelector(".page > nav");
  if (!first?.parentElement) throw new Error("internal error: a page without its parts");
  const isBad = script instanceof BadRun;
  const note = mount(SharedNote, {
    target: first.parentElement,
    anchor: first,
    props: {
      own: `?machine=${name}`,
      problem: isBad ? `${script.message} This is a fresh machine.` : "",
      startAfresh: () => {
        history.replaceState(null, "", `?machine=${name}`);
        page.startOver(isBad ? flavours[0].id : script.flavour);
        void unmount(note);
      },
    },
  });
}

interface LinkedRun extends SavedRun {
  readonly link?: string;
}

/** One place for runs that were opened from links: a reload goes on, another link begins anew. */
class SharedStore implements Store {
  readonly mayHaveRun = true;
  readonly #store: Store;
  readonly #link: string;
  readonly #run: SavedRun;

  constructor(link: string, run: SavedRun, isFleeting: boolean) {
    this.#store = isFleeting ? NOWHERE : new BrowserStore("link");
    this.#link = link;
    this.#run = run;
  }

  available(): Promise<boolean> {
    return this.#store.available();
  }

  async load(): Promise<SavedRun> {
    const kept = (await this.#store.load()) as LinkedRun | undefined;
    return kept?.link === this.#link ? kept : this.#run;
  }

  save({ setup, log }: SavedRun): void {
    this.#store.save({ setup, log, link: this.#link } as LinkedRun);
  }
}
