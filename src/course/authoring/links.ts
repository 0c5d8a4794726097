/** What a lesson's running text may point at: terms, other lessons, pictures beside it. */
import type { LessonSource, Surroundings } from "./compile.ts";
import { NO_GLOSSARY } from "./glossary.ts";
import type { Links } from "./markdown.ts";
import type { Problems } from "./problem.ts";

/** Takes note in `terms` of each term of the glossary that the text points at. */
export function linksOf(
  source: Pick<LessonSource, "file" | "assets">,
  { glossary, lessons }: Surroundings,
  problems: Problems,
  terms: Set<string>,
): Links {
  const folder = source.file.replace(/\/?[^/]*$/, "");
  return {
    problems,
    definitions: [],
    term: (name, place) => {
      if (glossary.terms.has(name)) terms.add(name);
      else problems.unknown(place, "the term", name, [...glossary.terms.keys()], glossary === NO_GLOSSARY ? "Add it to glossary.md." : "");
    },
    lesson: (id, place) => {
      if (lessons !== undefined && !lessons.has(id)) problems.unknown(place, "the lesson", id, [...lessons]);
    },
    image: (path, place) => {
      const isBeside = /^assets\/[\w-][\w.-]*\.(svg|png|jpe?g|webp)$/.test(path);
      if (isBeside && (source.assets?.has(path) ?? true)) return `${folder}/${path}`;
      if (isBeside) problems.unknown(place, "the picture", path, [...(source.assets ?? [])]);
      else
        problems.error(place, {
          read: `the picture \`${path.slice(0, 60)}\``,
          expected: "assets/NAME.svg (or png, jpg, webp) beside the lesson",
          remedy: "Put the picture into the folder `assets` of the lesson.",
        });
      return undefined;
    },
  };
}
