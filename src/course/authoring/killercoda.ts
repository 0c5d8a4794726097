/**
 * A scenario in Killercoda's format (`index.json`, a Markdown file and scripts for each step) as a lesson's folder. What does not map is
 * told; nothing is dropped in silence.
 */
import { z } from "zod";
import { offerOf } from "../../distros/offers.ts";
import { rootScript } from "./acts.ts";
import { LEVELS, MACHINES } from "./schema.ts";

const part = z.object({
  title: z.string().optional(),
  text: z.string().optional(),
  foreground: z.string().optional(),
  background: z.string().optional(),
  verify: z.string().optional(),
});
const asset = z.object({ file: z.string(), target: z.string(), chmod: z.string().optional() });
const index = z.object({
  title: z.string(),
  description: z.string().optional(),
  difficulty: z.string().optional(),
  time: z.string().optional(),
  // A scenario may be its introduction alone, or a bare machine.
  details: z
    .object({
      intro: part.optional(),
      steps: z.array(part).default([]),
      finish: part.optional(),
      assets: z.record(z.string(), z.array(asset)).optional(),
    })
    .default({ steps: [] }),
  backend: z.object({ imageid: z.string().optional() }).optional(),
  interface: z.object({ layout: z.string().optional() }).optional(),
});
type Part = z.infer<typeof part>;

export interface Imported {
  /** Texts of the lesson's folder, by their paths in it. */
  readonly files: ReadonlyMap<string, string>;
  /** What somebody should look at, each a sentence. */
  readonly remarks: readonly string[];
}

/** The machine for images that there are no machines of. */
const STAND_IN = "debian";

/** Reads the scenario whose files `read` gives. `machine` wins over the scenario's image. Throws `Error` when `index.json` cannot be read. */
export function importKillercoda(read: (path: string) => string | undefined, machine?: string): Imported {
  const text = read("index.json");
  if (text === undefined) throw new Error("there is no index.json");
  const parsed = index.safeParse(JSON.parse(text));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new Error(`index.json: ${issue?.path.join(".") ?? ""}: ${issue?.message ?? ""}`);
  }
  return new Importer(parsed.data, read, machine).all();
}

class Importer {
  readonly #index: z.infer<typeof index>;
  readonly #read: (path: string) => string | undefined;
  readonly #machine: string;
  /** How acts that the scenario's reader types begin: there one is root unless the texts say `sudo`. */
  readonly #sign: "$" | "#";
  readonly #files = new Map<string, string>();
  readonly #remarks: string[] = [];
  /** Done before the lesson begins: first as root and unseen, then typed. */
  readonly #unseen: string[] = [];

  constructor(scenario: z.infer<typeof index>, read: (path: string) => string | undefined, machine: string | undefined) {
    this.#index = scenario;
    this.#read = read;
    this.#machine = machine ?? this.#machineOf(scenario.backend?.imageid);
    const { intro = {}, steps, finish = {} } = scenario.details;
    const typed = [intro, ...steps, finish].flatMap(({ text, foreground }) => [text, foreground].map((path) => (path && read(path)) ?? ""));
    this.#sign = typed.some((each) => /\bsudo\b/.test(each)) || !typed.some((each) => /`\{\{|```/.test(each)) ? "$" : "#";
    if (this.#sign === "#")
      this.#remark(
        "lesson.md: the learner is not root; write `sudo` before commands of the text that need it. Solutions are typed as root.",
      );
  }

