/** Which pages the system has: the files below /usr/share/man, and what stands on each. */
import type { Process } from "../../machine/process.ts";
import type { Run } from "../../machine/program.ts";
import type { Command } from "../command.ts";
import { orUndefined } from "../complain.ts";
import type { Surroundings } from "../programs.ts";
import { installedPackage } from "../version.ts";
import { pageOfCommand, summaryOf, type Page } from "./page.ts";
import { writtenPages } from "./pages.ts";

const DIRECTORIES = ["/usr/local/share/man", "/usr/share/man"] as const;
/** The order in which man looks. */
const SECTIONS = ["1", "8", "5", "7"] as const;

/** A page's file. */
export interface PageFile {
  readonly name: string;
  readonly section: string;
  readonly path: string;
}

export class Library {
  readonly #proc: Process;
  readonly #around: Surroundings;

  constructor(proc: Process, around: Surroundings) {
    this.#proc = proc;
    this.#around = around;
  }

  /** The files of a page, in the order in which man looks; all sections unless one is named. */
  find(name: string, section?: string): readonly PageFile[] {
    const found: PageFile[] = [];
    for (const directory of this.#directories)
      for (const candidate of section === undefined ? SECTIONS : [section]) {
        const path = `${directory}/man${candidate}/${name}.${candidate}.gz`;
        if (orUndefined(() => this.#proc.sys.stat(path))?.type === "file") found.push({ name, section: candidate, path });
      }
    return found;
  }

  /** All pages of which something is known. */
  *known(): Run<readonly { readonly file: PageFile; readonly summary: string }[]> {
    const out: { file: PageFile; summary: string }[] = [];
    for (const directory of this.#directories)
      for (const section of SECTIONS)
        for (const entry of orUndefined(() => this.#proc.sys.readdir(`${directory}/man${section}`)) ?? []) {
          const name = entry.name.endsWith(`.${section}.gz`) ? entry.name.slice(0, -section.length - 4) : undefined;
          if (name === undefined) continue;
          const file = { name, section, path: `${directory}/man${section}/${entry.name}` };
          const summary = yield* this.#summary(file);
          if (summary !== undefined) out.push({ file, summary });
        }
    return out;
  }

  /** What stands on the page. */
  *read(file: PageFile): Run<Page> {
    const written = this.#written(file);
    if (written !== undefined) {
      const pkg = yield* installedPackage(this.#proc, written.package);
      return { ...written, source: `${written.package} ${pkg?.version ?? ""}`.trim() };
    }
    const command = yield* this.#command(file);
    if (command !== undefined) return pageOfCommand(command, file.section, (yield* installedPackage(this.#proc, command.package))?.version);
    return {
      name: file.name,
      section: file.section,
      summary: "",
      source: "",
      sections: [
        { title: "NAME", body: [file.name] },
        { title: "DESCRIPTION", body: ["The text of this page is not in Immutable Lab."] },
      ],
    };
  }

  get #directories(): readonly string[] {
    const path = this.#proc.env.get("MANPATH");
    return path === undefined || path === "" ? DIRECTORIES : path.split(":").filter((directory) => directory !== "");
  }

  *#summary(file: PageFile): Run<string | undefined> {
    const written = this.#written(file)?.summary;
    if (written !== undefined) return written;
    const about = (yield* this.#command(file))?.about;
    return about === undefined ? undefined : summaryOf(about);
  }

  #written(file: PageFile): ReturnType<typeof writtenPages>[number] | undefined {
    const target = this.#target(file);
    return writtenPages().find(({ name, section }) => section === file.section && (name === file.name || name === target));
  }

  /** The program that the page is about. */
  *#command(file: PageFile): Run<Command | undefined> {
    if (file.section !== "1" && file.section !== "8") return undefined;
    return (yield* this.#around.command(file.name)) ?? (yield* this.#around.command(this.#target(file)));
  }

  /** The name of the page that a link leads to, "" for a file of its own. */
  #target(file: PageFile): string {
    const target = orUndefined(() => this.#proc.sys.readlink(file.path)) ?? "";
    return /([^/]+)\.[1-9]\.gz$/.exec(target)?.[1] ?? "";
  }
}
