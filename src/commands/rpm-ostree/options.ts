import type { Option } from "../command.ts";

/** Options that every verb takes. */
export const GLOBAL_OPTIONS: readonly Option[] = [
  { name: "sysroot", argument: "SYSROOT", help: "Use system root SYSROOT (default: /)", fidelity: "unbuilt" },
  { name: "peer", help: "Force a peer-to-peer connection instead of using the system message bus", fidelity: "ignored" },
  { name: "version", help: "Print version information and exit" },
  { name: "quiet", short: "q", help: "Avoid printing most informational messages" },
];

export const REBOOT: Option = { name: "reboot", short: "r", help: "Initiate a reboot after operation is complete" };
export const STATEROOT: Option = {
  name: "stateroot",
  alsoLong: ["os"],
  argument: "STATEROOT",
  help: "Operate on provided STATEROOT",
  fidelity: "ignored",
};
export const UNCHANGED_77: Option = { name: "unchanged-exit-77", help: "If no new deployment made, exit 77" };
export const LOCK_FINALIZATION: Option = {
  name: "lock-finalization",
  help: "Prevent automatic deployment finalization on shutdown",
};
export const CACHE_ONLY: Option = { name: "cache-only", short: "C", help: "Do not download latest ostree and RPM data" };
export const DOWNLOAD_ONLY: Option = { name: "download-only", help: "Just download latest ostree and RPM data, don't deploy" };
export const BYPASS_DRIVER: Option = {
  name: "bypass-driver",
  help: "Force an operation even if an updates driver is registered",
  fidelity: "ignored",
};

/** The exit status that means "nothing changed". */
export const UNCHANGED = 77;
