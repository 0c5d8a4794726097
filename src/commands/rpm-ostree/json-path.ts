/**
 * JSONPath as json-glib has it: `$.deployments[0].version`, `$..checksum`, `[*]`, `['a-b']`, `[0,2]`.
 * Source: gnome/json-glib:json-glib/json-path.c.
 *
 * @simplified No slices with a step.
 */
import { OstreeError } from "../../engines/ostree/errors.ts";
import type { Json } from "./deployment-variant.ts";

/** All that `expression` finds, as the list that json-glib makes of it. Throws `OstreeError` for what is no expression. */
export function queryJson(root: Json, expression: string): Json[] {
  if (!expression.startsWith("$"))
    throw new OstreeError("While compiling jsonpath: Only one root node is allowed in a JSONPath expression");
  let found: Json[] = [root];
  let rest = expression.slice(1);
  while (rest !== "") {
    const step = /^(\.\.|\.)?(?:\[([^\]]*)\]|([^.[\]]+))/.exec(rest);
    if (!step || (step[1] === undefined && step[2] === undefined)) {
      const bad = rest.startsWith(".")
        ? `Missing member name or wildcard after . character`
        : `Root node followed by invalid character “${rest.charAt(0)}”`;
      throw new OstreeError(`While compiling jsonpath: ${bad}`);
    }
    if (step[1] === "..") found = found.flatMap(descendants);
    const selectors =
      step[2] === undefined ? [step[3] ?? ""] : step[2].split(",").map((each) => each.trim().replace(/^(['"])(.*)\1$/, "$2"));
    found = found.flatMap((value) => selectors.flatMap((selector) => selected(value, selector)));
    rest = rest.slice(step[0].length);
  }
  return found;
}

function descendants(value: Json): Json[] {
  return [value, ...children(value).flatMap(descendants)];
}

function children(value: Json): Json[] {
  if (value === null || typeof value !== "object") return [];
  return Object.values(value).filter((each): each is Json => each !== undefined);
}

function selected(value: Json, selector: string): Json[] {
  if (selector === "*") return children(value);
  if (value === null || typeof value !== "object") return [];
  if (Array.isArray(value)) {
    const list = value as readonly Json[];
    const slice = /^(\d*):(\d*)$/.exec(selector);
    if (slice) return list.slice(Number(slice[1]), slice[2] === "" ? undefined : Number(slice[2]));
    const found = /^-?\d+$/.test(selector) ? list.at(Number(selector)) : undefined;
    return found === undefined ? [] : [found];
  }
  const found = (value as { readonly [key: string]: Json | undefined })[selector];
  return found === undefined ? [] : [found];
}
