import { decodeUtf8 } from "../../base/utf8.ts";
import type { Timestamp } from "../../base/timestamp.ts";
import type { Command } from "../command.ts";
import { Failure, reason, warn } from "../complain.ts";
import { extraOperand, invalidArgument } from "../operands.ts";
import { UsageError } from "../options.ts";
import { stdout } from "../output.ts";
import { curly, quoteFile } from "../quote.ts";
import { readWhole, splitLines } from "../text-io.ts";
import { formatTime, parseDate, parseStamp } from "../time-format.ts";

const ISO: Readonly<Record<string, string>> = {
  date: "%Y-%m-%d",
  hours: "%Y-%m-%dT%H%:z",
  minutes: "%Y-%m-%dT%H:%M%:z",
  seconds: "%Y-%m-%dT%H:%M:%S%:z",
  ns: "%Y-%m-%dT%H:%M:%S,%N%:z",
};
const RFC: Readonly<Record<string, string>> = { date: "%Y-%m-%d", seconds: "%Y-%m-%d %H:%M:%S%:z", ns: "%Y-%m-%d %H:%M:%S.%N%:z" };

/** date(1). The machine's clock is its own and cannot be set. */
export const date: Command = {
  name: "date",
  package: "coreutils",
  style: "gnu",
  usage: ["date [OPTION]... [+FORMAT]", "date [-u|--utc|--universal] [MMDDhhmm[[CC]YY][.ss]]"],
  about: "Display date and time in the given FORMAT. With -s, or with [MMDDhhmm[[CC]YY][.ss]], set the date and time.",
  options: [
    { name: "date", short: "d", argument: "STRING", help: "display time described by STRING, not 'now'" },
    { name: "debug", help: "annotate the parsed date, and warn about questionable usage to stderr", fidelity: "ignored" },
    { name: "file", short: "f", argument: "DATEFILE", help: "like --date; once for each line of DATEFILE" },
    {
      name: "iso-8601",
      short: "I",
      argument: "FMT",
      optional: true,
      help: "output date/time in ISO 8601 format",
      values: Object.keys(ISO),
    },
    { name: "resolution", help: "output the available resolution of timestamps" },
    { name: "rfc-email", short: "R", help: "output date and time in RFC 5322 format" },
    { name: "rfc-3339", argument: "FMT", help: "output date/time in RFC 3339 format", values: Object.keys(RFC) },
    { name: "reference", short: "r", argument: "FILE", help: "display the last modification time of FILE" },
    { name: "set", short: "s", argument: "STRING", help: "set time described by STRING" },
    { name: "utc", short: "u", alsoLong: ["universal"], help: "print or set Coordinated Universal Time (UTC)" },
  ],
  completes: "none",
  simplified: "the clock cannot be set; the only time zone is UTC",
  *run(proc, options) {
    const [operand, extra] = options.operands;
    if (extra !== undefined) throw extraOperand(extra);
    let format = "%a %b %e %H:%M:%S %Z %Y";
    const iso = options.has("iso-8601") ? (options.value("iso-8601") ?? "date") : undefined;
    const rfc = options.value("rfc-3339");
    if (iso !== undefined) format = pick(iso, ISO, "--iso-8601");
    if (rfc !== undefined) format = pick(rfc, RFC, "--rfc-3339");
    if (options.has("rfc-email")) format = "%a, %d %b %Y %H:%M:%S %z";
    if (options.has("resolution")) format = "%s.%N";
    if (operand?.startsWith("+")) format = operand.slice(1);
    else if (operand !== undefined || options.has("set")) {
      const text = options.value("set") ?? operand ?? "";
      if (operand !== undefined && ["date", "file", "reference"].some((name) => options.has(name))) {
        throw new UsageError(
          `the argument ${curly(operand)} lacks a leading '+';\nwhen using an option to specify date(s), any non-option\nargument must be a format string beginning with '+'`,
        );
      }
      const moment = options.has("set") ? parseDate(text, proc.now()) : parseStamp(moved(text), proc.now());
      if (moment === undefined) throw new Failure(`invalid date ${curly(text)}`);
      yield* warn(proc, "cannot set date: Operation not permitted");
      yield* stdout(proc).print(formatTime(format, moment) + "\n");
      return 1;
    }
    const show = (moment: Timestamp): string => formatTime(format, moment) + "\n";
    if (options.has("resolution")) {
      yield* stdout(proc).print("0.000000001\n");
      return 0;
    }
    const reference = options.value("reference");
    if (reference !== undefined) {
      try {
        yield* stdout(proc).print(show(proc.sys.stat(reference).mtime));
        return 0;
      } catch (error) {
        throw new Failure(`${quoteFile(reference)}: ${reason(error)}`);
      }
    }
    const file = options.value("file");
    const texts = [options.value("date")];
    if (file !== undefined) {
      try {
        texts.splice(0, 1, ...splitLines(decodeUtf8(yield* readWhole(proc, file))).lines);
      } catch (error) {
        throw new Failure(`${quoteFile(file)}: ${reason(error)}`);
      }
    }
    let status = 0;
    for (const text of texts) {
      const moment = text === undefined ? proc.now() : parseDate(text, proc.now());
      if (moment === undefined) {
        yield* warn(proc, `invalid date ${curly(text ?? "")}`);
        status = 1;
      } else yield* stdout(proc).print(show(moment));
    }
    return status;
  },
};

function pick(word: string, formats: Readonly<Record<string, string>>, option: string): string {
  const found = formats[word] ?? Object.entries(formats).find(([name]) => name.startsWith(word))?.[1];
  if (found === undefined)
    throw invalidArgument(
      word,
      option,
      (option === "--iso-8601" ? ["hours", "minutes", "date", "seconds", "ns"] : Object.keys(formats)).map((name) => `‘${name}’`),
    );
  return found;
}

/** `MMDDhhmm[[CC]YY][.ss]` with the year in front, as touch has it. */
function moved(text: string): string {
  return text.replace(/^([0-9]{8})([0-9]{2,4})?/, "$2$1");
}
