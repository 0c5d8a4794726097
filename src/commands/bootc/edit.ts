import { isSysError } from "../../vfs/errno.ts";
import { OstreeError } from "../../engines/ostree/errors.ts";
import { readBytes, temporaryName, writeNewFile } from "../../engines/ostree/files.ts";
import type { OstreeHost } from "../../engines/ostree/host.ts";
import { formatImageReference } from "../../engines/ostree/image-reference.ts";
import { decodeUtf8, encodeUtf8 } from "../../base/utf8.ts";
import type { Process } from "../../machine/process.ts";
import type { ExitStatus, Run } from "../../machine/program.ts";
import { findProgram } from "../find-program.ts";
import type { Call, Verb } from "./clap.ts";
import { fetchImage, stageImage } from "./fetch.ts";
import type { HostSpec, ImageSpec } from "./host.ts";
import { hostYaml } from "./render.ts";
import { swapOrder } from "./rollback.ts";
import { hostNow, inContext, withStorage, type Storage } from "./storage.ts";
import { QUIET, referenceOf } from "./upgrade.ts";

export function edit(host: OstreeHost): Verb {
  return {
    name: "edit",
    about: "Change what the host is to be, in an editor or from a file",
    options: [{ name: "filename", short: "f", argument: "FILENAME", help: "A file that has it" }, QUIET],
    run: (call) =>
      inContext(
        "Editing spec",
        withStorage(call.proc, (storage): Run<ExitStatus> => inContext("Editing spec (ostree)", run(call, host, storage))),
      ),
  };
}

function* run(call: Call, host: OstreeHost, storage: Storage): Run<ExitStatus> {
  const { proc, sysroot } = storage;
  const { host: before } = hostNow(sysroot);
  const filename = call.value("filename");
  const text = filename === undefined ? yield* edited(proc, hostYaml(before)) : textOf(proc, filename);
  const wanted = parseSpec(text);
  const { image, bootOrder } = before.spec;
  const isOtherImage = nameOf(wanted.image) !== nameOf(image);
  const isOtherOrder = wanted.bootOrder !== bootOrder;
  if (!isOtherImage && !isOtherOrder) {
    yield* proc.print("Edit cancelled, no changes made.\n");
    return 0;
  }
  if (isOtherImage && isOtherOrder) throw new OstreeError("Invalid state transition: rollback and image change");
  if (!wanted.image) throw new OstreeError("Missing image in specification");
  if (isOtherOrder) {
    yield* swapOrder(storage, host);
    return 0;
  }
  const reference = referenceOf(wanted.image);
  const fetched = yield* fetchImage(proc, host, sysroot, reference, call.has("quiet"));
  yield* stageImage(proc, host, sysroot, reference, fetched, false);
  return 0;
}

function nameOf(image: ImageSpec | null): string {
  return image ? formatImageReference(referenceOf(image)) : "";
}

function textOf(proc: Process, path: string): string {
  try {
    return decodeUtf8(readBytes(proc.sys, path));
  } catch (error) {
    if (isSysError(error, "ENOENT")) throw new OstreeError("No such file or directory (os error 2)");
    throw error;
  }
}

/** What the editor of $EDITOR, or nano, leaves of `text`. */
function* edited(proc: Process, text: string): Run<string> {
  const path = `${temporaryName(proc.sys, "/tmp/.tmp")}.yaml`;
  writeNewFile(proc.sys, path, encodeUtf8(text), { mode: 0o600 });
  try {
    const [editor = "nano", ...args] = (proc.env.get("EDITOR") ?? "nano").split(" ");
    const program = findProgram(proc, editor);
    if (program === undefined) throw new OstreeError(`Invoking editor ${editor} failed: No such file or directory (os error 2)`);
    const child = proc.spawn({ argv: [editor, ...args, path], program: { path: program } });
    const ended = yield* proc.wait(child.pid);
    if (ended?.ending.kind !== "exited" || ended.ending.status !== 0) throw new OstreeError(`Invoking editor: ${editor} failed`);
    return textOf(proc, path);
  } finally {
    proc.sys.unlink(path);
  }
}

/** `spec` of a host in YAML: mappings by indentation, as bootc writes them. Throws `OstreeError`. */
function parseSpec(text: string): HostSpec {
  const values = new Map<string, string>();
  const path: { readonly indent: number; readonly key: string }[] = [];
  for (const [number, line] of text.split("\n").entries()) {
    if (line.trim() === "" || /^\s*#/.test(line) || line === "---") continue;
    const [, blanks = "", key, value = ""] = /^( *)(?:- )?([\w]+):(?: +(.*?))?\s*$/.exec(line) ?? [];
    if (key === undefined) throw new OstreeError(`could not find expected ':' at line ${number + 1} column 1`);
    while ((path.at(-1)?.indent ?? -1) >= blanks.length) path.pop();
    path.push({ indent: blanks.length, key });
    values.set(path.map((each) => each.key).join("."), value.replace(/^(['"])(.*)\1$/, "$2"));
  }
  const order = values.get("spec.bootOrder") ?? "default";
  if (order !== "default" && order !== "rollback")
    throw new OstreeError(`spec.bootOrder: unknown variant \`${order}\`, expected \`default\` or \`rollback\``);
  const image = values.get("spec.image.image");
  if (image === undefined) return { image: null, bootOrder: order };
  const transport = values.get("spec.image.transport");
  if (transport === undefined) throw new OstreeError("spec.image: missing field `transport`");
  return { image: { image, transport, ...signatureIn(values.get("spec.image.signature")) }, bootOrder: order };
}

function signatureIn(text: string | undefined): Pick<ImageSpec, "signature"> {
  if (text === undefined) return {};
  const remote = /^!ostreeRemote (.*)$/.exec(text)?.[1];
  if (remote !== undefined) return { signature: { ostreeRemote: remote } };
  if (text === "containerPolicy" || text === "insecure") return { signature: text };
  throw new OstreeError(
    `spec.image.signature: unknown variant \`${text}\`, expected one of \`ostreeRemote\`, \`containerPolicy\`, \`insecure\``,
  );
}
