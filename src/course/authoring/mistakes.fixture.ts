/**
 * Mistakes that people make in lesson files. Each is made in `GOOD` by replacing `from` by `to`; the line at which it must be noticed is
 * that of `at` in the text that comes of it.
 */

export const GOOD = `---
title: Leave a mark
summary: A file that stays.
minutes: 5
level: beginner
machine: { name: silverblue, flavour: classic }
misconception: "Nothing stays."
objectives: [Write to /etc]
requires: [first]
setup: |
  $ echo one | sudo tee /etc/one
coach:
  - id: no-root
    if: { command: { ran: "^tee", exit: failed } }
    say: The file belongs to root.
---

Welcome. A [deployment](term:deployment) is a version; see [the first](lesson:first).

## Write {#write}

Write \`hello\` into /etc/motd: \`echo hello | sudo tee /etc/motd\`{run}

\`\`\`check id=written title="/etc/motd says hello" when=auto
file: { path: /etc/motd, contains: hello }
otherwise:
  - if: { file: { path: /etc/motd } }
    say: Without the word.
  - say: Not there.
\`\`\`

\`\`\`check id=script title="It is a file" lang=sh
test -f /etc/motd
\`\`\`

\`\`\`predict id=guess
question: What is left after a restart?
do: |
  :reboot
options:
  - say: The file.
    holds: { file: { path: /etc/motd } }
  - say: Nothing.
    holds: { file: { path: /etc/motd, absent: true } }
\`\`\`

\`\`\`quiz id=question
question: Where do settings live?
options:
  - { say: /etc, right: true }
  - { say: /usr }
\`\`\`

:::hint
Root may.
:::

:::hint{run="true"}
\`true\`{run}
:::

\`\`\`solution id=main title="With tee"
$ echo hello | sudo tee /etc/motd
:power-cut after 2 writes
\`\`\`

\`\`\`try id=wrong coach=no-root
$ tee /etc/motd
\`\`\`

:::done
That is all.
:::
`;

export interface Mistake {
  readonly what: string;
  readonly from: string | RegExp;
  readonly to: string;
  /** A part of the line, or its number. */
  readonly at: string | number;
  /** Parts of what is said: what was read, what was expected, what to do. */
  readonly says: readonly [read: string, expected: string, remedy: string];
  readonly nearest?: string;
}

const FENCE = "```";

