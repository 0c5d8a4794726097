/** `lab lesson new`: a draft that lints, with one of everything that an author needs. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { readWords, UsageError, type Output } from "./usage.ts";

const NAME = /^[a-z0-9]+(-[a-z0-9]+)*$/;

/** Writes `lessons/TRACK/NAME/lesson.md`; `--in DIR` names another course. */
export function lessonNew(args: readonly string[], { line }: Output): boolean {
  const words = readWords(args, { flags: [], values: ["in"] });
  const [path = "", extra] = words.operands;
  const [track = "", name = "", more] = path.split("/");
  if (extra !== undefined || more !== undefined || !NAME.test(track) || !NAME.test(name))
    throw new UsageError("lesson new: give TRACK/NAME in small letters, digits and hyphens, as ideas/try-to-break-it");
  const root = words.values.get("in") ?? "lessons";
  const file = join(root, track, name, "lesson.md");
  if (existsSync(file)) throw new UsageError(`lesson new: ${file} is there already`);
  const course = join(root, "course.yaml");
  if (!existsSync(course)) throw new UsageError(`lesson new: there is no ${course}`);
  mkdirSync(dirname(file), { recursive: true });
  const trackFile = join(root, track, "track.yaml");
  if (!existsSync(trackFile))
    writeFileSync(
      trackFile,
      `title: ${titleOf(track)}\nsummary: What these lessons are about, in one sentence.\nlevel: beginner\nmachine: silverblue\n`,
    );
  writeFileSync(file, draft(titleOf(name)));
  line(`${file} is there.`);
  if (!new RegExp(`^tracks:[\\s\\S]*\\b${track}\\b`, "m").test(readFileSync(course, "utf8")))
    line(`Add ${track} to \`tracks\` in ${course}.`);
  line(`Next: lab lesson lint ${dirname(file)}`);
  return true;
}

function titleOf(name: string): string {
  return name.replaceAll("-", " ").replace(/^./, (letter) => letter.toUpperCase());
}

/** What a new lesson begins as. */
export function draft(title: string): string {
  return `---
title: ${title}
summary: What this lesson shows, in one sentence.
minutes: 5
misconception: "What people believe before it, in their words."
objectives:
  - Say what somebody can do afterwards
---

Why this matters, in two or three sentences. Nothing is asked here.

## Leave a mark {#mark}

Say what is to be reached, not how: write \`hello\` into the file \`/etc/motd\`.

\`\`\`check id=written title="/etc/motd says hello"
file: { path: /etc/motd, contains: hello }
otherwise:
  - if: { file: { path: /etc/motd } }
    say: The file is there, but without the word.
  - say: There is no such file yet.
\`\`\`

:::hint
A nudge.
:::

:::hint{run="echo hello | sudo tee /etc/motd"}
The command itself: \`echo hello | sudo tee /etc/motd\`{run}
:::

\`\`\`solution id=tee title="With tee"
$ echo hello | sudo tee /etc/motd
\`\`\`

:::done
Why it passed, and what comes next.
:::
`;
}
