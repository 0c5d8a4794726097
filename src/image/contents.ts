/**
 * What is in a file for which nothing was written by hand: a few true lines, made from its path and its package.
 *
 * @simplified Real contents are gigabytes; these are short, so that all of a release can be hashed, and sizes are those of what is here.
 */
import { encodeUtf8 } from "../base/utf8.ts";
import { nvra } from "./package.ts";
import type { Package } from "./package.ts";

/** How the contents of a file come about. Equal keys mean equal contents, and different keys different ones. */
export interface Recipe {
  readonly key: string;
  /** Files of other names may have the same contents; otherwise only the file of this name in other releases. */
  readonly isShared: boolean;
  bytes(): Uint8Array;
}

/** The contents of the file at `path`, which `owner` brings (undefined: made with the image, not by a package). */
export function standIn(path: string, mode: number, owner: Package | undefined): Recipe {
  if (owner !== undefined && path.startsWith("/usr/share/licenses/") && path.endsWith("/COPYING")) {
    return { key: `license ${owner.license}`, isShared: true, bytes: () => encodeUtf8(licenseText(owner.license)) };
  }
  const isProgram = isProgramFile(path, mode);
  const build = owner === undefined ? "the image" : changesWithBuild(path, mode) ? nvra(owner) : owner.name;
  return { key: `${path} ${build}`, isShared: false, bytes: () => encodeUtf8(textFor(path, isProgram)({ path, build, owner })) };
}

/** Whether another build of its package has another file there. */
export function changesWithBuild(path: string, mode: number): boolean {
  return isProgramFile(path, mode) || BUILT.test(path);
}

function isProgramFile(path: string, mode: number): boolean {
  return (mode & 0o111) !== 0 && !/^(\/usr)?\/etc\//.test(path);
}

/** Contents that were written by hand. */
export function verbatim(text: string): Recipe {
  return { key: `=${text}`, isShared: true, bytes: () => encodeUtf8(text) };
}

interface Subject {
  readonly path: string;
  /** The package, with its version where the file changes with each build. */
  readonly build: string;
  readonly owner: Package | undefined;
}

/** Besides programs, what a new build of the package changes. */
const BUILT = /\.so(\.[0-9.]+)?$|\/lib\/modules\/|\.pyc$|\/share\/zoneinfo\/|\/share\/doc\/[^/]*\/(NEWS|ChangeLog|CHANGES)/;

type Text = (subject: Subject) => string;

const TEXTS: readonly (readonly [pattern: RegExp, text: Text])[] = [
  [/\/lib\/modules\/[^/]*\/.*\.ko(\.xz)?$/, (it) => elf("module", it)],
  [/\/lib\/modules\/[^/]*\/vmlinuz$/, (it) => `MZ\nkernel of ${it.build}\npath=${it.path}\n`],
  [/\.so(\.[0-9.]+)?$/, (it) => elf("library", it)],
  [/\.py$/, (it) => `# ${it.path} of ${it.build}\n`],
  [/\.pyc$/, (it) => `compiled by ${it.build}: ${it.path}\n`],
  [/\/share\/man\/man[^/]*\//, manPage],
  [/\.desktop$/, desktopEntry],
  [/\/systemd\/(system|user)\/[^/]*\.(service|socket|target|timer|path|mount|slice)$/, unit],
  [/\.(png|jpg|jpeg|webp|svgz|cur|ico)$/, (it) => `picture of ${it.build}: ${it.path}\n`],
  [/\.svg$/, (it) => `<svg xmlns="http://www.w3.org/2000/svg"><title>${it.path}, of ${it.build}</title></svg>\n`],
  [/\.(xml|ui|rng|dtd|page)$/, (it) => `<!-- ${it.path}, of ${it.build} -->\n`],
  [/\.(js|css|c|h|vim)$/, (it) => `/* ${it.path}, of ${it.build} */\n`],
  [
    /\/share\/doc\/[^/]*\/(NEWS|ChangeLog|CHANGES)/,
    (it) => `${it.build}\nWhat is new in this version is not part of the simulator.\n${it.path}\n`,
  ],
  [/\/share\/zoneinfo\//, (it) => `TZif2\n${it.path.replace(/^.*\/zoneinfo\//, "")}, of ${it.build}\npath=${it.path}\n`],
  [/^(\/usr)?\/etc\/|\.conf$|\.rules$|\.d\//, (it) => `# ${it.path.replace(/^\/usr\/etc\//, "/etc/")}, as ${it.build} brings it\n`],
];

function textFor(path: string, isProgram: boolean): Text {
  const found = TEXTS.find(([pattern]) => pattern.test(path))?.[1];
  return found ?? (isProgram ? program : data);
}

function data(it: Subject): string {
  return `${it.path}, of ${it.build}\n`;
}

/** What a program file is to the machine: machine/ports.ts. */
function program(it: Subject): string {
  return `\u007fELF\nprogram=${baseName(it.path)}\npackage=${it.build}\npath=${it.path}\n`;
}

function elf(type: string, it: Subject): string {
  return `\u007fELF\ntype=${type}\npackage=${it.build}\npath=${it.path}\n`;
}

function manPage(it: Subject): string {
  const [, name = "", section = ""] = /\/([^/]*?)\.([0-9][^./]*)(?:\.gz)?$/.exec(it.path) ?? [];
  const about = it.owner === undefined ? "" : ` of ${it.owner.name}: ${it.owner.summary}`;
  return `.TH ${name} ${section}\n.SH NAME\n${name}\n.SH DESCRIPTION\nThe manual page${about}.\n.\\" ${it.path}, of ${it.build}\n`;
}

function desktopEntry(it: Subject): string {
  return `[Desktop Entry]\nType=Application\nName=${baseName(it.path).replace(/\.desktop$/, "")}\nComment=${it.owner?.summary ?? ""}\nNoDisplay=true\n# ${it.path}, of ${it.build}\n`;
}

function unit(it: Subject): string {
  return `# ${it.path}\n[Unit]\nDescription=${baseName(it.path)} of ${it.build}\n`;
}

/** One text for each licence, so that the packages under it share one object, as they would share the same COPYING. */
function licenseText(license: string): string {
  return `${license}\nThe full text of this licence is not part of the simulator; the SPDX list has it under this name.\n`;
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
