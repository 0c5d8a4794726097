/** A machine as a picture that stands still: what its terminal shows, and the machine cut open. SVG as text, for where no frame and no script is. Pure. */
import type { Stratum, View } from "../lab/view.ts";
import { cutaway, stratumOf } from "./picture.ts";
import {
  deploymentMarks,
  keyOf,
  layerWords,
  lifetimeWord,
  nameOf,
  nextBootSentence,
  refusalReason,
  refusalTitle,
  versionNoun,
} from "./words.ts";

/** A shell's prompt with something typed behind it. */
const PROMPT = /^(?:\[\S+@\S+ [^\]]+\][$#]|\S+@\S+:\S*[$#>]|\S+:\S+ #)(?= )/;

/** What a terminal of this width shows is given line by line. */
export const STILL_COLUMNS = 92;

const MARGIN = 20;
const CHARACTER = 7.25;
const LINE = 17;
const TERMINAL = STILL_COLUMNS * CHARACTER + 2 * MARGIN;
const PICTURE = 300;
const WIDTH = TERMINAL + PICTURE + MARGIN;
const SMALL = 15;
const HEAD = 26;
const CORE = 26;
/** About as wide as a letter of a sentence, and of a name in bold. */
const LETTER = 6.5;
const BOLD = 8;
const SHOWN_PATHS = 3;

const STYLE = `svg{--paper:#f6f2e9;--sheet:#fdfbf6;--ink:#231f18;--soft:#5c5548;--mark:#857c6b;--line:#dcd4c5;--hatch:#231f1829;--amber:#855000;--strong:#c07a08;--red:#a5261b;--wash:#f8e1db}
@media (prefers-color-scheme:dark){svg{--paper:#15130f;--sheet:#1b1914;--ink:#ebe5d8;--soft:#aaa291;--mark:#857d6c;--line:#37332a;--hatch:#ebe5d82b;--amber:#f2b84b;--strong:#dd9f30;--red:#ff9482;--wash:#3a1b16}}
text{font:12px system-ui,sans-serif;fill:var(--ink)}.t{font:12px ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;white-space:pre}
.s{fill:var(--soft)}.a{fill:var(--amber)}.r{fill:var(--red)}.b{font-weight:600}.e{text-anchor:end}.m{text-anchor:middle}`;

export interface Still {
  readonly view: View;
  /** What the terminal shows, at most `STILL_COLUMNS` wide. */
  readonly lines: readonly string[];
}

export function stillOf({ view, lines }: Still): string {
  const picture = drawPicture(view);
  const height = Math.ceil(Math.max(lines.length * LINE, picture.height) + 2 * MARGIN);
  const terminal = lines.map((line, at) => terminalLine(MARGIN + at * LINE + 12, line)).join("");
  const title = `${view.machine.title}: what was typed, and the machine cut open`;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-labelledby="t d">
<title id="t">${escaped(title)}</title><desc id="d">${escaped([...lines, nextBootSentence(view)].join("\n"))}</desc><style>${STYLE}</style>
<defs><pattern id="h" width="9" height="9" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><path d="M0 0v9" stroke="var(--hatch)" stroke-width="2"/></pattern></defs>
<rect width="${WIDTH}" height="${height}" rx="4" fill="var(--paper)"/><rect width="${TERMINAL}" height="${height}" rx="4" fill="var(--sheet)"/>
<path d="M${TERMINAL} 0v${height}" stroke="var(--line)"/>
${terminal}
<g transform="translate(${TERMINAL + MARGIN} ${MARGIN})">${picture.text}</g></svg>
`;
}

interface Drawn {
  readonly text: string;
  readonly height: number;
}

function drawPicture(view: View): Drawn {
  const { shared, own, ground, booted, others } = cutaway(view);
  const refusedAt = view.lastRefusal && stratumOf(view, view.lastRefusal);
  const right = PICTURE - MARGIN;
  const columns = others.length * (CORE + 6);
  const parts: string[] = [];
  let y = 0;
  const put = (stratum: Stratum, width: number): void => {
    const drawn = drawLayer(view, stratum, width, stratum.id === refusedAt);
    parts.push(`<g transform="translate(0 ${y})">${drawn.text}</g>`);
    y += drawn.height;
  };
  for (const stratum of shared) put(stratum, right);
  y += 6;
  const top = y;
  for (const stratum of own) put(stratum, right - columns);
  const core = Math.max(y - top, 80);
  others.forEach((deployment, at) => {
    const x = right - columns + 6 + at * (CORE + 6);
    const dash = deployment.isStaged ? ' stroke-dasharray="4 3"' : "";
    parts.push(
      `<g transform="translate(${x} ${top})"><rect width="${CORE}" height="${core}" fill="url(#h)" stroke="var(--mark)"${dash}/>` +
        `<text class="s m" transform="translate(${CORE / 2 + 4} ${core / 2}) rotate(-90)">${escaped(deployment.version)}</text></g>`,
    );
  });
  y = top + core;
  if (ground !== undefined) put(ground, right);
  y += 22;
  for (const deployment of [...(booted ? [booted] : []), ...others]) {
    const words = [nameOf(deployment), deploymentMarks(deployment).join(", "), layerWords(deployment)].filter((part) => part !== "");
    parts.push(
      `<g data-version="${escaped(keyOf(deployment))}"><circle cx="5" cy="${y - 4}" r="4.5" fill="${deployment.isBooted ? "var(--strong)" : "none"}" stroke="${deployment.isBooted ? "var(--strong)" : "var(--mark)"}"/>` +
        text(18, y, deployment.version, "b") +
        text(right, y, words.join(" · "), "s e") +
        "</g>",
    );
    y += 20;
  }
  for (const line of wrapped(nextBootSentence(view), right)) {
    parts.push(text(0, y, line, "s"));
    y += SMALL;
  }
  return { text: parts.join("\n"), height: y };
}

/** A layer with its name, how long it lasts, what was touched, and what bounced. */
function drawLayer(view: View, stratum: Stratum, width: number, isRefused: boolean): Drawn {
  const refusal = isRefused ? view.lastRefusal : undefined;
  const isCore = stratum.id === "core";
  const rows: { readonly words: string; readonly style: string }[] = [];
  if (refusal !== undefined) {
    rows.push({ words: `⟂ ${refusalTitle(refusal)}`, style: "r b" }, { words: refusal.path, style: "r t" });
    for (const line of wrapped(refusalReason(refusal), width)) rows.push({ words: line, style: "s" });
  }
  if (isCore || stratum.id === "overlay") for (const line of wrapped(stratum.detail, width)) rows.push({ words: line, style: "s" });
  for (const path of stratum.touched.slice(0, SHOWN_PATHS)) rows.push({ words: path, style: "a t" });
  const more = stratum.touchedCount - Math.min(stratum.touched.length, SHOWN_PATHS);
  if (more > 0) rows.push({ words: `and ${more} more`, style: "s" });
  const height = HEAD + rows.length * SMALL + (rows.length > 0 ? 6 : 0) + (isCore ? 14 : 0);
  const fill = isRefused ? "var(--wash)" : "var(--sheet)";
  const dash = stratum.id === "overlay" ? ' stroke-dasharray="5 4"' : "";
  const hatch = isCore && !isRefused ? `<rect width="${width}" height="${height}" fill="url(#h)"/>` : "";
  const edge = stratum.touchedCount > 0 ? `<path d="M1.5 0v${height}" stroke="var(--strong)" stroke-width="3"/>` : "";
  const lifetime = lifetimeWord(stratum.lifetime, versionNoun(view));
  const target = 16 + BOLD * stratum.target.length;
  const hasRoom = target + LETTER * (stratum.name.length + lifetime.length + 2) < width;
  return {
    text:
      `<rect width="${width}" height="${height}" fill="${fill}" stroke="var(--mark)"${dash}/>${hatch}${edge}` +
      text(10, 17, stratum.target, "b") +
      text(target, 17, hasRoom ? stratum.name : "", "s") +
      text(width - 8, 17, lifetime, "s e") +
      rows.map(({ words, style }, at) => text(10, HEAD + 9 + at * SMALL, words, style)).join(""),
    height,
  };
}

function terminalLine(y: number, line: string): string {
  const prompt = PROMPT.exec(line)?.[0] ?? "";
  return text(MARGIN, y, prompt, "t s") + text(MARGIN + prompt.length * CHARACTER, y, line.slice(prompt.length), "t");
}

/** In lines for a layer of that width. */
function wrapped(words: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of words.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && (last.length + word.length + 1) * LETTER < width - 20) lines[lines.length - 1] = `${last} ${word}`;
    else if (word !== "") lines.push(word);
  }
  return lines;
}

function text(x: number, y: number, words: string, style: string): string {
  return words === "" ? "" : `<text x="${x}" y="${y}" class="${style}">${escaped(words)}</text>`;
}

function escaped(words: string): string {
  return words.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
