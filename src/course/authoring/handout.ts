/** A lesson as a plain page: to read before the machine is there or without it, without any script, and to print. */
import type { Lesson, Piece, Step } from "../lesson.ts";
import type { LessonIndex } from "../lesson-index.ts";

export interface HandoutPlaces {
  /** From the handout to the page with the lab, as `../../../`. */
  readonly home: string;
  /** From the handout to another lesson's; undefined for one that there is none of. */
  readonly lesson: (id: string) => string | undefined;
  /** The same in other languages, by language. */
  readonly languages?: Readonly<Record<string, string>>;
}

/** The whole page of a lesson. */
export function handoutPage(lesson: Lesson, places: HandoutPlaces): string {
  const others = Object.entries(places.languages ?? {}).map(
    ([language, address]) => `<a href="${escape(address)}" lang="${language}" hreflang="${language}">${language}</a>`,
  );
  const terms = Object.entries(lesson.glossary).map(
    ([id, { title, html }]) => `<dt id="term-${id}">${escape(title)}</dt>\n<dd>${plain(html, places)}</dd>`,
  );
  const body = `<p class="back"><a href="${places.home}">Immutable Lab</a> · <a href="${places.home}lessons/">All lessons</a>${others.length === 0 ? "" : ` · ${others.join(" ")}`}</p>
<h1>${escape(lesson.title)}</h1>
<p>${escape(lesson.summary)}</p>
<p class="facts">${lesson.minutes} minutes · ${lesson.level} · ${escape([lesson.machine.name, lesson.machine.flavour, lesson.machine.beside && `beside ${lesson.machine.beside}`].filter(Boolean).join(", "))}</p>
<p class="open"><a href="${places.home}?lesson=${encodeURIComponent(lesson.id)}">Open it with the machine</a></p>
${lesson.misconception === "" ? "" : `<blockquote>${escape(lesson.misconception)}</blockquote>`}
${lesson.objectives.length === 0 ? "" : `<h2>Afterwards you can</h2>\n<ul>${lesson.objectives.map((each) => `<li>${escape(each)}</li>`).join("")}</ul>`}
${pieces(lesson.intro, places)}
${lesson.steps.map((step, index) => stepSection(step, index + 1, places)).join("\n")}
${lesson.done.length === 0 ? "" : `<section class="done">${pieces(lesson.done, places)}</section>`}
${terms.length === 0 ? "" : `<h2>Words</h2>\n<dl>${terms.join("\n")}</dl>`}
<p class="licence">${escape(lesson.licence)}</p>`;
  return page(lesson.title, lesson.summary, lesson.language, places.home, body);
}

/** The list of all handouts, which lies beside the folders of the tracks. */
export function handoutIndex(index: LessonIndex): string {
  const tracks = index.tracks.map(
    ({ title, summary, lessons }) =>
      `<h2>${escape(title)}</h2>\n<p>${escape(summary)}</p>\n<ol>${lessons
        .map(
          (lesson) =>
            `<li><a href="../${lesson.handout}">${escape(lesson.title)}</a>: ${escape(lesson.summary)} <span class="facts">${lesson.minutes} minutes, ${lesson.level}, ${escape(lesson.machine.name)}</span></li>`,
        )
        .join("\n")}</ol>`,
  );
  const body = `<p class="back"><a href="../">Immutable Lab</a></p>\n<h1>${escape(index.title)}</h1>\n${tracks.join("\n")}`;
  return page(index.title, "Lessons to read, print, or open with the machine", "en", "../", body);
}

function page(title: string, summary: string, language: string, home: string, body: string): string {
  return `<!doctype html>
<html lang="${escape(language)}">
<head>
<meta charset="utf-8" />
<meta name="viewport" content="width=device-width, initial-scale=1" />
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'" />
<meta name="description" content="${escape(summary)}" />
<meta name="color-scheme" content="light dark" />
<title>${escape(title)} - Immutable Lab</title>
<link rel="icon" href="${home}icon.svg" type="image/svg+xml" />
<link rel="stylesheet" href="${home}handout.css" />
</head>
<body>
<main>
${body}
</main>
</body>
</html>
`;
}

