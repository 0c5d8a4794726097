/**
 * What one package brings to a release: its path list, of which names and contents are made out when somebody asks.
 *
 * Only the numbers of objects are given out at once, since they must not depend on who looks where first.
 */
import { changesWithBuild, type Recipe } from "./contents.ts";
import { ImageFile, ImageSymlink, type ObjectStore } from "./image-objects.ts";
import { nvra, type Package } from "./package.ts";
import { decodePathLine, isDirectoryLine, usualMode, type PathEntry } from "./path-list.ts";
import type { LeafSource } from "./sealed-tree.ts";

export interface PackageContentOptions {
  /** Undefined: what belongs to no package. */
  readonly pkg: Package | undefined;
  /** A path list as the manifest has it, and with everything replaced. */
  readonly template: string;
  readonly list: string;
  /** How a file of the package comes about. */
  recipe(entry: PathEntry): Recipe;
  /** Names in `directory` whose recipe may be `isShared`, besides COPYING. */
  sharedNames(directory: string): ReadonlySet<string> | undefined;
  readonly store: ObjectStore;
  /** The package as the last release before had it. */
  readonly older: PackageContent | undefined;
  /** What another product has of it. */
  readonly twin: PackageContent | undefined;
  /** Seconds since 1970. */
  readonly mtime: number;
}

/** The names of a list that are in one directory. */
interface Section extends LeafSource {
  /** Absolute, with a slash at its end. */
  readonly directory: string;
  readonly start: number;
  end: number;
}

/** What a package brings, for whoever makes another tree of it. */
export interface PackageFiles {
  readonly pkg: Package | undefined;
  /** Files and links by directory; between `start` and `end` are at most as many lines as there are of them. */
  readonly sections: readonly Readonly<Section>[];
  readonly directories: readonly PathEntry[];
  /** Absolute paths. */
  paths(): Iterable<string>;
}

/** Instead of an object's number, where a line is a directory. */
const NO_OBJECT = -1;

export class PackageContent {
  readonly pkg: Package | undefined;
  readonly template: string;
  readonly sections: readonly Section[];
  /** Directories that are named themselves. */
  readonly directories: readonly PathEntry[];
  /** Files whose names are among the `sharedNames`. */
  readonly special: readonly string[];
  /** How many names here are an object that files of other names may be, too. */
  readonly shared: ReadonlyMap<number, number>;
  /** The numbers given out here begin at `first` and end before `end`. */
  readonly first: number;
  readonly end: number;
  readonly #options: PackageContentOptions;
  readonly #lines: readonly string[];
  readonly #numbers: Int32Array;
  /** Objects that are the older package's. */
  readonly #reused = new Set<number>();

  constructor(options: PackageContentOptions) {
    const { pkg, template, list, store, older, twin } = options;
    this.#options = options;
    this.pkg = pkg;
    this.template = template;
    this.#lines = list === "" ? [] : list.split("\n");
    this.#numbers = new Int32Array(this.#lines.length);
    const sections: Section[] = [];
    const directories: PathEntry[] = [];
    const special: string[] = [];
    const shared = new Map<number, number>();
    const isOtherBuild = older !== undefined && pkg !== undefined && older.pkg !== undefined && nvra(older.pkg) !== nvra(pkg);
    const hasSameLines = older !== undefined && older.#options.list === list;
    this.first = store.count;
    let directory = "";
    let sharedNames: ReadonlySet<string> | undefined;
    let section: Section | undefined;
    for (let i = 0; i < this.#lines.length; i++) {
      const line = this.#lines[i] as string;
      if (isDirectoryLine(line)) {
        this.#numbers[i] = NO_OBJECT;
        directory = line;
        sharedNames = options.sharedNames(directory);
        section = this.#section(directory, i + 1);
        sections.push(section);
        continue;
      }
      if (section !== undefined) section.end = i + 1;
      if (!line.includes("\t") && sharedNames?.has(line) !== true && line !== "COPYING" && twin === undefined) {
        if (older === undefined || (isOtherBuild && changesWithBuild(directory + line, usualMode(directory + line)))) {
          this.#numbers[i] = store.next();
          continue;
        }
      }
      const entry = decodePathLine(directory, line);
      if (entry.kind === "dir") {
        this.#numbers[i] = NO_OBJECT;
        directories.push(entry);
        continue;
      }
      if (sharedNames?.has(nameOf(line)) === true) special.push(entry.path);
      const key = this.#sharedKey(entry);
      const number =
        key !== undefined
          ? store.shared(key)
          : (older?.sameObject(entry, options.recipe(entry), hasSameLines ? i : undefined) ??
            twin?.sameObject(entry, options.recipe(entry), undefined) ??
            store.next());
      if (key !== undefined) shared.set(number, (shared.get(number) ?? 0) + 1);
      else if (number < this.first) this.#reused.add(number);
      this.#numbers[i] = number;
    }
    this.end = store.count;
    this.sections = sections;
    this.directories = directories;
    this.special = special;
    this.shared = shared;
  }

