/** Holds YAML against a schema and says what is wrong, with the place of each word. */
import type { z } from "zod";
import { nearestOf, type Problems } from "./problem.ts";
import type { YamlText } from "./yaml-text.ts";

type Issue = z.core.$ZodIssue;

/** What is in `yaml` when it is as `schema` says; otherwise undefined, and all that is wrong is told. */
export function validate<Schema extends z.ZodType>(schema: Schema, yaml: YamlText, problems: Problems): z.infer<Schema> | undefined {
  if (!yaml.isGood) return undefined;
  const result = schema.safeParse(yaml.value ?? {});
  if (result.success) return result.data;
  const issues = result.error.issues.flatMap((issue) => innermost(issue, yaml.value));
  const misspelt = new Set(issues.filter(({ code }) => code === "unrecognized_keys").map(({ path }) => path.join("\0")));
  for (const issue of issues) {
    // A misspelt key is missing where it belongs, too: one thing is said of it.
    const parent = issue.path.slice(0, -1).join("\0");
    const isMissing = valueAt(yaml.value, issue.path) === undefined;
    if ((issue.code === "custom" && misspelt.has(issue.path.join("\0"))) || (isMissing && misspelt.has(parent))) continue;
    tell(issue, schema, yaml, problems);
  }
  return undefined;
}

/** Of a choice between shapes, what is wrong with the one that was meant: a map is meant for a map. */
function innermost(issue: Issue, root: unknown): Issue[] {
  if (issue.code !== "invalid_union") return [issue];
  const value = valueAt(root, issue.path);
  const isMap = typeof value === "object" && value !== null;
  const meant = issue.errors.find(
    (errors) => isMap && !errors.some(({ path }) => path.length === 0 && errors.length === 1 && !isKeyIssue(errors[0])),
  );
  const words = issue.errors.find((errors) => !isMap && errors[0]?.code === "invalid_value" && issue.errors.length > 1);
  const chosen = meant ?? (typeof value === "string" ? words : undefined);
  if (chosen === undefined || chosen.length === 0) return [issue];
  return chosen.map((each) => ({ ...each, path: [...issue.path, ...each.path] }));
}

function isKeyIssue(issue: Issue | undefined): boolean {
  return issue?.code === "unrecognized_keys";
}

function tell(issue: Issue, schema: z.ZodType, yaml: YamlText, problems: Problems): void {
  const path = issue.path.map((step) => (typeof step === "symbol" ? String(step) : step));
  const at = schemaAt(schema, path);
  const about = at?.description ?? "";
  const place = yaml.placeOf(path);
  const value = valueAt(yaml.value, path);
  const key = typeof path.at(-1) === "string" ? `\`${path.at(-1)}\`` : "this item";
  if (issue.code === "unrecognized_keys") {
    const known = keysOf(at);
    for (const word of issue.keys) {
      const nearest = nearestOf(word, known);
      const otherwise = `Take \`${word}\` out, or write one of the keys that there are.`;
      problems.unknown(yaml.placeOf([...path, word]), "the key", word, known, nearest === undefined ? otherwise : "");
    }
  } else if (value === undefined) {
    problems.error(place, { read: `no ${key}`, expected: expectation(issue), remedy: `Add ${key}. ${about}`.trim() });
  } else if (issue.code === "invalid_value") {
    problems.unknown(
      place,
      key === "this item" ? "the word" : `${key} with`,
      shown(value),
      issue.values.map(String),
      about && nearestRemedy(value, issue.values, about),
    );
  } else {
    const quote = issue.code === "invalid_type" && issue.expected === "string" && typeof value !== "object";
    const remedy = quote ? `Put it into quotation marks: "${shown(value)}".` : about === "" ? "Write it as expected." : about;
    problems.error(place, { read: `${key === "this item" ? "" : `${key}: `}${shown(value)}`, expected: expectation(issue), remedy });
  }
}

function nearestRemedy(value: unknown, known: readonly unknown[], about: string): string {
  const nearest = nearestOf(shown(value), known.map(String));
  return nearest === undefined ? about : `Write \`${nearest}\`. ${about}`;
}

const TYPES: Readonly<Record<string, string>> = {
  string: "text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list: lines that begin with `- `",
  object: "a map: indented `key: value` lines",
};

function expectation(issue: Issue): string {
  switch (issue.code) {
    case "invalid_type":
      return issue.message.startsWith("Invalid input") ? (TYPES[issue.expected] ?? issue.expected) : issue.message;
    case "invalid_value":
      return `one of ${issue.values.join(", ")}`;
    case "invalid_union":
      return "one of the shapes that it may have";
    default:
      return issue.message;
  }
}

/** A value in a message: short, on one line. */
function shown(value: unknown): string {
  const text =
    typeof value === "string"
      ? value
      : Array.isArray(value)
        ? "a list"
        : typeof value === "object" && value !== null
          ? "a map"
          : String(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text.replaceAll("\n", "⏎");
}

function valueAt(root: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, step) => (typeof value === "object" && value !== null ? (value as Record<PropertyKey, unknown>)[step] : undefined),
    root,
  );
}

/** As much of a schema's insides as is needed to walk down it. */
interface Walkable {
  readonly description?: string | undefined;
  readonly shape?: Readonly<Record<string, Walkable>>;
  readonly element?: Walkable;
  readonly options?: readonly Walkable[];
  readonly _zod: { readonly def: { readonly innerType?: Walkable; readonly getter?: () => Walkable } };
}

function bare(schema: Walkable | undefined): Walkable | undefined {
  const inner = schema?._zod.def.innerType ?? schema?._zod.def.getter?.();
  return inner === undefined ? schema : bare(inner);
}

function schemaAt(schema: z.ZodType, path: readonly (string | number)[]): Walkable | undefined {
  let at: Walkable | undefined = schema as unknown as Walkable;
  for (const step of path) {
    const here: Walkable | undefined = bare(at);
    const shaped = here?.shape === undefined ? here?.options?.map(bare).find((option) => option?.shape !== undefined) : here;
    at = typeof step === "number" ? here?.element : shaped?.shape?.[step];
  }
  // A description may be on what may be missing, or on what it is when it is there.
  return at === undefined || (at.description !== undefined && bare(at) === at)
    ? at
    : { ...pick(bare(at)), description: at.description ?? bare(at)?.description };
}

function pick(schema: Walkable | undefined): Walkable {
  return { shape: schema?.shape, element: schema?.element, options: schema?.options, _zod: schema?._zod ?? { def: {} } } as Walkable;
}

function keysOf(schema: Walkable | undefined): string[] {
  const at = bare(schema);
  const shape = at?.shape ?? at?.options?.map(bare).find((option) => option?.shape !== undefined)?.shape;
  return Object.keys(shape ?? {});
}
