import type { OstreeHost } from "../../engines/ostree/host.ts";
import { packageServersFor } from "../../engines/rpm/reach.ts";
import type { Process } from "../../machine/process.ts";
import type { ExitStatus, Run } from "../../machine/program.ts";
import type { Command, ParsedOptions } from "../command.ts";
import { UsageError } from "../options.ts";

/** Exit statuses of curl(1). */
const UNSUPPORTED = 1;
const NO_HOST = 6;
const NO_CONNECTION = 7;

const METER = `  % Total    % Received % Xferd  Average Speed   Time    Time     Time  Current
                                 Dload  Upload   Total   Spent    Left  Speed
\r  0     0    0     0    0     0      0      0 --:--:-- --:--:-- --:--:--     0`;

/** curl(1). Besides the servers of packages nobody answers. */
export function curlCommand(host: OstreeHost): Command {
  return { ...TABLE, run: (proc, options) => run(proc, host, options) };
}

const TABLE: Omit<Command, "run"> = {
  name: "curl",
  package: "curl",
  style: "gnu",
  usage: ["curl [options...] <url>"],
  about: "Transfer a URL.",
  options: [
    { name: "data", short: "d", argument: "data", help: "HTTP POST data", fidelity: "ignored" },
    { name: "fail", short: "f", help: "Fail fast with no output on HTTP errors", fidelity: "ignored" },
    { name: "head", short: "I", help: "Show document info only", fidelity: "ignored" },
    { name: "header", short: "H", argument: "header/@file", help: "Pass custom header(s) to server", fidelity: "ignored" },
    { name: "insecure", short: "k", help: "Allow insecure server connections", fidelity: "ignored" },
    { name: "location", short: "L", help: "Follow redirects", fidelity: "ignored" },
    { name: "max-time", short: "m", argument: "seconds", help: "Maximum time allowed for transfer", fidelity: "ignored" },
    { name: "output", short: "o", argument: "file", help: "Write to file instead of stdout" },
    { name: "remote-name", short: "O", help: "Write output to file named as remote file" },
    { name: "request", short: "X", argument: "method", help: "Specify request method to use", fidelity: "ignored" },
    { name: "show-error", short: "S", help: "Show error even when -s is used" },
    { name: "silent", short: "s", help: "Silent mode" },
    { name: "upload-file", short: "T", argument: "file", help: "Transfer local FILE to destination", fidelity: "ignored" },
    { name: "user", short: "u", argument: "user:password", help: "Server user and password", fidelity: "ignored" },
    { name: "user-agent", short: "A", argument: "name", help: "Send User-Agent to server", fidelity: "ignored" },
    { name: "verbose", short: "v", help: "Make the operation more talkative", fidelity: "ignored" },
  ],
  usageStatus: 2,
  usageHint: () => "curl: try 'curl --help' for more information\n",
  completes: "none",
  simplified: "besides files of package repositories there is nothing to be had",
};

function* run(proc: Process, host: OstreeHost, options: ParsedOptions): Run<ExitStatus> {
  if (options.operands.length === 0) throw new UsageError("(2) no URL specified");
  let status = 0;
  // The meter is shown where it does not mix with what was fetched.
  const meter = !options.has("silent") && (options.has("output") || options.has("remote-name") || !proc.sys.isatty(1));
  for (const url of options.operands) {
    const { host: name, port, scheme } = parts(url);
    const bytes = (yield* packageServersFor(proc, host))?.fileAt(url);
    if (bytes !== undefined) {
      if (meter) yield* proc.printError(METER + meterLine(bytes.length));
      const target = options.has("remote-name") ? url.slice(url.lastIndexOf("/") + 1) : options.value("output");
      if (target === undefined || target === "-") yield* proc.print(bytes);
      else yield* proc.writeFile(target, bytes);
      continue;
    }
    let message: string;
    if (!["http", "https", "ftp"].includes(scheme)) {
      message = `(1) Protocol "${scheme}" not supported`;
      status = UNSUPPORTED;
    } else if (/^(?:localhost|[0-9.]+|\[.*\])$/.test(name) || proc.kernel.world.addressOf(name) !== undefined) {
      message = `(7) Failed to connect to ${name} port ${port} after 0 ms: Could not connect to server`;
      status = NO_CONNECTION;
    } else {
      message = `(6) Could not resolve host: ${name}`;
      status = NO_HOST;
    }
    if (meter && status !== UNSUPPORTED) yield* proc.printError(METER);
    if (!options.has("silent") || options.has("show-error")) yield* proc.printError(`curl: ${message}\n`);
  }
  return status;
}

/** The meter when all has come. */
function meterLine(bytes: number): string {
  const size = bytes < 100_000 ? String(bytes) : `${Math.floor(bytes / 1024)}k`;
  const cell = size.padStart(5);
  return `\r100 ${cell}  100 ${cell}    0     0  ${cell}      0  0:00:01  0:00:01 --:--:-- ${cell}\n`;
}

function parts(url: string): { readonly scheme: string; readonly host: string; readonly port: string } {
  const [, scheme = "http", rest = ""] = /^(?:([a-zA-Z][a-zA-Z0-9+.-]*):\/\/)?(.*)$/.exec(url) ?? [];
  const authority = (rest.split(/[/?#]/)[0] ?? "").replace(/^.*@/, "");
  const [, host = authority, port] = /^(\[[^\]]*\]|[^:]*)(?::([0-9]+))?$/.exec(authority) ?? [];
  return { scheme: scheme.toLowerCase(), host, port: port ?? { https: "443", ftp: "21" }[scheme.toLowerCase()] ?? "80" };
}
