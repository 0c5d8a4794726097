/**
 * podman's verbs that ask a registry: search, push, logout. Words recorded with podman 4.3 where no registry could be reached; what a
 * registry finds, and what it says to somebody without an account, is from memory.
 *
 * @simplified Nobody has an account, so nothing is ever pushed.
 */
import type { Podman } from "../../engines/containers/podman.ts";
import { PodmanError } from "../../engines/containers/podman.ts";
import { fullName, hasRegistry, resolveName, searchRegistries, splitTag } from "../../engines/containers/reference.ts";
import { unknownHost } from "../../image/registries.ts";
import { goTable, goTemplate } from "../go-flags.ts";
import { stdout } from "../output.ts";
import type { Verb } from "./verb.ts";

/** Why a registry cannot be asked; undefined when it answers. */
function unreachable(podman: Podman, host: string): string | undefined {
  if (!podman.proc.kernel.world.isOffline && podman.registry.answers(host)) return undefined;
  return unknownHost(host);
}

export const search: Verb = {
  name: "search",
  usage: "search [options] TERM",
  help: "Search registry for image",
  description:
    "Search registries for a given image. Can search all the default registries or a specific registry.\n\n  Users can limit the number of results, and filter the output based on certain conditions.",
  options: [
    {
      name: "filter",
      short: "f",
      argument: "stringArray",
      help: "Filter output based on conditions provided (default [])",
      fidelity: "unbuilt",
    },
    { name: "format", argument: "string", help: "Change the output format to JSON or a Go template" },
    { name: "limit", argument: "int", help: "Limit the number of results" },
    { name: "list-tags", help: "List the tags of the input registry" },
    { name: "no-trunc", help: "Do not truncate the output", fidelity: "ignored" },
    { name: "tls-verify", help: "Require HTTPS and verify certificates when contacting registries", fidelity: "ignored" },
  ],
  operands: { least: 1, most: 1, message: "accepts 1 arg(s), received 2" },
  *run(podman, options) {
    const { proc, registry } = podman;
    const [term = ""] = options.operands;
    const [host = "", ...path] = term.split("/");
    const isOfOne = hasRegistry(term);
    const hosts = isOfOne ? [host] : searchRegistries(proc.sys);
    const wanted = isOfOne ? path.join("/") : term;
    const failures = hosts.flatMap((each) => {
      const why = unreachable(podman, each);
      return why === undefined ? [] : [`\t* couldn't search registry ${JSON.stringify(each)}: ${why}\n`];
    });
    const limit = Number(options.value("limit") ?? "25");
    const found = hosts
      .filter((each) => unreachable(podman, each) === undefined)
      .flatMap((each) =>
        registry.images
          .filter(({ repository }) => repository.startsWith(`${each}/`) && repository.slice(each.length + 1).includes(wanted))
          .slice(0, limit),
      );
    if (failures.length > 0 && found.length === 0)
      throw new PodmanError(`${failures.length} error${failures.length === 1 ? "" : "s"} occurred:\n${failures.join("")}\n`);
    const rows = options.has("list-tags")
      ? found
          .filter(({ repository }) => repository === term)
          .flatMap(({ repository, tags }) => [...tags].sort().map((tag) => ({ Name: repository, Tag: tag })))
      : found.map(({ repository, config }) => ({
          Index: repository.split("/", 1)[0] ?? "",
          Name: repository,
          Description: config.labels["summary"] ?? "",
          Stars: 0,
          Official: "",
          Automated: "",
        }));
    const format = options.value("format");
    if (format === "json") yield* stdout(proc).print(`${JSON.stringify(rows, null, 4)}\n`);
    else if (format !== undefined)
      yield* stdout(proc).print(rows.map((row) => `${goTemplate(format, "search", row, "entities.ImageSearchReport")}\n`).join("")); // prettier-ignore
    else if (rows.length > 0) {
      const cells = rows.map((row) => ("Tag" in row ? [row.Name, row.Tag] : [row.Name, row.Description]));
      yield* stdout(proc).print(goTable([["NAME", options.has("list-tags") ? "TAG" : "DESCRIPTION"], ...cells]));
    }
    return 0;
  },
};

export const push: Verb = {
  name: "push",
  usage: "push [options] IMAGE [DESTINATION]",
  help: "Push an image to a specified destination",
  description:
    'Pushes a source image to a specified destination.\n\n\tThe Image "DESTINATION" uses a "transport":"details" format. See podman-push(1) section "DESTINATION" for the expected format.',
  options: [
    { name: "quiet", short: "q", help: "Suppress output information when pushing images" },
    { name: "authfile", argument: "string", help: "Path of the authentication file", fidelity: "ignored" },
    {
      name: "creds",
      argument: "string",
      help: "Credentials (USERNAME:PASSWORD) to use for authenticating to a registry",
      fidelity: "ignored",
    },
    { name: "tls-verify", help: "Require HTTPS and verify certificates when contacting registries", fidelity: "ignored" },
  ],
  operands: { least: 1, most: 2, message: "accepts between 1 and 2 arg(s), received 3" },
  *run(podman, options) {
    const [name = "", destination] = options.operands;
    const image = podman.mustFindImage(name);
    const given = (destination ?? image.names?.[0] ?? name).replace(/^docker:\/\//, "");
    const resolved = resolveName(podman.proc.sys, hasRegistry(given) ? given : `docker.io/${given}`);
    const target = resolved.kind === "found" ? resolved.names[0] : undefined;
    if (target === undefined) throw new PodmanError(`invalid destination ${given}`);
    const host = target.repository.split("/", 1)[0] ?? "";
    const blob = `sha256:${image.layer}`;
    if (!options.has("quiet")) {
      yield* stdout(podman.proc).flush();
      yield* podman.proc.printError(`Getting image source signatures\nCopying blob ${blob}\n`);
    }
    const reuse = `trying to reuse blob ${blob} at destination`;
    const why = unreachable(podman, host === "docker.io" ? "registry-1.docker.io" : host);
    if (why !== undefined && !(host === "docker.io" && !podman.proc.kernel.world.isOffline)) throw new PodmanError(`${reuse}: ${why}`);
    const answer =
      host === "quay.io"
        ? "unauthorized: access to the requested resource is not authorized"
        : "requested access to the resource is denied";
    throw new PodmanError(`${reuse}: checking whether a blob ${blob} exists in ${splitTag(fullName(target)).repository}: ${answer}`);
  },
};

export const logout: Verb = {
  name: "logout",
  usage: "logout [options] [REGISTRY]",
  help: "Log out of a container registry",
  description: "Remove the cached username and password for the registry.",
  options: [
    { name: "all", short: "a", help: "Remove the cached credentials for all registries in the auth file" },
    { name: "authfile", argument: "string", help: "path of the authentication file", fidelity: "ignored" },
  ],
  operands: { most: 1, message: "accepts at most 1 arg(s), received 2" },
  *run(podman, options) {
    if (options.has("all")) {
      yield* stdout(podman.proc).print("Removed login credentials for all registries\n");
      return 0;
    }
    const registry = options.operands[0] ?? searchRegistries(podman.proc.sys)[0];
    if (registry === undefined) throw new PodmanError("no registries found in registries.conf, a registry must be provided");
    throw new PodmanError(`not logged into ${registry}`);
  },
};
