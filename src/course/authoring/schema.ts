/**
 * What may stand in the YAML of a lesson. Editors get the same as JSON Schema (`public/schema/`), and its descriptions are what an
 * author is told when something is wrong.
 */
import { z } from "zod";
import { OFFERS } from "../../distros/offers.ts";
import { FAULTS } from "../../machine/world.ts";
import type { Predicate } from "../lesson.ts";

// No code made from text: a page's Content-Security-Policy forbids it.
z.config({ jitless: true });

const text = (description: string) =>
  z.string().min(1, { error: "some text" }).max(20_000, { error: "at most 20,000 letters" }).describe(description);
const word = (description: string) =>
  z
    .string()
    .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, { error: "small letters and digits, with hyphens between words" })
    .max(60, { error: "at most 60 letters" })
    .describe(description);
const flag = (description: string) => z.boolean().describe(description);
const oneOf = <const Words extends readonly [string, ...string[]]>(words: Words, description: string) =>
  z.enum(words).describe(description);
/** As "44.1" or ">=2". */
const count = z
  .string()
  .regex(/^(>=|<=|=|>|<)?\s*\d+$/, { error: 'a number with a comparison, as ">=2"' })
  .describe('How many, as ">=2".');
const absolute = (description: string) =>
  z.string().regex(/^\//, { error: "a path from the root, as /etc/motd" }).max(4096).describe(description);

const version = oneOf(
  ["booted", "next-boot", "previous"],
  "Which version of the system is looked at: the one that runs, the one that a reboot now would bring, or the kept one.",
);
const since = oneOf(["step", "start"], "Since when: the start of the step or of the lesson.");
const pattern = (description: string) => text(description).meta({ format: "regex" });

export const LEVELS = ["beginner", "intermediate", "advanced"] as const;
export const MACHINES: readonly string[] = OFFERS.map(({ name }) => name);
const machineName = z.enum(MACHINES as [string, ...string[]]).describe("A machine, as in `--machine silverblue`.");

const machine = z
  .union([
    machineName,
    z.strictObject({
      name: machineName,
      flavour: z.string().optional().describe("One of the machine's flavours, as `classic` of silverblue."),
      seed: z.int().optional().describe("Makes names and numbers of the run others."),
      beside: machineName.optional().describe("A second machine beside it; checks and solutions are of the first."),
    }),
  ])
  .describe("The name of a machine, or a map with name, flavour, seed, beside.");

const leaves = {
  file: z
    .strictObject({
      path: absolute("The file's path."),
      in: version.optional(),
      absent: flag("True: it must not be there.").optional(),
      type: oneOf(["file", "directory", "link"], "What it is.").optional(),
      contains: text("A text that is in it.").optional(),
      matches: pattern("A regular expression over its lines.").optional(),
      equals: z.string().describe("Its whole text; a last line feed does not count.").optional(),
      mode: z
        .string()
        .regex(/^[0-7]{3,4}$/, { error: 'octal digits in quotes, as "0644"' })
        .describe("Its mode.")
        .optional(),
      owner: text("Its owner's name.").optional(),
      attributes: z
        .string()
        .regex(/^[A-Za-z]+$/, { error: 'letters of lsattr, as "i"' })
        .describe("Attributes that are set, as lsattr shows them.")
        .optional(),
      writable: flag("Whether root could write to it.").optional(),
    })
    .describe("A file: its path and what is true of it."),
  mount: z
    .strictObject({
      path: absolute("Where it is mounted."),
      readonly: flag("Whether it is read-only.").optional(),
      fstype: text("Its type, as findmnt shows it.").optional(),
      in: version.optional(),
    })
    .describe("A mount."),
  package: z
    .strictObject({
      name: text("The package's name."),
      in: version.optional(),
      absent: flag("True: it must not be installed.").optional(),
      state: oneOf(["base", "layered"], "Came with the system, or was put on top of it.").optional(),
      version: text("Its version begins with this.").optional(),
    })
    .describe("A package of the system."),
  version: z
    .strictObject({
      which: oneOf(["booted", "default", "staged", "previous", "pinned"], "Which one; without it `count` counts all.").optional(),
      absent: flag("True: there must be none.").optional(),
      matches: pattern("A regular expression over its version.").optional(),
      pinned: flag("Whether it is kept for good.").optional(),
      count: count.optional(),
      changed: oneOf(["start", "step"], "It is another than at the start of the lesson or the step.").optional(),
    })
    .describe("A version of the system: a deployment, a snapshot, a root."),
  app: z
    .strictObject({
      id: text("Its id, as org.gnome.Maps."),
      scope: oneOf(["user", "system"], "For whom it is installed.").optional(),
      absent: flag("True: it must not be installed.").optional(),
    })
    .describe("A Flatpak app."),
  container: z
    .strictObject({
      name: text("Its name."),
      absent: flag("True: there must be none.").optional(),
      package: text("A package inside it.").optional(),
    })
    .describe("A container of podman, toolbox or distrobox."),
  boot: z
    .strictObject({
      since: since.optional(),
      count: count.optional(),
      into: oneOf(["default", "other", "new", "old"], "Into which version.").optional(),
    })
    .describe("Boots that ended at a login."),
  survives: z
    .strictObject({
      path: absolute("A file that is there now."),
      across: oneOf(["reboot", "update", "rollback", "power-cut"], "What it must outlive; done on a copy of the machine."),
    })
    .describe("A file that would outlive something."),
  command: z
    .strictObject({
      ran: pattern("A regular expression over the line as it was typed."),
      exit: z
        .union([z.int(), z.literal("failed")])
        .describe("Its exit status, or `failed` for any but 0.")
        .optional(),
      since: since.optional(),
      count: count.optional(),
    })
    .describe("A command that was typed; for tasks that ask to look."),
  output: z
    .strictObject({ matches: pattern("A regular expression over what the terminal showed."), since: since.optional() })
    .describe("What the terminal showed."),
  unit: z
    .strictObject({
      name: text("The unit, as sshd.service."),
      active: flag("Whether it runs.").optional(),
      enabled: flag("Whether it starts at boot.").optional(),
      in: version.optional(),
    })
    .describe("A unit of systemd."),
  fault: z
    .strictObject({ name: oneOf(FAULTS, "What is wrong."), on: flag("Whether it is on.") })
    .describe("A trouble that can be switched on."),
  sh: z
    .strictObject({
      script: text("Run on a copy of the machine; exit status 0 is true, `fail-message TEXT` says why not."),
      user: text("Who runs it; the learner unless said.").optional(),
      in: version.optional(),
    })
    .describe("A shell script."),
} satisfies Record<Exclude<Keys<Predicate>, "all" | "any" | "not">, z.ZodType>;

type Keys<Union> = Union extends unknown ? keyof Union : never;

const inner = z.lazy((): z.ZodType<Predicate> => predicate);
const combinations = {
  all: z.array(inner).min(1, { error: "at least one condition" }).describe("All of these hold."),
  any: z.array(inner).min(1, { error: "at least one condition" }).describe("One of these holds."),
  not: inner.describe("This does not hold."),
};

/** The keys of which a condition has exactly one. */
export const PREDICATES: readonly string[] = [...Object.keys(leaves), ...Object.keys(combinations)];

const conditions: Readonly<Record<string, z.ZodType>> = Object.fromEntries(
  Object.entries({ ...leaves, ...combinations }).map(([key, schema]) => [key, schema.optional()]),
);
const oneCondition = {
  holds: (value: object) => Object.keys(value).filter((key) => PREDICATES.includes(key)).length === 1,
  error: `exactly one of ${PREDICATES.join(", ")}`,
};

const predicate = z.strictObject(conditions).refine(oneCondition.holds, { error: oneCondition.error }).meta({
  id: "condition",
  description: "A condition: one key says what is asked of the machine.",
  minProperties: 1,
  maxProperties: 1,
}) as unknown as z.ZodType<Predicate>;

const say = text("What the learner is told, as Markdown.");

const otherwise = z
  .array(z.strictObject({ if: predicate.optional(), say }))
  .describe("Looked at in order while the goal is not reached: the first `if` that holds says why; the last may be without.");

/** The body of a `check` fence. */
export const checkBody = z
  .strictObject({
    ...conditions,
    title: text("What is asked, where it does not fit behind `title=`.").optional(),
    discover: flag("True: finding out a name is the task, so the text need not tell it.").optional(),
    otherwise: otherwise.optional(),
  })
  .refine(oneCondition.holds, { error: oneCondition.error })
  .meta({ title: "The body of a check" });

/** The body of a `predict` fence. */
export const predictBody = z
  .strictObject({
    question: text("What will happen? As Markdown."),
    do: text("What is done on a copy of the machine: lines as in a solution. Nothing, when the answer is how it is now.").optional(),
    options: z
      .array(
        z.strictObject({
          say,
          holds: predicate.describe("True after `do` when this option is the right one; exactly one option's must be."),
          because: text("Why, once it was answered.").optional(),
        }),
      )
      .min(2, { error: "at least two options" })
      .max(6, { error: "at most six options" }),
  })
  .meta({ title: "The body of a prediction" });

/** The body of a `quiz` fence. */
export const quizBody = z
  .strictObject({
    question: text("The question, as Markdown."),
    multiple: flag("True: several options may be right.").optional(),
    options: z
      .array(
        z.strictObject({ say, right: flag("Whether it is right.").optional(), because: text("Why, once it was answered.").optional() }),
      )
      .min(2, { error: "at least two options" })
      .max(8, { error: "at most eight options" }),
  })
  .meta({ title: "The body of a quiz" });

const language = z
  .string()
  .regex(/^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/, { error: "a language tag, as en or pt-BR" })
  .describe("Of the text, as en or pt-BR.");

/** Settings that a lesson has from its track, and a track from its course. */
const inherited = {
  machine: machine.optional(),
  level: oneOf(LEVELS, "Who it is for.").optional(),
  licence: text("Of the text, as CC-BY-4.0.").optional(),
  language: language.optional(),
};

/** `course.yaml`. */
export const courseFile = z
  .strictObject({
    title: text("The course's title."),
    tracks: z.array(word("A folder beside course.yaml.")).min(1, { error: "at least one track" }).describe("Tracks in their order."),
    ...inherited,
  })
  .meta({ title: "course.yaml" });

/** `track.yaml`. */
export const trackFile = z
  .strictObject({
    title: text("The track's title."),
    summary: text("One sentence."),
    lessons: z.array(word("A folder beside track.yaml.")).optional().describe("Lessons in their order; any other comes after them."),
    ...inherited,
  })
  .meta({ title: "track.yaml" });

const coachRule = z.strictObject({
  id: word("Its name, for tries that expect it."),
  if: predicate.describe("When it becomes true, the coach speaks, once."),
  say,
});

/** The front matter of `lesson.md`. */
export const lessonFront = z
  .strictObject({
    id: word("Stable: progress is kept under it. The folder's name unless said.").optional(),
    title: text("The lesson's title."),
    summary: text("One sentence."),
    minutes: z
      .int({ error: "a whole number" })
      .min(1, { error: "at least 1" })
      .max(60, { error: "at most 60" })
      .describe("How long it takes; aim at ten at most."),
    misconception: text("What people believe before it, in their words.").optional(),
    objectives: z.array(text("Something that the learner can do afterwards.")).optional(),
    requires: z.array(word("The id of a lesson.")).optional().describe("Lessons that come before it."),
    setup: text(
      "What happened to the machine before the learner came: lines as in a solution, or a plain script that root runs.",
    ).optional(),
    coach: z.array(coachRule).optional(),
    ...inherited,
  })
  .meta({ title: "The front matter of a lesson" });

/** The front matter of a translation. */
export const translationFront = z
  .strictObject({
    title: text("The lesson's title."),
    summary: text("One sentence."),
    misconception: text("What people believe before it, in their words.").optional(),
    objectives: z.array(text("Something that the learner can do afterwards.")).optional(),
    coach: z.array(z.strictObject({ id: word("As in lesson.md."), say })).optional(),
  })
  .meta({ title: "The front matter of a translation" });

/** The bodies of fences in a translation: words alone. */
export const translatedCheck = z.strictObject({
  title: text("What is asked.").optional(),
  otherwise: z.array(z.strictObject({ say })).optional(),
});
export const translatedOptions = z.strictObject({
  question: text("The question."),
  options: z.array(z.strictObject({ say, because: text("Why.").optional() })),
});

/** Schemas that are published for editors, by the name of their file. */
export const PUBLISHED = {
  "lesson.schema.json": lessonFront,
  "check.schema.json": checkBody,
  "predict.schema.json": predictBody,
  "quiz.schema.json": quizBody,
  "course.schema.json": courseFile,
  "track.schema.json": trackFile,
} as const;

/** A schema as editors read it. */
export function jsonSchema(schema: z.ZodType): unknown {
  return z.toJSONSchema(schema, { io: "input", target: "draft-7" });
}
