/** The verbs of this distribution's own programs, and what each takes, are known to completion. */
import { expect, test } from "vitest";
import { Programs } from "../commands/programs.ts";
import { NOWHERE } from "../engines/ostree/host.ts";
import { systemParts } from "./fedora-atomic/parts.ts";

const programs = new Programs(systemParts().families, NOWHERE);

/** The long options that may follow `words`; undefined when there is no such verb. */
function optionsAfter(words: string): readonly string[] | undefined {
  const [program, ...rest] = words.split(" ");
  const asking = programs.command(program ?? "");
  let step = asking.next();
  while (step.done !== true) step = asking.next();
  const command = step.value;
  return command?.subcommands
    ?.find(({ name }) => name === rest.join(" "))
    ?.options?.map(({ name, long }) => (long === undefined ? name : String(long)));
}

test.each<[string, string[]]>([
  ["rpm-ostree upgrade", ["check", "preview", "reboot", "help"]],
  ["rpm-ostree kargs", ["append", "delete", "replace"]],
  ["rpm-ostree db diff", ["help"]],
  ["ostree commit", ["branch", "subject"]],
  ["ostree admin unlock", ["hotfix"]],
  ["ostree admin pin", ["unpin"]],
  ["ostree remote add", ["no-gpg-verify"]],
])("%s takes %j", (words, expected) => {
  expect(optionsAfter(words)).toEqual(expect.arrayContaining(expected));
});

test.each(["rpm-ostree compose", "ostree admin state-overlay"])("%s is not built, so not offered", (words) => {
  expect(optionsAfter(words)).toBeUndefined();
});
