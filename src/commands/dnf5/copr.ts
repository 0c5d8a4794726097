/**
 * `dnf copr`: other people's repositories. They are files in /etc, so an image does not mind.
 * Source: rpm-software-management/dnf5:dnf5-plugins/copr_plugin.
 */
import { lstat } from "../../engines/ostree/files.ts";
import type { OstreeHost } from "../../engines/ostree/host.ts";
import { readRepoConfigs, type RepoConfig } from "../../engines/rpm/repositories.ts";
import { packageServersFor } from "../../engines/rpm/reach.ts";
import { decodeUtf8, encodeUtf8 } from "../../base/utf8.ts";
import type { Process } from "../../machine/process.ts";
import type { ExitStatus, Run } from "../../machine/program.ts";
import { readTextIfThere } from "../../machine/read-text.ts";
import { isSysError } from "../../vfs/errno.ts";
import { O } from "../../vfs/types.ts";
import { Answers } from "../answers.ts";
import type { ParsedOptions } from "../command.ts";
import { Failure } from "../complain.ts";
import { UsageError } from "../options.ts";
import { stdout } from "../output.ts";

const HUB = "copr.fedorainfracloud.org";
const DIRECTORY = "/etc/yum.repos.d";
const WARNING = `Enabling a Copr repository. Please note that this repository is not part
of the main distribution, and quality may vary.

The Fedora Project does not exercise any power over the contents of
this repository beyond the rules outlined in the Copr FAQ at
<https://docs.copr.fedorainfracloud.org/user_documentation.html#what-i-can-build-in-copr>,
and packages are not held to any quality or security level.

Please do not file bug reports about these packages in Fedora
Bugzilla. In case of problems, contact the owner of this repository.
`;

interface Project {
  readonly hub: string;
  readonly owner: string;
  readonly name: string;
}

/** `words` follow "copr". */
export function* copr(proc: Process, host: OstreeHost, options: ParsedOptions, words: readonly string[]): Run<ExitStatus> {
  const [verb, spec] = words;
  if (verb === "list") return yield* list(proc);
  if (verb !== "enable" && verb !== "disable" && verb !== "remove") {
    throw new UsageError(
      verb === undefined
        ? `Missing command. Add "--help" for more information about the arguments.`
        : `Unknown argument "${verb}" for command "copr". Add "--help" for more information about the arguments.`,
      false,
    );
  }
  const project = projectOf(verb, spec);
  if (verb === "enable") return yield* enable(proc, host, options, project);
  const id = repoId(project);
  const found = readRepoConfigs(proc.sys).find((config) => config.id === id);
  if (!found) throw new Failure(`Repository '${id}' not found on this system`);
  if (verb === "remove") {
    try {
      proc.sys.unlink(found.file);
    } catch (error) {
      if (isSysError(error)) throw new Failure(`Can't remove the ${found.file} repo file`);
      throw error;
    }
    yield* stdout(proc).print(`Repo file ${found.file} successfully removed\n`);
    return 0;
  }
  write(proc, found.file, (readTextIfThere(proc.sys, found.file) ?? "").replace(/^enabled=.*$/m, "enabled=0"));
  yield* stdout(proc).print(`Copr repository '${shownId(found)}' in '${found.file}' disabled.\n`);
  return 0;
}

function projectOf(verb: string, spec: string | undefined): Project {
  if (spec === undefined)
    throw new UsageError(
      `Missing positional argument "PROJECT_SPEC" for command "${verb}". Add "--help" for more information about the arguments.`,
      false,
    );
  const [, , hub = HUB, owner = "", name = ""] = /^(([^/]+)\/)?([^/]+)\/([^/]*)$/.exec(spec) ?? [];
  if (owner === "")
    throw new UsageError(`Invalid PROJECT_SPEC format '${spec}'. Add "--help" for more information about the arguments.`, false);
  return { hub: hub === "fedora" ? HUB : hub, owner, name };
}

function repoId({ hub, owner, name }: Project): string {
  return `copr:${hub}:${owner.replace(/^@/, "group_")}:${name}`;
}

/** "copr.fedorainfracloud.org/@group/project". */
function shownId({ id }: RepoConfig): string {
  const [, hub = "", owner = "", ...name] = id.split(":");
  return `${hub}/${owner.replace(/^group_/, "@")}/${name.join(":")}`;
}

function* list(proc: Process): Run<ExitStatus> {
  const found = readRepoConfigs(proc.sys).filter(({ id }) => id.startsWith("copr:"));
  for (const config of found) yield* stdout(proc).print(`${shownId(config)}${config.enabled ? "" : " (disabled)"}\n`);
  return 0;
}

/** @simplified The hub is asked for the file alone, not for the project's chroots and directories. */
function* enable(proc: Process, host: OstreeHost, options: ParsedOptions, project: Project): Run<ExitStatus> {
  const { hub, owner, name } = project;
  const servers = yield* packageServersFor(proc, host);
  yield* proc.sleep(0.5);
  const address = `https://${hub}/coprs/${owner}/${name}/repo/fedora-43/${owner}-${name}-fedora-43.repo`;
  const text = servers?.fileAt(address);
  if (text === undefined) {
    const isOffline = proc.kernel.world.isOffline;
    const api = `https://${hub}/api_3/rpmrepo/${owner}/${name}/fedora-43/`;
    throw new Failure(
      `Failed to download files\n Librepo error: ${isOffline ? `Curl error (6): Could not resolve hostname for ${api} [Could not resolve host: ${hub}]` : `Status code: 404 for ${api}`}`,
    );
  }
  yield* proc.printError(WARNING);
  if (!options.has("assumeyes")) {
    yield* stdout(proc).print("Is this ok [y/N]: ");
    yield* stdout(proc).flush();
    if (options.has("assumeno") || !(yield* new Answers(proc).read())) return 0;
  }
  write(proc, `${DIRECTORY}/_${repoId(project)}.repo`, decodeUtf8(text));
  return 0;
}

/** Throws `Failure` in the words of C++'s library. */
function write(proc: Process, path: string, text: string): void {
  const { sys } = proc;
  try {
    const fd = sys.open(path, O.WRONLY | O.CREAT | O.TRUNC, 0o644);
    const bytes = encodeUtf8(text);
    for (let done = 0; done < bytes.length;) done += sys.write(fd, bytes.subarray(done)) ?? 0;
    sys.close(fd);
  } catch (error) {
    if (!isSysError(error)) throw error;
    const reason = lstat(sys, path) === undefined ? "No such file or directory" : "Operation not permitted";
    throw new Failure(`filesystem error: cannot set permissions: ${reason} [${path}]`);
  }
}
