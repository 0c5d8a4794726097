/** tar(1) -c, -r, -u and --delete: an archive written. */
import { gzipSync } from "fflate";
import { timestamp, type Timestamp } from "../../base/timestamp.ts";
import type { Run } from "../../machine/program.ts";
import { isSysError } from "../../vfs/errno.ts";
import { O } from "../../vfs/types.ts";
import { Failure, orUndefined, reason } from "../complain.ts";
import { currentUmask } from "../coreutils/mkdir.ts";
import { parseMode, type ModeChange } from "../modes.ts";
import { stdout } from "../output.ts";
import { curly } from "../quote.ts";
import { humanSize } from "../sizes.ts";
import { concat } from "../text-io.ts";
import { parseDate } from "../time-format.ts";
import { collectMembers, type Collected } from "./collect.ts";
import { decodeArchive, type Found } from "./decode.ts";
import { encodeMember, formatOf, trailer, unstorable, type Format } from "./encode.ts";
import { BLOCK, type Member } from "./member.ts";
import type { Session } from "./session.ts";
import { HINT } from "./transform.ts";
import { newerThan } from "./update.ts";

/** What tar takes for the time of a member when it cannot read a date: the first second that there is. */
const FIRST_SECOND = -(2 ** 63);

/** Makes an archive, or puts what is named at the end of one that there is. @simplified The whole archive is written anew, in one piece. */
export function* create(session: Session, how: "create" | "append" | "update"): Run<void> {
  const { proc, options, archive } = session;
  if (!session.isNamed && how === "create") throw new Failure(`Cowardly refusing to create an empty archive\n${HINT}`, 2);
  if (archive === "-" && proc.sys.isatty(1)) throw session.fatal("Refusing to write archive contents to terminal (missing -f option?)");
  const format = chosenFormat(session);
  const given = yield* givenValues(session);
  const kept = how === "create" ? [] : [...membersOf(yield* session.read())];
  // The archive is there before the names are read; one that there is already stays as it is until then.
  let fd = how === "create" ? openArchive(session) : undefined;
  const placed = yield* session.placedNames();
  session.enter(placed.last);
  const names =
    how === "update"
      ? newerThan(
          session,
          placed.names,
          kept.map(({ member }) => member),
        )
      : placed.names;
  if (how !== "create") fd = openArchive(session);
  const own = fd === undefined ? undefined : proc.sys.fstat(fd);
  const parts = kept.map(({ bytes }) => bytes);
  let length = parts.reduce((sum, part) => sum + part.length, 0);
  const removed: Collected[] = [];
  const collected = collectMembers(session, names, (info) => own !== undefined && info.dev === own.dev && info.ino === own.ino);
  for (;;) {
    const { value, done } = collected.next();
    if (done === true) break;
    if ("kind" in value) {
      yield value;
      continue;
    }
    const member = { ...value.member, ...given(value.member) };
    const problem = unstorable(member, format);
    if (problem !== undefined) {
      yield* session.trouble(problem);
      continue;
    }
    if (session.verbosity > 0) {
      const shown = options.has("show-transformed-names") ? member : { ...member, name: value.name };
      yield* session.show(shown, { block: length / BLOCK, long: session.verbosity > 1, fd: archive === "-" ? 2 : 1 });
    }
    const bytes = encodeMember(member, format);
    parts.push(bytes);
    length += bytes.length;
    removed.push(value);
  }
  if (options.has("remove-files")) for (const { member, path } of removed.reverse()) remove(session, member, path);
  yield* write(session, fd, concat([...parts, trailer(length)]));
}

/** Writes the archive anew without the members that are named. */
export function* remake(session: Session): Run<void> {
  const gone = new Set<number>();
  yield* session.chosen(function* ({ block }) {
    gone.add(block);
    yield* session.proc.tick();
  });
  const kept = [...membersOf(yield* session.read())].filter(({ block }) => !gone.has(block)).map(({ bytes }) => bytes);
  const data = concat(kept);
  yield* session.proc.writeFile(session.archive, concat([data, trailer(data.length)]));
}

function* membersOf(archive: Uint8Array): Generator<Found & { readonly kind: "member" }, void, void> {
  for (const found of decodeArchive(archive)) if (found.kind === "member") yield found;
}

function chosenFormat({ options }: Session): Format {
  if (options.has("posix")) return "posix";
  const name = options.value("format") ?? "gnu";
  const format = formatOf(name);
  if (format === undefined) throw new Failure(`${name}: Invalid archive format\n${HINT}`, 2);
  return format;
}

function openArchive(session: Session): number | undefined {
  const { archive, proc } = session;
  if (archive === "-") return undefined;
  try {
    return proc.sys.open(archive, O.WRONLY | O.CREAT | O.TRUNC, 0o666);
  } catch (error) {
    throw session.fatal(`${archive}: Cannot open: ${reason(error)}`);
  }
}

function remove({ proc: { sys } }: Session, member: Member, path: string): void {
  orUndefined(() => {
    if (member.type === "dir") sys.rmdir(path);
    else sys.unlink(path);
  });
}

function* write(session: Session, fd: number | undefined, archive: Uint8Array): Run<void> {
  const { proc, options } = session;
  if (options.has("totals")) {
    const size = humanSize(archive.length);
    yield* proc.printError(`Total bytes written: ${String(archive.length)} (${size}, ${size}/s)\n`);
  }
  const isPacked = options.has("gzip") || (options.has("auto-compress") && /\.(?:t?gz)$/.test(session.archive));
  const data = isPacked ? gzipSync(archive, { mtime: 0 }) : archive;
  if (fd === undefined) return yield* stdout(proc).print(data);
  try {
    yield* proc.write(fd, data);
  } catch (error) {
    throw isSysError(error) && error.syscall === "write" ? session.fatal(`${session.archive}: Cannot write: ${error.text}`) : error;
  } finally {
    proc.sys.close(fd);
  }
}

/** What --mode and --mtime say of every member. */
function* givenValues(session: Session): Run<(member: Member) => Partial<Member>> {
  const { proc, options } = session;
  const modeText = options.value("mode");
  const mode: ModeChange | undefined = modeText === undefined ? undefined : parseMode(modeText, currentUmask(proc));
  if (modeText !== undefined && mode === undefined) throw new Failure("Invalid mode given on option", 2);
  const mtime = yield* givenTime(session);
  return (member) => ({
    ...(mode === undefined ? {} : { mode: mode(member.mode, member.type === "dir") }),
    ...(mtime === undefined ? {} : { mtime }),
  });
}

function* givenTime(session: Session): Run<Timestamp | undefined> {
  const { proc, options } = session;
  const text = options.value("mtime");
  if (text === undefined) return undefined;
  if (/^[./]/.test(text)) return proc.sys.stat(text).mtime;
  const parsed = parseDate(text, proc.now());
  if (parsed === undefined) yield* session.warn(`Substituting -9223372036854775807 for unknown date format ${curly(text)}`);
  return parsed ?? timestamp(FIRST_SECOND);
}