export const MISTAKES: readonly Mistake[] = [
  {
    what: "a backtick in a check's title",
    from: 'title="/etc/motd says hello"',
    to: 'title="`/etc/motd` says hello"',
    at: "check id=written",
    says: ["a backtick behind", "~~~", "Write ~~~check"],
  },
  // Front matter
  { what: "no front matter", from: /^---[\s\S]*?---\n\n/, to: "", at: 1, says: ["`Welcome.", "front matter", "Begin the file with ---"] },
  {
    what: "front matter that does not end",
    from: "---\n\nWelcome",
    to: "\nWelcome",
    at: 1,
    says: ["does not end", "---", "Write a line of ---"],
  },
  { what: "no title", from: "title: Leave a mark\n", to: "", at: 2, says: ["no `title`", "text", "Add `title`"] },
  {
    what: "a misspelt key",
    from: "summary:",
    to: "sumary:",
    at: "sumary",
    says: ["`sumary`", "summary", "Write `summary`"],
    nearest: "summary",
  },
  {
    what: "a key of nobody's",
    from: "minutes: 5",
    to: "minutes: 5\nbackground: blue",
    at: "background",
    says: ["`background`", "title", "Take `background` out"],
  },
  { what: "minutes in words", from: "minutes: 5", to: "minutes: five", at: "minutes", says: ["five", "a whole number", "How long"] },
  {
    what: "an unknown level",
    from: "level: beginner",
    to: "level: begginer",
    at: "level",
    says: ["begginer", "advanced", "Write `beginner`"],
    nearest: "beginner",
  },
  {
    what: "an unknown machine",
    from: "name: silverblue",
    to: "name: silverblu",
    at: "silverblu,",
    says: ["silverblu", "microos", "Write `silverblue`"],
    nearest: "silverblue",
  },
  {
    what: "an unknown machine, alone",
    from: "{ name: silverblue, flavour: classic }",
    to: "micros",
    at: "machine:",
    says: ["micros", "debian", "Write `microos`"],
    nearest: "microos",
  },
  {
    what: "no machine anywhere",
    from: "machine: { name: silverblue, flavour: classic }\n",
    to: "",
    at: 2,
    says: ["no `machine`", "machine:", "front matter"],
  },
  {
    what: "an unknown flavour",
    from: "flavour: classic",
    to: "flavour: clasic",
    at: "clasic",
    says: ["clasic", "composefs", "Write `classic`"],
    nearest: "classic",
  },
  {
    what: "a machine beside itself",
    from: "flavour: classic",
    to: "beside: silverblue",
    at: "machine:",
    says: ["beside itself", "another", "another one"],
  },
  {
    what: "a text that YAML reads otherwise",
    from: "summary: A file that stays.",
    to: "summary: Note: it stays",
    at: "summary",
    says: ["YAML", "key: value", "quotation marks"],
  },
  { what: "a tab in YAML", from: "coach:\n  - id", to: "coach:\n\t- id", at: "\t- id", says: ["YAML", "key: value", "spaces"] },
  {
    what: "a number for a text",
    from: "title: Leave a mark",
    to: "title: 2026",
    at: "title",
    says: ["2026", "text", 'quotation marks: "2026"'],
  },
  {
    what: "a text for a list",
    from: "[Write to /etc]",
    to: "Write to /etc",
    at: "objectives",
    says: ["Write to /etc", "a list", "as expected"],
  },
  { what: "a key twice", from: "minutes: 5", to: "minutes: 5\nminutes: 6", at: "minutes: 6", says: ["YAML", "key: value", "Keep one"] },
  {
    what: "an unknown lesson before it",
    from: "requires: [first]",
    to: "requires: [frist]",
    at: "requires",
    says: ["frist", "first", "Write `first`"],
    nearest: "first",
  },
  {
    what: "a quotation mark that stays open",
    from: '"Nothing stays."',
    to: '"Nothing stays.',
    at: "misconception",
    says: ["YAML", "key: value", "Close"],
  },
  // Acts
  {
    what: "a line that nobody types",
    from: "  $ echo one",
    to: "  $ true\n  echo one",
    at: "  echo one",
    says: ["echo one", "$ ", "Write `$ echo one"],
  },
  {
    what: "an unknown act",
    from: ":reboot",
    to: ":rebot",
    at: ":rebot",
    says: [":rebot", ":power-cut", "Write `:reboot`"],
    nearest: ":reboot",
  },
  {
    what: "a power cut without a number",
    from: "after 2 writes",
    to: "after two writes",
    at: "two writes",
    says: ["after two", "after N writes", "number"],
  },
  {
    what: "an unknown fault",
    from: ":power-cut after 2 writes",
    to: ":fault ofline",
    at: ":fault",
    says: ["ofline", "offline", "Write `offline`"],
    nearest: "offline",
  },
  {
    what: "a line that continues nothing",
    from: "$ tee /etc/motd",
    to: "> tee /etc/motd",
    at: "> tee",
    says: ["nothing before", "$ ", "Begin"],
  },
  { what: "a prompt alone", from: "$ tee /etc/motd", to: "$", at: /^\$$/m.source, says: ["`$` alone", "command", "Write the command"] },
  {
    what: "an empty solution",
    from: "$ echo hello | sudo tee /etc/motd\n:power-cut after 2 writes\n",
    to: "",
    at: "solution id",
    says: ["nothing in it", "$ ", "what is typed"],
  },
  // Fences
  {
    what: "a misspelt fence",
    from: `${FENCE}check id=written`,
    to: `${FENCE}chek id=written`,
    at: "chek",
    says: ["chek", "check", "Write `check`"],
    nearest: "check",
  },
  {
    what: "a fence without an id",
    from: "quiz id=question",
    to: "quiz",
    at: /quiz$/m.source,
    says: ["without an id", "id=NAME", "Add id="],
  },
  { what: "an id with capitals", from: "id=written", to: "id=Written", at: "Written", says: ["Written", "small letters", "has-htop"] },
  { what: "an id twice", from: "id=script", to: "id=written", at: "It is a file", says: ["`written` again", "once", "another id"] },
  {
    what: "a check without a title",
    from: ' title="It is a file"',
    to: "",
    at: "check id=script",
    says: ["without a title", "title=", "learner's list"],
  },
  {
    what: "a quotation mark in a fence that stays open",
    from: 'title="With tee"',
    to: 'title="With tee',
    at: "With tee",
    says: ["title=", "key=word", "Close"],
  },
  {
    what: "an unknown key of a fence",
    from: "when=auto",
    to: "wen=auto",
    at: "wen=auto",
    says: ["wen", "when", "Write `when`"],
    nearest: "when",
  },
  { what: "an unknown value of a fence", from: "when=auto", to: "when=allways", at: "allways", says: ["allways", "button", "Use one"] },
  {
    what: "a fence that does not end",
    from: /:::done[\s\S]*$/,
    to: `${FENCE}quiz id=last\nquestion: What?\noptions: [{ say: a, right: true }, { say: b }]\n`,
    at: "id=last",
    says: ["does not end", "line of its own", "Close"],
  },
  {
    what: "a fence in a list",
    from: `${FENCE}quiz id=question`,
    to: `- ${FENCE}quiz id=question`,
    at: "quiz id",
    says: ["inside another block", "left margin", "Move it out"],
  },
  {
    what: "a backtick in a fence's first line",
    from: 'title="With tee"',
    to: 'title="With `tee`"',
    at: "With `tee`",
    says: ["backtick", "~~~", "~~~"],
  },
  {
    what: "an empty check",
    from: /file: \{ path: \/etc\/motd, contains[\s\S]*?Not there\.\n/,
    to: "",
    at: "id=written",
    says: ["nothing in it", "YAML", "condition"],
  },
  {
    what: "a check before the first step",
    from: "Welcome.",
    to: `${FENCE}check id=early title="x"\nfile: { path: /x }\n${FENCE}\n\nWelcome.`,
    at: "id=early",
    says: ["introduction", "in a step", "heading of level 2"],
  },
  // Conditions
  {
    what: "an unknown condition",
    from: "file: { path: /etc/motd, contains",
    to: "flie: { path: /etc/motd, contains",
    at: "flie",
    says: ["flie", "package", "Write `file`"],
    nearest: "file",
  },
  {
    what: "two conditions at once",
    from: "otherwise:",
    to: "mount: { path: / }\notherwise:",
    at: "file: { path: /etc/motd, contains",
    says: ["a map", "exactly one", "as expected"],
  },
  {
    what: "a relative path",
    from: "path: /etc/motd, contains",
    to: "path: etc/motd, contains",
    at: "path: etc",
    says: ["etc/motd", "from the root", "path"],
  },
  {
    what: "a misspelt key of a condition",
    from: "contains: hello",
    to: "contians: hello",
    at: "contians",
    says: ["contians", "contains", "Write `contains`"],
    nearest: "contains",
  },
  {
    what: "a mode without quotation marks",
    from: "contains: hello",
    to: "mode: 0644",
    at: "mode",
    says: ["644", "text", "quotation marks"],
  },
  {
    what: "an unknown version",
    from: "contains: hello",
    to: "in: boted",
    at: "boted",
    says: ["boted", "next-boot", "Write `booted`"],
    nearest: "booted",
  },
  { what: "a pattern that cannot be read", from: "^tee", to: "^(tee", at: "id: no-root", says: ["^(tee", "RE2", "backslash"] },
  { what: "a look-ahead", from: "^tee", to: "^(?!sudo)", at: "id: no-root", says: ["(?!", "RE2", "no look-ahead"] },
  {
    what: "a reason that is never reached",
    from: "  - if: { file: { path: /etc/motd } }\n    say: Without the word.",
    to: "  - say: Without the word.",
    at: "say: Not there",
    says: ["after one without `if`", "last", "move it up"],
  },
  { what: "an empty script", from: "test -f /etc/motd", to: "", at: "id=script", says: ["no script", "exit status", "Write the script"] },
  {
    what: "a script that there is not",
    from: "lang=sh\ntest -f /etc/motd",
    to: "lang=sh script=checks/no.sh",
    at: "id=script",
    says: ["checks/no.sh", "checks/yes.sh", "folder `checks`"],
  },
  // Predictions and quizzes
  {
    what: "a prediction without options",
    from: /options:\n {2}- say: The file[\s\S]*?true \} \}\n/,
    to: "",
    at: "question: What is left",
    says: ["no `options`", "a list", "Add `options`"],
  },
  { what: "one option", from: /\n {2}- say: Nothing\.\n.*/, to: "", at: "options:", says: ["a list", "two options", "as expected"] },
  {
    what: "an option that holds never",
    from: "    holds: { file: { path: /etc/motd } }\n",
    to: "",
    at: "- say: The file.",
    says: ["no `holds`", "a map", "Add `holds`"],
  },
  {
    what: "a quiz with no right answer",
    from: ", right: true",
    to: "",
    at: 49,
    says: ["no right option", "right: true", "into the one that is"],
  },
  {
    what: "a quiz with two",
    from: "{ say: /usr }",
    to: "{ say: /usr, right: true }",
    at: 49,
    says: ["2 right options", "one option", "multiple: true"],
  },
  { what: "yes for true", from: "right: true", to: "right: yes", at: "right: yes", says: ["yes", "true or false", "right"] },
  // Tries and solutions
  { what: "a try of which nobody speaks", from: " coach=no-root", to: "", at: "try id", says: ["who speaks", "coach=ID", "exactly one"] },
  {
    what: "a try for an unknown rule",
    from: "coach=no-root",
    to: "coach=noroot",
    at: "try id",
    says: ["noroot", "no-root", "Write `no-root`"],
    nearest: "no-root",
  },
  {
    what: "a try for a check, without its words",
    from: "coach=no-root",
    to: "check=written",
    at: "try id",
    says: ["no `says=`", "says=", "otherwise"],
  },
  {
    what: "a solution for an unknown check",
    from: "id=main",
    to: "id=main pass=writen",
    at: "pass=writen",
    says: ["writen", "written", "Write `written`"],
    nearest: "written",
  },
  // Text
  { what: "no step", from: /## Write[\s\S]*?(?=:::done)/, to: "", at: 1, says: ["no step", "## Title", "level 2"] },
  {
    what: "a title in the text",
    from: "## Write",
    to: "# Leave a mark\n\n## Write",
    at: "# Leave",
    says: ["# Leave a mark", "## for a step", "front matter"],
  },
  {
    what: "an id of a step with spaces",
    from: "{#write}",
    to: "{#write it}",
    at: "{#write it}",
    says: ["{#write it}", "small letters", "{#write}"],
  },
  {
    what: "two steps of one id",
    from: ":::done",
    to: "## Again {#write}\n\nText.\n\n:::done",
    at: "## Again",
    says: ["`write` again", "once", "another id"],
  },
  {
    what: "a hint that does not end",
    from: 'Root may.\n:::\n\n:::hint{run="true"}\n`true`{run}\n:::',
    to: "Root may.",
    at: ":::hint",
    says: ["does not end", ":::", "Write :::"],
  },
  { what: "an empty hint", from: "Root may.\n", to: "", at: ":::hint", says: ["nothing in it", "some text", "helps"] },
  {
    what: "an unknown container",
    from: ":::hint\nRoot",
    to: ":::hin\nRoot",
    at: ":::hin",
    says: [":::hin", ":::done", "Write `:::hint`"],
    nearest: ":::hint",
  },
  {
    what: "a check as a container",
    from: ":::hint\nRoot",
    to: ":::check\nRoot",
    at: ":::check",
    says: [":::check", ":::hint", "as a fence"],
  },
  { what: "an unknown key of a hint", from: '{run="true"}', to: '{cost="1"}', at: "cost=", says: ["cost", "run", "Use one"] },
  {
    what: "text after the end",
    from: /$/,
    to: "\nOne more thing.\n",
    at: "One more",
    says: ["after `:::done`", "end of the file", "Move it"],
  },
  {
    what: "a step after the end",
    from: /$/,
    to: "\n## More {#more}\n",
    at: "## More",
    says: ["after `:::done`", "after the last step", "end of the file"],
  },
  {
    what: "an unknown deed of a command",
    from: "`echo hello | sudo tee /etc/motd`{run}",
    to: "`echo hello`{rum}",
    at: "{rum}",
    says: ["{rum}", "{copy}", "Write `{run}`"],
    nearest: "{run}",
  },
  {
    what: "an unknown term",
    from: "term:deployment",
    to: "term:deploiment",
    at: "Welcome",
    says: ["deploiment", "deployment", "Write `deployment`"],
    nearest: "deployment",
  },
  {
    what: "a link to an unknown lesson",
    from: "lesson:first",
    to: "lesson:fist",
    at: "Welcome",
    says: ["fist", "first", "Write `first`"],
    nearest: "first",
  },
  {
    what: "a link that runs something",
    from: "lesson:first",
    to: "javascript:alert(1)",
    at: "Welcome",
    says: ["javascript:", "https://", "whole address"],
  },
  {
    what: "a link to a file beside",
    from: "lesson:first",
    to: "../other.md",
    at: "Welcome",
    says: ["../other.md", "https://", "whole address"],
  },
  { what: "HTML", from: "Welcome.", to: "<b onclick=alert(1)>Welcome</b>", at: "<b", says: ["HTML", "Markdown", "Markdown"] },
  {
    what: "a picture without words",
    from: "Welcome.",
    to: "![](assets/one.svg)",
    at: "assets/one",
    says: ["without words", "what it shows", "brackets"],
  },
  {
    what: "a picture from elsewhere",
    from: "Welcome.",
    to: "![x](https://example.org/x.png)",
    at: "example.org",
    says: ["example.org", "assets/NAME", "folder `assets`"],
  },
  {
    what: "a picture that is not there",
    from: "Welcome.",
    to: "![x](assets/on.svg)",
    at: "assets/on",
    says: ["assets/on.svg", "assets/one.svg", "Write `assets/one.svg`"],
    nearest: "assets/one.svg",
  },
  { what: "a footnote", from: "Welcome.", to: "Welcome.[^1]\n\n[^1]: Note.", at: 18, says: ["footnote", "running text", "glossary"] },
  { what: "a leaf directive", from: "Welcome.", to: "::check[x]{#y}\n\nWelcome.", at: "::check", says: ["::check", ":::hint", "fences"] },
];