function stepSection({ id, title, body, hints, solutions }: Step, number: number, places: HandoutPlaces): string {
  const answers = solutions.map(
    ({ title, acts }) => `<p>${plain(title, places)}</p>\n<pre>${acts.map((act) => escape(actText(act))).join("\n")}</pre>`,
  );
  const help = hints.map(({ html, run }) => {
    const text = plain(html, places);
    // Most hints say the command that their button types.
    const isSaid = run === undefined || text.includes(`<code>${escape(run)}</code>`);
    return `<li>${text}${isSaid ? "" : `<p><code>${escape(run)}</code></p>`}</li>`;
  });
  return `<section id="${id}">
<h2>${number}. ${escape(title)}</h2>
${pieces(body, places)}
${help.length === 0 ? "" : `<details><summary>Hints</summary><ol>${help.join("\n")}</ol></details>`}
${answers.length === 0 ? "" : `<details><summary>Solution</summary>${answers.join("\n")}</details>`}
</section>`;
}

function pieces(list: readonly Piece[], places: HandoutPlaces): string {
  return list.map((piece) => pieceText(piece, places)).join("\n");
}

function pieceText(piece: Piece, places: HandoutPlaces): string {
  switch (piece.kind) {
    case "prose":
      return plain(piece.html, places);
    case "check":
      return `<p class="goal">☐ ${plain(piece.check.title, places)}${piece.check.isOptional ? " (if you like)" : ""}</p>`;
    case "predict":
      return question(piece.predict.question, piece.predict.options, places);
    case "quiz":
      return question(piece.quiz.question, piece.quiz.options, places);
  }
}

function question(text: string, options: readonly { readonly html: string }[], places: HandoutPlaces): string {
  return `<div class="question"><div>${plain(text, places)}</div>\n<ul>${options.map(({ html }) => `<li>☐ ${plain(html, places)}</li>`).join("")}</ul></div>`;
}

/** How a lesson's source writes an act. */
export function actText(act: Step["solutions"][number]["acts"][number]): string {
  switch (act.kind) {
    case "type":
      return `$ ${act.line.replaceAll("\n", "\n> ")}`;
    case "keys":
      return `:keys ${act.text
        .replaceAll("\\", "\\\\")
        .replaceAll("\r", "\\n")
        .replaceAll("\x1b", "\\e")
        .replaceAll("\t", "\\t")
        .replace(/[\x00-\x1f]/g, (sign) => `\\x${sign.charCodeAt(0).toString(16).padStart(2, "0")}`)}`;
    case "reboot":
      return act.entry === undefined ? ":reboot" : `:reboot ${act.entry}`;
    case "power-cut":
      return act.afterWrites === undefined ? ":power-cut" : `:power-cut after ${act.afterWrites} writes`;
    case "fault":
      return `:fault ${act.name}${act.on ? "" : " off"}`;
  }
}

/** Buttons need a script: commands stay as words, terms become links to the list below, lessons to their handouts. */
function plain(html: string, places: HandoutPlaces): string {
  return html
    .replace(/<button type="button" data-term="([^"]*)">([\s\S]*?)<\/button>/g, '<a href="#term-$1">$2</a>')
    .replace(/<\/?button\b[^>]*>/g, "")
    .replace(
      /<a href="\?lesson=[^"]*" data-lesson="([^"]*)">/g,
      (_all, id: string) => `<a href="${escape(places.lesson(id) ?? `${places.home}?lesson=${id}`)}">`,
    )
    .replace(/<a href="\?/g, `<a href="${places.home}?`)
    .replace(/<img src="[^"]*\/(assets\/[^"]*)"/g, '<img src="$1"');
}

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
