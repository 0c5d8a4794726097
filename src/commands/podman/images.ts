/** podman's verbs on images: pull, images, rmi, tag, untag, history. */
import { secondsOf } from "../../base/calendar.ts";
import { removeContainer } from "./removal.ts";
import { PodmanError, unique, type Podman, type PullStep } from "../../engines/containers/podman.ts";
import { fullName, hasRegistry, isReference, splitTag } from "../../engines/containers/reference.ts";
import type { StoredImage } from "../../engines/containers/storage.ts";
import type { Run } from "../../machine/program.ts";
import { goTable, goTemplate, humanDuration, humanSize } from "../go-flags.ts";
import { stdout } from "../output.ts";
import type { Verb } from "./verb.ts";

/** Seconds between a moment as it is stored and now. */
export function secondsSince(podman: Podman, time: string): number {
  const match = /^(\d+)-(\d+)-(\d+)T(\d+):(\d+):(\d+)/.exec(time);
  if (match === null) return 0;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1).map(Number);
  return podman.proc.now().sec - secondsOf(year, month, day, hour, minute, second);
}

/** Fetches an image and tells of it on standard error. */
export function* pullImage(podman: Podman, name: string, quiet: boolean): Run<StoredImage> {
  const { proc } = podman;
  const pull = podman.pull(name);
  const onTerminal = proc.sys.isatty(2);
  for (;;) {
    const step = pull.next();
    if (step.done === true) return step.value;
    if (!quiet) yield* proc.printError(told(step.value, onTerminal));
    yield* proc.sleep(step.value.kind === "blob" && !step.value.isThere ? Math.min(8, step.value.bytes / 50_000_000) : 0.05);
  }
}

function told(step: PullStep, onTerminal: boolean): string {
  switch (step.kind) {
    case "resolved":
      return `Resolved "${step.name}" as an alias (${step.file})\n`;
    case "trying":
      return `Trying to pull ${step.name}...\n`;
    case "signatures":
      return "Getting image source signatures\n";
    case "blob":
      return onTerminal
        ? `Copying blob ${step.digest.slice(0, 12)} ${step.isThere ? "skipped: already exists  " : "done   | "}\n`
        : `Copying blob sha256:${step.digest}\n`;
    case "config":
      return onTerminal ? `Copying config ${step.digest.slice(0, 10)} done   | \n` : `Copying config sha256:${step.digest}\n`;
    case "manifest":
      return "Writing manifest to image destination\n";
  }
}

/** The image of that name, from a registry when it is not there. */
export function* obtainImage(podman: Podman, name: string, policy: string, quiet: boolean): Run<StoredImage> {
  if (!isReference(name.toLowerCase())) throw new PodmanError(`parsing reference ${JSON.stringify(name)}: invalid reference format`);
  if (name !== name.toLowerCase() && !/^[^:]*:/.test(name)) throw new PodmanError("repository name must be lowercase");
  const known = policy === "always" ? undefined : podman.findImage(name);
  if (known !== undefined) return known;
  if (policy === "never") throw new PodmanError(`${name}: image not known`);
  return yield* pullImage(podman, name, quiet);
}