  all(): Imported {
    const { title, description, details, difficulty, time } = this.#index;
    this.#assets();
    if (this.#index.interface?.layout === "ide") this.#remark("index.json: there is no editor beside the terminal; use nano.");
    const { intro = {}, finish = {} } = details;
    const steps = details.steps.length > 0 ? details.steps : [{ title: "Look around" }];
    const typed = this.#typed(intro.foreground);
    const background = this.#script(intro.background);
    if (background !== "") this.#unseen.push(background);
    const sections = steps.map((step, at) => this.#step(step, at + 1));
    const end = this.#text(finish.text, false);
    if (!/\d/.test(time ?? "")) this.#remark("lesson.md: the minutes are a guess.");
    const front = [
      `title: ${JSON.stringify(title)}`,
      `summary: ${JSON.stringify(description ?? title)}`,
      `minutes: ${this.#minutes(/\d+/.exec(time ?? "")?.[0] ?? 1 + 2 * steps.length)}`,
      `level: ${LEVELS.find((level) => level === difficulty?.toLowerCase()) ?? LEVELS[0]}`,
      `machine: ${this.#machine}`,
      ...this.#setup(typed),
    ];
    const parts = [`---\n${front.join("\n")}\n---`, this.#text(intro.text, false), ...sections, end === "" ? "" : `:::done\n${end}\n:::`];
    this.#files.set("lesson.md", `${parts.filter((each) => each !== "").join("\n\n")}\n`);
    return { files: this.#files, remarks: this.#remarks };
  }

  #minutes(told: string | number): number {
    const minutes = Math.max(1, Number(told));
    if (minutes > MOST_MINUTES)
      this.#remark(`index.json: ${minutes} minutes are more than one lesson; make several of it, each with one idea.`);
    return Math.min(MOST_MINUTES, minutes);
  }

  #remark(text: string): void {
    if (!this.#remarks.includes(text)) this.#remarks.push(text);
  }

  #machineOf(image = ""): string {
    if (MACHINES.includes(image)) return image;
    this.#remark(`index.json: there is no machine ${JSON.stringify(image)}; ${STAND_IN} stands in for it.`);
    return STAND_IN;
  }

  /** A script of the scenario, without its first line where that names the shell. */
  #script(path: string | undefined): string {
    if (path === undefined) return "";
    const text = this.#read(path);
    if (text === undefined) this.#remark(`index.json: there is no ${path}.`);
    else this.#lookAt(path, text);
    return (text ?? "")
      .replaceAll("\r", "")
      .replace(/^#!.*\n/, "")
      .trim();
  }

  #typed(path: string | undefined): string[] {
    return commandsIn(this.#script(path));
  }

  #setup(typed: readonly string[]): string[] {
    if (this.#unseen.length === 0 && typed.length === 0) return [];
    const script = this.#unseen.join("\n");
    if (typed.length === 0) return ["setup: |", ...indented(script)];
    const unseen = script === "" ? [] : [asActs([rootScript(script).line], "$")];
    return ["setup: |", ...indented([...unseen, asActs(typed, this.#sign)].join("\n"))];
  }

  #step(step: Part, number: number): string {
    const { title = `Step ${number}` } = step;
    const id = `step-${number}`;
    const background = this.#script(step.background);
    if (background !== "") {
      this.#unseen.push(background);
      this.#remark(`${step.background}: runs before the lesson begins, not when its step does.`);
    }
    const typed = this.#typed(step.foreground);
    if (typed.length > 0) this.#remark(`${step.foreground}: nobody types it; the step shows it, to be pressed.`);
    const shown = typed.length === 0 ? "" : `\`\`\`bash {run}\n${typed.join("\n")}\n\`\`\``;
    const text = this.#text(step.text, true);
    const check = this.#verify(step, number, title);
    const solution = this.#solution(step, id);
    return [`## ${title} {#${id}}`, shown, text, check, solution].filter((each) => each !== "").join("\n\n");
  }

  #verify({ verify }: Part, number: number, title: string): string {
    const script = this.#script(verify);
    if (verify === undefined || script === "") return "";
    const path = `checks/step-${number}.sh`;
    this.#files.set(path, `${script}\n`);
    if (/\/root\b/.test(script)) this.#remark(`${path}: it looks in /root; the learner is not root here and has another home.`);
    if (!script.includes("fail-message"))
      this.#remark(`${path}: it does not say why not; write \`|| fail-message "…"\` behind its conditions.`);
    return `\`\`\`check id=verify-${number} title=${JSON.stringify(title.replaceAll("`", ""))} lang=sh user=root when=button script=${path}\n\`\`\``;
  }

  /** What stands in blocks of commands under "Solution". */
  #solution({ text, verify }: Part, id: string): string {
    if (verify === undefined) return "";
    const written = text === undefined ? "" : (this.#read(text) ?? "").replaceAll("\r", "");
    const lines = [...written.matchAll(DETAILS)]
      .filter(([, summary = ""]) => SOLVES.test(summary))
      .flatMap(([, , body = ""]) => [...body.matchAll(BLOCK)].flatMap(([, , code = ""]) => commandsIn(code)));
    if (lines.length > 0) return `\`\`\`solution id=${id} title="A solution"\n${asActs(lines, this.#sign)}\n\`\`\``;
    this.#remark(`lesson.md: the step ${id} has a check and no solution; write one, it is tested.`);
    return "";
  }

  #assets(): void {
    for (const [host, files] of Object.entries(this.#index.details.assets ?? {})) {
      if (host !== "host01") {
        this.#remark(`index.json: there is one machine, so what is for ${host} is left out.`);
        continue;
      }
      for (const { file, target, chmod } of files) {
        const text = this.#read(`assets/${file}`);
        const folder = target.replace(/^~/, "/root").replace(/\/+$/, "");
        const path = `${folder}/${file.replace(/^.*\//, "")}`;
        if (text === undefined) this.#remark(`index.json: there is no assets/${file}${file.includes("*") ? "; name each file" : ""}.`);
        else {
          this.#files.set(`files${path}`, text);
          if (chmod !== undefined) this.#unseen.push(`chmod ${chmod} '${path}'`);
        }
      }
    }
  }

  /** Complains about what the machine does not have. */
  #lookAt(path: string, text: string): void {
    const { tools, title } = offerOf(this.#machine);
    const [, tool] = /\b(apt|apt-get|yum|dnf|zypper|apk|snap)\s+(?:-\S+\s+)*install\b/.exec(text) ?? [];
    if (tool !== undefined && (tools !== "apt" || !tool.startsWith("apt")))
      this.#remark(`${path}: \`${tool} install\`, which is not how ${title} gets packages.`);
  }

  /** A text as lessons have them. */
  #text(path: string | undefined, isStep: boolean): string {
    if (path === undefined) return "";
    const written = this.#read(path);
    if (written === undefined) {
      this.#remark(`index.json: there is no ${path}.`);
      return "";
    }
    this.#lookAt(path, written);
    const text = written
      .replaceAll("\r", "")
      .replace(BLOCK, (all, info: string, code: string, deed: string | undefined) =>
        deed === undefined ? all : `\`\`\`${info.trim()} {${this.#deed(path, deed)}}\n${code}\`\`\``,
      )
      .replace(/`\{\{([^}]*)\}\}/g, (_all, deed: string) => (NO_ENTER.test(deed) ? "`{type}" : `\`{{${this.#deed(path, deed.trim())}}}`))
      .replace(DETAILS, (_all, summary: string, body: string) => {
        const words = body.trim().replace(/^<br\s*\/?>\s*/, "");
        return isStep ? `\n:::hint\n${words}\n:::\n` : `**${summary.trim()}**\n\n${words}`;
      })
      .replace(/\[([^\]]*)\]\(\s*(\{\{TRAFFIC_[^}]*\}\})[^)]*\)/g, "$1 ($2)")
      .replace(/\{\{TRAFFIC_HOST\d+(?:_(\d+))?\}\}/g, (all, port: string | undefined) => {
        this.#remark(`${path}: ${all}: no browser reaches into the machine; its own address stands there, for curl.`);
        return `http://localhost${port === undefined ? "" : `:${port}`}`;
      });
    return text
      .split(/(^```[\s\S]*?^```|`[^`\n]*`|<!--[\s\S]*?-->)/m)
      .map((stretch, at) => (at % 2 === 1 ? stretch : this.#prose(path, stretch)))
      .join("")
      .replace(/\n{3,}/g, "\n\n")
      .trim();
  }

  #deed(path: string, deed: string): string {
    // There is one machine with one terminal, so its name says nothing.
    const ours = deed.replace(/^execute\b/, "exec").replace(/\s*\b(?:HOST1|T1)\b/, "");
    if (["", "exec", "copy", "exec interrupt"].includes(ours)) return ours;
    if (NO_ENTER.test(deed)) return "copy";
    this.#remark(`${path}: {{${deed}}}: a command can be run, run after Ctrl-C, or copied.`);
    return "";
  }

  /** Outside of code. */
  #prose(path: string, text: string): string {
    return text
      .replace(/^#{1,2} /gm, "### ")
      .replace(/!\[([^\]]*)\]\((?!https?:)[^)]*\)/g, (all, words: string) => {
        this.#remark(`${path}: ${all}: put the picture into the lesson's assets and name it again.`);
        return words;
      })
      .replace(/<(\/?)([a-z][a-z0-9]*)\b[^>]*>/gi, (all, _end, tag: string) => {
        if (tag.toLowerCase() !== "br") this.#remark(`${path}: the HTML ${all} is taken out.`);
        return "";
      });
  }
}

