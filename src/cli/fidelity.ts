/**
 * Writes dist/fidelity.html: what is faithful, what is simplified, what is not built.
 *
 * Nothing on that page is written by hand but its first lines: commands and options come from the option tables, the rest
 * from the `@simplified` tags where the simplifications are made.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, sep } from "node:path";
import { fileURLToPath } from "node:url";
import type { Command, Option } from "../commands/command.ts";
import { EVERY_COMMAND } from "../commands/every.ts";
import { simplifications, type Simplification } from "./simplifications.ts";

const src = fileURLToPath(new URL("..", import.meta.url));
const dist = fileURLToPath(new URL("../../dist", import.meta.url));

/** The parts of the simulator in a reader's words, in reading order. */
const PARTS: readonly { readonly folder: string; readonly title: string }[] = [
  { folder: "vfs", title: "Files and mounts" },
  { folder: "machine", title: "Boot, processes, terminals" },
  { folder: "image", title: "Releases and their objects" },
  { folder: "engines", title: "How a core is replaced, and packages" },
  { folder: "shell", title: "The shell" },
  { folder: "base", title: "Patterns and text" },
  { folder: "distros", title: "The system" },
  { folder: "lab", title: "The lab itself" },
];

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}

/** Text of a comment as HTML: `code` between backticks, nothing else. */
function prose(text: string): string {
  return escape(text).replace(/`([^`]+)`/g, "<code>$1</code>");
}

function spelling({ name, short, long }: Option): string {
  const words = [...(short === undefined ? [] : [`-${short}`]), ...(long === false ? [] : [`--${long ?? name}`])];
  return words.map((word) => `<code>${escape(word)}</code>`).join(", ");
}

/** How true an option is, in the words of the page. */
type Degree = "exact" | "simplified" | "accepted, without effect" | "absent";

const DEGREES: Readonly<Record<NonNullable<Option["fidelity"]>, Degree>> = {
  full: "exact",
  simplified: "simplified",
  ignored: "accepted, without effect",
  unbuilt: "absent",
};

function degreeOf({ fidelity = "full" }: Option): Degree {
  return DEGREES[fidelity];
}

/** "exact: -a, --all; absent: --free-space". */
function degreesOf(options: readonly Option[]): string {
  return [...new Set(options.map(degreeOf))]
    .map(
      (degree) =>
        `${degree}: ${options
          .filter((option) => degreeOf(option) === degree)
          .map(spelling)
          .join(", ")}`,
    )
    .join("; ");
}

/** Everything that a command has, and what the real one has besides. */
function inventory({ options, subcommands = [], absent = [] }: Command): string {
  const verbs = subcommands.map(({ name, help, options: own = [] }) => {
    const degrees = degreesOf(own);
    return `<dt><code>${escape(name)}</code></dt><dd>${prose(help)}${degrees === "" ? "" : `<br />${degrees}`}</dd>`;
  });
  const lines = [
    ...(options.length === 0 ? [] : [`<dt>Options</dt><dd>${degreesOf(options)}</dd>`]),
    ...verbs,
    ...(absent.length === 0
      ? []
      : [`<dt>Absent; it says so</dt><dd>${absent.map((words) => `<code>${escape(words)}</code>`).join(", ")}</dd>`]),
  ];
  return lines.length === 0
    ? ""
    : `<details><summary>All ${subcommands.length > 0 ? "verbs and options" : "options"}</summary><dl>${lines.join("")}</dl></details>`;
}

function commandRow(command: Command): string {
  const all = [...command.options, ...(command.subcommands ?? []).flatMap(({ options = [] }) => options)];
  const exact = all.filter((option) => degreeOf(option) === "exact");
  const odd = command.options.flatMap((option) => {
    const degree = degreeOf(option);
    return degree === "exact" ? [] : [`<li>${spelling(option)}: ${degree}</li>`];
  });
  const options = all.length === 0 ? "" : `${exact.length} of ${all.length + (command.absent?.length ?? 0)} options as the real one`;
  const remark = command.simplified === undefined ? "" : `<p>${prose(command.simplified)}</p>`;
  return `<tr><th scope="row"><code>${escape(command.name)}</code></th><td><p>${prose(command.about)}</p>${remark}${odd.length === 0 ? "" : `<ul>${odd.join("")}</ul>`}${inventory(command)}</td><td>${options}</td></tr>`;
}

function partSection(title: string, found: readonly Simplification[]): string {
  return `<h3>${title}</h3>\n<ul>${found.map(({ text }) => `<li>${prose(text)}</li>`).join("\n")}</ul>`;
}

const files = readdirSync(src, { recursive: true, encoding: "utf8" })
  .map((path) => path.split(sep).join("/"))
  .filter((path) => path.endsWith(".ts") && !path.endsWith(".test.ts") && !path.startsWith("cli/"))
  .sort();
const found = files.flatMap((path) => simplifications(path, readFileSync(join(src, path), "utf8")));
const sections = PARTS.map(({ folder, title }) => ({ title, found: found.filter(({ path }) => path.startsWith(`${folder}/`)) })).filter(
  (part) => part.found.length > 0,
);
const inCommands = found.filter(({ path }) => path.startsWith("commands/"));
const commands = EVERY_COMMAND.toSorted((left, right) => (left.name < right.name ? -1 : 1));

const page = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'" />
    <meta name="color-scheme" content="light dark" />
    <title>How true is it? Immutable Lab</title>
    <link rel="icon" href="./icon.svg" type="image/svg+xml" />
    <link rel="stylesheet" href="./fidelity.css" />
  </head>
  <body>
    <main>
      <p class="back"><a href="./">Immutable Lab</a></p>
      <h1>How true is it?</h1>
      <p>The machine is simulated in this page. Its files are really there, its kernel half answers as Linux does, and what the tools keep in files
        they keep in files here too, in the real formats. Nothing that you see is a canned text. Yet it is a simulator, made by people who are not
        affiliated with Fedora or any other distribution, and in places it is simpler than the real thing. These are the places.</p>
      <p>This page is made from the simulator's own source at every build.</p>
      <h2>What is simplified</h2>
      ${sections.map((part) => partSection(part.title, part.found)).join("\n")}
      ${inCommands.length === 0 ? "" : partSection("Commands in general", inCommands)}
      <h2>Commands</h2>
      <p>${commands.length} commands are built. An option that a command does not know gets the real tool's answer to an unknown option.</p>
      <table><thead><tr><th scope="col">Command</th><th scope="col">What it does, and where it differs</th><th scope="col">Options</th></tr></thead>
      <tbody>
      ${commands.map(commandRow).join("\n")}
      </tbody></table>
    </main>
  </body>
</html>
`;

mkdirSync(dist, { recursive: true });
writeFileSync(join(dist, "fidelity.html"), page);
