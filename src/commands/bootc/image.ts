/**
 * `bootc image list`: the images whose commits the repository has. Source: bootc-dev/bootc:crates/lib/src/image.rs.
 *
 * @simplified There are no images bound to the system's; the verbs that copy images are not built.
 */
import { OstreeError } from "../../engines/ostree/errors.ts";
import { IMAGE_REFS, unescapeRef } from "../../engines/ostree/image-reference.ts";
import type { ExitStatus, Run } from "../../machine/program.ts";
import { ClapError, type Call, type Verb } from "./clap.ts";
import { inContext, withStorage } from "./storage.ts";

const UNBUILT = ["copy-to-storage", "set-unified", "sync", "pull-from-default-storage", "cmd"];

export const image: Verb = {
  name: "image",
  about: "Operations on images: list",
  hidden: true,
  operands: ["COMMAND"],
  options: [
    { name: "type", argument: "LIST_TYPE", help: "Type of image to list", values: ["all", "logical", "host"] },
    { name: "format", argument: "LIST_FORMAT", help: "Output format", values: ["table", "json"] },
  ],
  *run(call) {
    const [word = ""] = call.operands;
    if (UNBUILT.includes(word)) throw new OstreeError(`'bootc image ${word}' is not built in Immutable Lab`);
    if (word !== "list") throw new ClapError(`unrecognized subcommand '${word}'`, "bootc image <COMMAND>");
    return yield* inContext("Listing images", list(call));
  },
};

function* list(call: Call): Run<ExitStatus> {
  const images = yield* withStorage(call.proc, function* ({ sysroot }) {
    yield* call.proc.tick();
    const names = [...sysroot.openRepository().refs().keys()].filter((name) => name.startsWith(`${IMAGE_REFS}/`));
    return names.map((name) => unescapeRef(name.slice(IMAGE_REFS.length + 1))).sort();
  });
  const rows = (call.value("type") === "logical" ? [] : images).map((name) => ({ image_type: "host", image: name }));
  if (call.value("format") === "json") {
    yield* call.proc.print(JSON.stringify(rows, null, 2));
    return 0;
  }
  const cells = [["REPOSITORY", "TYPE"], ...rows.map((row) => [row.image, row.image_type])];
  const widths = [0, 1].map((column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  const lines = cells.map((row) => row.map((cell, column) => ` ${cell.padEnd(widths[column] ?? 0)} `).join(""));
  yield* call.proc.print(`${lines.join("\n")}\n`);
  return 0;
}
