/** What a run is copied as: texts that lead to it, or say what it printed. Pure. */
import { offerOf } from "../../distros/offers.ts";

export const FORMATS = ["link", "markdown", "iframe", "component", "transcript", "recording"] as const;
export type Format = (typeof FORMATS)[number];

/** Longer links are cut by some of the programs that they go through; a file takes their place. */
export const LONGEST_LINK = 2000;

export interface Shared {
  /** The site's first page, ends with a slash. */
  readonly home: string;
  readonly machine: string;
  /** The text of a link, see run-link.ts; undefined where a lesson is shared, and not a run. */
  readonly run: string | undefined;
  readonly lesson?: string;
  /** What the terminal has printed. */
  readonly printed: readonly string[];
}

/** The run says itself which machine it is of. */
export function linkOf({ home, run, lesson }: Shared): string {
  return run === undefined ? `${home}?lesson=${lesson ?? ""}` : `${home}#run=${run}`;
}

export function markdownOf(shared: Shared): string {
  return `[${titleOf(shared)}](${linkOf(shared)})`;
}

/** For another site: nothing of the host is within reach of the frame, see src/embed/README.md. */
export function iframeOf(shared: Shared): string {
  const source = `${shared.home}embed/${linkOf(shared).slice(shared.home.length)}`;
  return `<iframe src="${attribute(source)}" title="${attribute(titleOf(shared))}" width="100%" height="480" loading="lazy"
  sandbox="allow-scripts allow-popups allow-downloads" allow="fullscreen; clipboard-write"></iframe>`;
}

export function componentOf(shared: Shared): string {
  const { home, machine, run, lesson, printed } = shared;
  const what = run === undefined ? `lesson="${attribute(lesson ?? "")}"` : `machine="${attribute(machine)}" state="${run}"`;
  return `<script defer src="${attribute(`${home}immutable-lab.js`)}"></script>
<immutable-lab ${what}>
  <pre><code>${attribute(printed.join("\n"))}</code></pre>
</immutable-lab>`;
}

function titleOf({ machine, lesson }: Shared): string {
  return lesson === undefined ? `Immutable Lab: ${offerOf(machine).title}` : `Immutable Lab: ${lesson}`;
}

function attribute(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