export const pull: Verb = {
  name: "pull",
  usage: "pull [options] IMAGE [IMAGE...]",
  help: "Pull an image from a registry",
  description:
    "Pulls an image from a registry and stores it locally.\n\n  An image can be pulled by tag or digest. If a tag is not specified, the image with the 'latest' tag is pulled.",
  options: [
    { name: "quiet", short: "q", help: "Suppress output information when pulling images" },
    { name: "all-tags", short: "a", help: "All tagged images in the repository will be pulled", fidelity: "unbuilt" },
    {
      name: "arch",
      argument: "ARCH",
      help: "Use ARCH instead of the architecture of the machine for choosing images",
      fidelity: "ignored",
    },
    { name: "tls-verify", help: "Require HTTPS and verify certificates when contacting registries", fidelity: "ignored" },
    { name: "policy", argument: "string", help: "Pull image policy", fidelity: "ignored" },
  ],
  operands: { least: 1 },
  *run(podman, options) {
    for (const name of options.operands) {
      const image = yield* pullImage(podman, name.replace(/^docker:\/\//, ""), options.has("quiet"));
      yield* stdout(podman.proc).print(`${image.id}\n`);
    }
    return 0;
  },
};

interface ImageRow {
  readonly repository: string;
  readonly tag: string;
  readonly image: StoredImage;
}

function rowsOf(images: readonly StoredImage[]): ImageRow[] {
  return images.flatMap((image): ImageRow[] => {
    const names = image.names ?? [];
    if (names.length === 0) return [{ repository: "<none>", tag: "<none>", image }];
    return names.map((name) => ({ ...splitTag(name), image }));
  });
}

export const images: Verb = {
  name: "images",
  usage: "images [options] [IMAGE]",
  help: "List images in local storage",
  options: [
    { name: "all", short: "a", help: "Show all images (default hides intermediate images)" },
    { name: "digests", help: "Show digests", fidelity: "unbuilt" },
    { name: "filter", short: "f", argument: "strings", help: "Filter output based on conditions provided", fidelity: "unbuilt" },
    { name: "format", argument: "string", help: "Change the output format to JSON or a Go template" },
    { name: "noheading", short: "n", help: "Do not print column headings" },
    { name: "no-trunc", help: "Do not truncate output" },
    { name: "quiet", short: "q", help: "Display only image IDs" },
    { name: "sort", argument: "string", help: "Sort by created, id, repository, size, or tag", fidelity: "ignored" },
    { name: "history", help: "Display the image name history", fidelity: "unbuilt" },
  ],
  operands: { most: 1 },
  *run(podman, options) {
    const { proc } = podman;
    const [wanted] = options.operands;
    const shown = podman.storage
      .images()
      .filter((image) => options.has("all") || (image.names?.length ?? 0) > 0 || !isIntermediate(podman, image));
    const created = (image: StoredImage): number => secondsSince(podman, image.created);
    const rows = rowsOf([...shown].sort((left, right) => created(left) - created(right))).filter(({ repository, tag }) => {
      if (wanted === undefined) return true;
      const { repository: name, tag: wantedTag } = splitTag(wanted);
      return (repository === name || repository.endsWith(`/${name}`)) && (!wanted.includes(":") || tag === wantedTag);
    });
    const id = ({ image }: ImageRow): string => (options.has("no-trunc") ? `sha256:${image.id}` : image.id.slice(0, 12));
    if (options.has("quiet")) {
      yield* stdout(proc).print(
        unique(rows.map(id))
          .map((each) => `${each}\n`)
          .join(""),
      );
      return 0;
    }
    const format = options.value("format");
    if (format === "json") {
      const list = rows.map(({ image }) => ({
        Id: image.id,
        ParentId: "",
        RepoTags: null,
        RepoDigests: (image.names ?? []).map((name) => `${splitTag(name).repository}@${image.digest}`),
        Size: podman.sizeOf(image),
        SharedSize: 0,
        VirtualSize: podman.sizeOf(image),
        Labels: podman.storage.configOf(image.id)?.config.Labels ?? null,
        Containers: podman.containersOf(image.id).length,
        Names: image.names ?? [],
        Digest: image.digest,
        History: image["names-history"] ?? [],
        Created: proc.now().sec - created(image),
        CreatedAt: image.created,
      }));
      yield* stdout(proc).print(`${JSON.stringify(list, null, 4)}\n`);
      return 0;
    }
    const cells = (row: ImageRow) => ({
      Repository: row.repository,
      Tag: row.tag,
      ID: id(row),
      Id: id(row),
      Created: `${humanDuration(created(row.image))} ago`,
      CreatedSince: `${humanDuration(created(row.image))} ago`,
      CreatedAt: row.image.created,
      Size: humanSize(podman.sizeOf(row.image)),
      Digest: row.image.digest,
      Names: row.image.names ?? [],
    });
    if (format !== undefined) {
      const template = format.replace(/^table\s+/, "");
      yield* stdout(proc).print(rows.map((row) => `${goTemplate(template, "images", cells(row), "images.imageReporter")}\n`).join(""));
      return 0;
    }
    const heading = options.has("noheading") ? [] : [["REPOSITORY", "TAG", "IMAGE ID", "CREATED", "SIZE"]];
    const lines = rows.map(cells).map((cell) => [cell.Repository, cell.Tag, cell.ID, cell.Created, cell.Size]);
    yield* stdout(proc).print(goTable([...heading, ...lines]));
    return 0;
  },
};

/** Whether it is a step of a build that another image is made of. */
function isIntermediate(podman: Podman, image: StoredImage): boolean {
  const own = podman.storage.configOf(image.id);
  if (own === undefined) return false;
  return podman.storage.images().some((other) => {
    const history = podman.storage.configOf(other.id)?.history ?? [];
    return (
      other.id !== image.id &&
      history.length > own.history.length &&
      own.history.every((entry, i) => JSON.stringify(entry) === JSON.stringify(history[i]))
    );
  });
}

export const rmi: Verb = {
  name: "rmi",
  usage: "rmi [options] IMAGE [IMAGE...]",
  help: "Removes one or more images from local storage",
  description: "Removes one or more previously pulled or locally created images.",
  options: [
    { name: "all", short: "a", help: "Remove all images" },
    { name: "force", short: "f", help: "Force Removal of the image" },
    { name: "ignore", short: "i", help: "Ignore errors if a specified image does not exist" },
    { name: "no-prune", help: "Do not remove dangling images" },
  ],
  *run(podman, options) {
    const { proc } = podman;
    const all = options.has("all");
    if (options.operands.length === 0 && !all) throw new PodmanError("image name or ID must be specified");
    if (options.operands.length > 0 && all) throw new PodmanError("when using the --all switch, you may not pass any images names or IDs");
    let status = 0;
    const errors: string[] = [];
    for (const name of all ? podman.storage.images().map(({ id }) => id) : options.operands) {
      const image = podman.findImage(name);
      if (image === undefined) {
        if (options.has("force") || options.has("ignore")) continue;
        errors.push(`${name}: image not known`);
        status ||= 1;
        continue;
      }
      const names = image.names ?? [];
      const matching = names.filter((each) => isNamed(each, name));
      // One name of several goes alone.
      if (!all && !options.has("force") && names.length > 1 && matching.length > 0) {
        podman.untag(image.id, matching.slice(0, 1));
        yield* stdout(proc).print(`Untagged: ${matching[0] ?? ""}\n`);
        continue;
      }
      if (names.length > 1 && matching.length === 0 && !options.has("force") && !all) {
        errors.push(`unable to delete image "${image.id}" by ID with more than one tag (${`[${names.join(" ")}]`}): please force removal`);
        status = 2;
        continue;
      }
      const users = podman.containersOf(image.id);
      if (users.length > 0 && !options.has("force")) {
        errors.push(
          `image used by ${users[0]?.config.id ?? ""}: image is in use by a container: consider listing external containers and force-removing image`,
        );
        status = 2;
        continue;
      }
      for (const container of users) yield* removeContainer(podman, container, 10);
      const gone = [image, ...(options.has("no-prune") ? [] : stepsOf(podman, image))];
      for (const each of gone) podman.storage.deleteImage(each.id);
      yield* stdout(proc).print(names.map((each) => `Untagged: ${each}\n`).join("") + gone.map(({ id }) => `Deleted: ${id}\n`).join(""));
    }
    for (const [i, error] of errors.entries()) {
      yield* stdout(proc).flush();
      yield* proc.printError(
        i === 0 && errors.length > 1
          ? `Error: ${errors.length} errors occurred:\n\t* ${error}\n`
          : errors.length > 1
            ? `\t* ${error}\n`
            : `Error: ${error}\n`,
      );
    }
    return status;
  },
};

/** The nameless images that only `image` was made of, the last step first. */
function stepsOf(podman: Podman, image: StoredImage): readonly StoredImage[] {
  const historyOf = ({ id }: StoredImage) => (podman.storage.configOf(id)?.history ?? []).map((entry) => JSON.stringify(entry));
  const isBefore = (step: readonly string[], whole: readonly string[]): boolean =>
    step.length < whole.length && step.every((entry, i) => entry === whole[i]);
  const own = historyOf(image);
  const others = podman.storage.images().filter(({ id }) => id !== image.id);
  const steps = others.filter((each) => (each.names?.length ?? 0) === 0 && isBefore(historyOf(each), own));
  const isNeeded = (step: StoredImage): boolean =>
    podman.containersOf(step.id).length > 0 || others.some((each) => !steps.includes(each) && isBefore(historyOf(step), historyOf(each)));
  return steps.filter((step) => !isNeeded(step)).sort((left, right) => historyOf(right).length - historyOf(left).length);
}

function isNamed(full: string, name: string): boolean {
  const { repository, tag } = splitTag(name);
  return full === `${repository}:${tag}` || full.endsWith(`/${repository}:${tag}`);
}

/** The name that a local tag gets: without a registry it is localhost's. */
export function localName(name: string): string {
  const split = splitTag(name);
  return fullName(hasRegistry(name) ? split : { ...split, repository: `localhost/${split.repository}` });
}

export const tag: Verb = {
  name: "tag",
  usage: "tag IMAGE TARGET_NAME [TARGET_NAME...]",
  help: "Add an additional name to a local image",
  options: [],
  operands: { least: 2, message: "requires at least 2 arg(s), only received" },
  *run(podman, options) {
    const [name = "", ...targets] = options.operands;
    const image = podman.mustFindImage(name);
    for (const target of targets) podman.tag(image.id, localName(target));
    return 0;
  },
};

export const untag: Verb = {
  name: "untag",
  usage: "untag IMAGE [IMAGE...]",
  help: "Remove a name from a local image",
  options: [],
  operands: { least: 1 },
  *run(podman, options) {
    const [name = "", ...names] = options.operands;
    const image = podman.mustFindImage(name);
    podman.untag(image.id, names.length === 0 ? (image.names ?? []) : names.map(localName));
    return 0;
  },
};

export const history: Verb = {
  name: "history",
  usage: "history [options] IMAGE",
  help: "Show history of a specified image",
  options: [
    { name: "no-trunc", help: "Do not truncate the output" },
    { name: "quiet", short: "q", help: "Display the numeric IDs only" },
    { name: "format", argument: "string", help: "Change the output to JSON or a Go template", fidelity: "unbuilt" },
    { name: "human", short: "H", help: "Display sizes and dates in human readable format", fidelity: "ignored" },
  ],
  operands: { least: 1, most: 1 },
  *run(podman, options) {
    const { proc } = podman;
    const image = podman.mustFindImage(options.operands[0] ?? "");
    const entries = podman.storage.configOf(image.id)?.history ?? [];
    const layers = new Map(podman.storage.layers().map((layer) => [layer.id, layer]));
    const sizes = podman.storage
      .chain(image.layer)
      .toReversed()
      .map((id) => layers.get(id)?.["diff-size"] ?? 0);
    let layer = 0;
    const rows = entries.map((entry, i) => {
      const size = entry.empty_layer === true ? 0 : (sizes[layer++] ?? 0);
      const by = options.has("no-trunc") || entry.created_by.length <= 45 ? entry.created_by : `${entry.created_by.slice(0, 42)}...`;
      const id = i === entries.length - 1 ? (options.has("no-trunc") ? image.id : image.id.slice(0, 12)) : "<missing>";
      return [id, `${humanDuration(secondsSince(podman, entry.created))} ago`, by, humanSize(size), entry.comment ?? ""];
    });
    const shown = rows.toReversed();
    if (options.has("quiet")) yield* stdout(proc).print(shown.map(([id = ""]) => `${id}\n`).join(""));
    else yield* stdout(proc).print(goTable([["ID", "CREATED", "CREATED BY", "SIZE", "COMMENT"], ...shown]));
    return 0;
  },
};
