/** `lab translate`: what a line typed on one machine is on another. */
import { translate } from "../course/translate.ts";
import { OFFERS, type Offer } from "../distros/offers.ts";
import { readWords, UsageError, type Output } from "./usage.ts";

/** Prints the lines to type there, and what is different; fails for a line that is not about the core. */
export function translateCommand(args: readonly string[], { line, error }: Output): boolean {
  const words = readWords(args, { flags: [], values: ["from", "to"] });
  const [typed, extra] = words.operands;
  if (typed === undefined || extra !== undefined) throw new UsageError("give the line as one word, in quotes");
  const from = offered("from", words.values.get("from") ?? OFFERS[0].name);
  const to = offered("to", words.values.get("to"));
  const found = translate(typed, from.tools, to.tools);
  if (found === undefined) {
    error(`no counterpart known: ${typed}`);
    return false;
  }
  line(`# ${found.deed}, on ${to.title}`);
  for (const each of found.lines) line(each);
  if (found.note !== "") line(`# ${found.note}`);
  if (found.leftOut.length > 0) line(`# Left out: ${found.leftOut.join(" ")}`);
  return true;
}

function offered(option: string, name: string | undefined): Offer {
  const offer = OFFERS.find((each) => each.name === name);
  if (offer === undefined)
    throw new UsageError(
      `--${option} takes a machine, not ${JSON.stringify(name ?? "")}; there are: ${OFFERS.map((each) => each.name).join(" ")}`,
    );
  return offer;
}
