/** `rpm-ostree search` and `refresh-md`. Source: coreos/rpm-ostree:src/app/rpmostree-builtin-search.cxx, rpmostree-builtin-refresh-md.cxx. */
import type { OstreeHost } from "../../engines/ostree/host.ts";
import { packageServersFor } from "../../engines/rpm/reach.ts";
import type { Package } from "../../image/package.ts";
import { globToPattern } from "../glob.ts";
import { Misuse, type Verb } from "../ostree/goption.ts";
import { GLOBAL_OPTIONS, STATEROOT } from "./options.ts";
import { commandLine } from "./outcome.ts";
import { loadMetadata } from "./repo-metadata.ts";
import { requireBootedSystem, transact } from "./transaction.ts";

const GROUPS = ["Summary & Name Matched", "Name Matched", "Summary Matched"] as const;

export function search(host: OstreeHost): Verb {
  return {
    name: "search",
    operands: "PACKAGE [PACKAGE...]",
    about: "Search for packages",
    options: [{ name: "uninstall", argument: "PKG", help: "Remove overlayed additional package", fidelity: "ignored" }, ...GLOBAL_OPTIONS],
    *run(call) {
      const { proc, options } = call;
      const words = options.operands;
      if (words.length === 0) throw new Misuse("usage error: At least one search keyword must be specified", false);
      requireBootedSystem(proc);
      const request = { method: "Search", action: "repo-refresh", title: commandLine(call) };
      const packages = yield* transact(proc, request, function* (transaction) {
        const servers = yield* packageServersFor(transaction.proc, host);
        return (yield* loadMetadata(transaction, servers, {})).available.map(({ pkg }) => pkg);
      });
      yield* proc.print(resultText(packages, words));
      return 0;
    },
  };
}

function resultText(packages: readonly Package[], words: readonly string[]): string {
  const patterns = words.map((word) => globToPattern(`*${word.toLowerCase()}*`));
  const seen = new Set<string>();
  const groups = new Map<string, string[]>(GROUPS.map((title) => [title, []]));
  for (const { name, summary } of packages) {
    if (seen.has(name)) continue;
    const inName = patterns.every((pattern) => pattern.test(name.toLowerCase()));
    const inSummary = patterns.every((pattern) => pattern.test(summary.toLowerCase()));
    const title = inName && inSummary ? GROUPS[0] : inName ? GROUPS[1] : inSummary ? GROUPS[2] : undefined;
    if (title === undefined) continue;
    seen.add(name);
    groups.get(title)?.push(`${name} : ${summary}\n`);
  }
  const found = [...groups].filter(([, lines]) => lines.length > 0);
  if (found.length === 0) return "No matches found.\n";
  return found.map(([title, lines]) => `\n===== ${title} =====\n${lines.join("")}`).join("");
}

export function refreshMd(host: OstreeHost): Verb {
  return {
    name: "refresh-md",
    about: "Generate rpm repo metadata",
    options: [STATEROOT, { name: "force", short: "f", help: "Expire current cache" }, ...GLOBAL_OPTIONS],
    *run(call) {
      const { proc, options } = call;
      requireBootedSystem(proc);
      yield* transact(proc, { method: "RefreshMd", action: "repo-refresh", title: commandLine(call) }, function* (transaction) {
        const servers = yield* packageServersFor(transaction.proc, host);
        yield* loadMetadata(transaction, servers, { refresh: options.has("force") });
      });
      return 0;
    },
  };
}
