/** tar(1) -x: the members of an archive as files, or as the input of programs. */
import type { Run } from "../../machine/program.ts";
import { SIGNALS } from "../../machine/signals.ts";
import { isSysError } from "../../vfs/errno.ts";
import { stdout } from "../output.ts";
import { octal } from "../modes.ts";
import { compareMember } from "./compare.ts";
import { seconds } from "./encode.ts";
import { extractMember, type Later } from "./extract.ts";
import type { Member } from "./member.ts";
import type { Chosen, Session } from "./session.ts";

/** Shows what is in an archive. */
export function* list(session: Session): Run<void> {
  yield* session.chosen(({ member, block }) => showTransformed(session, member, { block, long: session.verbosity > 0 }));
}

/** Makes the files of an archive. */
export function* extract(session: Session): Run<void> {
  const later: Later[] = [];
  const { options, proc } = session;
  yield* session.chosen(function* (chosen) {
    yield* announce(session, chosen);
    const { member, place } = chosen;
    if (options.has("to-stdout")) return yield* stdout(proc).print(member.data);
    const own = yield* session.names.extracted(member);
    if (own.name.replace(/\/+$/, "") === "") return;
    if (own.name.split("/").includes("..") && !options.has("absolute-names"))
      return yield* session.trouble(`${own.name}: Member name contains '..', skipping`);
    const command = options.value("to-command");
    if (command !== undefined) return yield* hand(session, command, member, own);
    yield* finishDirectories(session, later, own.name);
    const { trouble = [], warning } = yield* extractMember(proc, own, session.enter(place), options, session.accounts, later);
    if (warning !== undefined) yield* session.warn(warning);
    for (const line of trouble) yield* session.trouble(line);
  });
  yield* finishDirectories(session, later, undefined);
}

/** Compares an archive with the files that there are. */
export function* compare(session: Session): Run<void> {
  yield* session.chosen(function* (chosen) {
    yield* announce(session, chosen);
    const member = yield* session.names.extracted(chosen.member);
    const name = member.name.replace(/(.)\/+$/, "$1");
    const { differences, trouble } = compareMember(session.proc, member, session.enter(chosen.place));
    for (const difference of differences) yield* stdout(session.proc).print(`${name}: ${difference}\n`);
    if (trouble !== undefined && !trouble.startsWith("Warning")) yield* session.trouble(`${name}: ${trouble}`);
    else if (trouble !== undefined) yield* session.warn(`${name}: ${trouble}`);
    if (session.status === 0 && (trouble !== undefined || differences.length > 0)) session.status = 1;
    yield* session.proc.tick();
  });
}

/** What -v says; the number is that of the block behind the header. */
function* announce(session: Session, { member, block }: Chosen): Run<void> {
  if (session.verbosity === 0) return;
  const fd = session.options.has("to-stdout") ? 2 : 1;
  yield* showTransformed(session, member, { block: block + 1, long: session.verbosity > 1, fd });
}

function* showTransformed(session: Session, member: Member, how: Parameters<Session["show"]>[1]): Run<void> {
  const shown = session.options.has("show-transformed-names") ? yield* session.names.extracted(member) : member;
  yield* session.show(shown, how);
}

/** Times and modes of the directories that `next` is not put into. */
function* finishDirectories(session: Session, later: Later[], next: string | undefined): Run<void> {
  for (let last = later.at(-1); last !== undefined && !next?.startsWith(`${last.name}/`); last = later.at(-1)) {
    later.pop();
    for (const line of last.finish()) yield* session.trouble(line);
  }
}

/** --to-command: what a file holds goes to a command, which finds the rest in its environment. */
function* hand(session: Session, command: string, stored: Member, member: Member): Run<void> {
  if (member.type !== "file") return;
  const { proc } = session;
  yield* stdout(proc).flush();
  const [reader, writer] = proc.sys.pipe();
  const fds = new Map([
    [0, reader],
    [1, 1],
    [2, 2],
  ]);
  const env = new Map([...proc.env, ...facts(session, stored, member)]);
  const child = proc.spawn({ argv: ["/bin/sh", "-c", command], program: { path: "/bin/sh" }, fds, env });
  proc.sys.close(reader);
  proc.onSignal("PIPE", "ignore");
  try {
    yield* proc.write(writer, member.data);
  } catch (error) {
    // It need not read what it is given.
    if (!isSysError(error, "EPIPE")) throw error;
  } finally {
    proc.sys.close(writer);
    proc.onSignal("PIPE", "default");
  }
  const ended = yield* proc.wait(child.pid);
  if (ended === undefined || session.options.has("ignore-command-error")) return;
  const { ending } = ended;
  if (ending.kind === "killed") yield* session.trouble(`${String(child.pid)}: Child died with signal ${String(SIGNALS[ending.signal])}`);
  else if (ending.kind === "exited" && ending.status !== 0)
    yield* session.trouble(`${String(child.pid)}: Child returned status ${String(ending.status)}`);
}

/** What a command is told of its file. */
function facts({ archive }: Session, stored: Member, member: Member): [string, string][] {
  return [
    ["TAR_ARCHIVE", archive],
    ["TAR_BLOCKING_FACTOR", "20"],
    ["TAR_FILENAME", member.name],
    ["TAR_FILETYPE", "f"],
    ["TAR_GID", String(member.gid)],
    ["TAR_GNAME", member.group],
    ["TAR_MODE", octal(member.mode)],
    ["TAR_MTIME", seconds(member.mtime)],
    ["TAR_REALNAME", stored.name],
    ["TAR_SIZE", String(member.data.length)],
    ["TAR_UID", String(member.uid)],
    ["TAR_UNAME", member.owner],
  ];
}