  /** Equal keys are one object, whatever its names. Undefined for an object that only this name has. */
  #sharedKey(entry: PathEntry): string | undefined {
    if (entry.kind === "symlink") return `l${entry.uid}:${entry.gid} ${entry.target}`;
    const recipe = this.#options.recipe(entry);
    return recipe.isShared ? `f${entry.mode}:${entry.uid}:${entry.gid} ${recipe.key}` : undefined;
  }

  #section(directory: string, start: number): Section {
    const section: Section = { directory, start, end: start, leaves: () => this.#leaves(section) };
    return section;
  }

  /** The number of the file that has the same name, owner, mode and contents here; its line is `at`, or has to be found. */
  sameObject(entry: PathEntry, recipe: Recipe, at: number | undefined): number | undefined {
    const line = at ?? this.#lineOf(entry.path);
    if (line === undefined) return undefined;
    const mine = decodePathLine(entry.path.slice(0, entry.path.lastIndexOf("/") + 1), this.#lines[line] as string);
    const isSame = mine.kind === "file" && mine.mode === entry.mode && mine.uid === entry.uid && mine.gid === entry.gid;
    return isSame && this.#options.recipe(mine).key === recipe.key ? this.#numbers[line] : undefined;
  }

  #lineOf(path: string): number | undefined {
    const cut = path.lastIndexOf("/") + 1;
    const name = path.slice(cut);
    const section = this.sections.find(({ directory }) => directory.length === cut && path.startsWith(directory));
    for (let i = section?.start ?? 0; i < (section?.end ?? 0); i++) if (nameOf(this.#lines[i] as string) === name) return i;
    return undefined;
  }

  /** Whether there is a file here that is the object and cannot have another name; `object` is below `end`. */
  hasOwn(object: number): boolean {
    return object >= this.first ? !this.shared.has(object) : this.#reused.has(object);
  }

  /** Absolute, in the order of the list; directories that are named themselves among them. */
  *paths(): Generator<string> {
    for (const { directory, start, end } of this.sections)
      for (let i = start; i < end; i++) yield directory + nameOf(this.#lines[i] as string);
  }

  has(path: string): boolean {
    return this.#lineOf(path) !== undefined;
  }

  /** Files and links, in the order of the list. */
  *nodes(): Generator<ImageFile | ImageSymlink> {
    for (const section of this.sections) for (const [, node] of this.#leaves(section)) yield node;
  }

  *#leaves({ directory, start, end }: Section): Generator<readonly [string, ImageFile | ImageSymlink]> {
    const { store } = this.#options;
    for (let i = start; i < end; i++) {
      const number = this.#numbers[i] as number;
      if (number === NO_OBJECT) continue;
      const line = this.#lines[i] as string;
      yield [nameOf(line), store.content(number, () => this.#make(number, decodePathLine(directory, line)))];
    }
  }

  #make(number: number, entry: PathEntry): ImageFile | ImageSymlink {
    if (entry.kind === "symlink") return new ImageSymlink(number, entry, entry.target);
    return new ImageFile(number, entry, this.#options.recipe(entry), this.#options.mtime);
  }
}

function nameOf(line: string): string {
  const tab = line.indexOf("\t");
  return tab < 0 ? line : line.slice(0, tab);
}