/** More than a lesson may take. */
const MOST_MINUTES = 60;
/** Typed, and left at the prompt. */
const NO_ENTER = /^\s*exec(ute)?\s+no-newline\s*$/;

/** `<details>` with its summary and what it hides. */
const DETAILS = /<details>\s*<summary>([\s\S]*?)<\/summary>([\s\S]*?)<\/details>/g;
/** A block of code, what follows its opening, what is in it, and what is done with it when it is pressed. */
const BLOCK = /^```([^\n`]*)\n([\s\S]*?)^```(?:\{\{([^}]*)\}\})?/gm;
const SOLVES = /solution|answer/i;

/** The commands of a simple script; what goes on over several lines stays one. */
function commandsIn(script: string): string[] {
  const commands: string[] = [];
  for (const line of script.split("\n")) {
    const last = commands.at(-1);
    if (last?.endsWith("\\") === true) commands[commands.length - 1] = `${last}\n${line}`;
    else if (line.trim() !== "" && !line.trimStart().startsWith("#")) commands.push(line.trim());
  }
  return commands;
}

function asActs(commands: readonly string[], sign: "$" | "#"): string {
  return commands.map((command) => `${sign} ${command.replaceAll("\n", "\n> ")}`).join("\n");
}

function indented(text: string): string[] {
  return text.split("\n").map((line) => (line === "" ? "" : `  ${line}`));
}
