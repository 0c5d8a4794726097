import type { Deployment } from "../../engines/ostree/deployment.ts";
import { queryDeployments } from "../../engines/ostree/deployment-list.ts";
import { OstreeError } from "../../engines/ostree/errors.ts";
import type { OstreeHost } from "../../engines/ostree/host.ts";
import { renderPackageDiff, renderPackageDiffLines } from "../../engines/ostree/render.ts";
import { isEmptyDiff, packageDiff } from "../../engines/ostree/status.ts";
import { Sysroot } from "../../engines/ostree/sysroot.ts";
import { nevra } from "../../image/package.ts";
import { Misuse, type Verb } from "../ostree/goption.ts";
import { GLOBAL_OPTIONS } from "./options.ts";
import { requireBootedSystem } from "./transaction.ts";

/** `rpm-ostree db VERB`. */
export function dbVerbs(host: OstreeHost): readonly Verb[] {
  return [
    {
      name: "diff",
      operands: "[FROM_REV] [TO_REV]",
      about: "Show package changes between two commits",
      options: [
        {
          name: "format",
          short: "F",
          argument: "FORMAT",
          help: 'Output format: "diff" or "block" (default: block)',
          values: ["block", "diff"],
        },
        { name: "changelogs", short: "c", help: "Also output RPM changelogs", fidelity: "unbuilt" },
        { name: "advisories", short: "a", help: "Also output new advisories", fidelity: "ignored" },
        { name: "base", help: "Diff against deployments' base, not layered commits", fidelity: "ignored" },
        ...GLOBAL_OPTIONS,
      ],
      *run(call) {
        const { proc, options } = call;
        requireBootedSystem(proc);
        const sysroot = new Sysroot(proc.sys);
        const repo = sysroot.openRepository();
        const [from, to] = options.operands;
        const sides = from === undefined ? deploymentSides(sysroot) : givenSides(sysroot, from, to);
        const left = "commit" in sides.left ? sides.left.commit : repo.resolve(sides.left.rev);
        const right = "commit" in sides.right ? sides.right.commit : repo.resolve(sides.right.rev);
        const names = [describe(sides.left, left), describe(sides.right, right)];
        yield* proc.print(`ostree diff commit from: ${names[0] ?? ""}\nostree diff commit to:   ${names[1] ?? ""}\n`);
        const diff = packageDiff(host, repo, left, right);
        if (!diff) throw new OstreeError("Only commits of the distribution have their packages in Immutable Lab");
        const format = options.value("format") ?? "block";
        if (format !== "block" && format !== "diff") throw new OstreeError(`Unknown format: ${format}`);
        if (!isEmptyDiff(diff)) yield* proc.print(format === "diff" ? renderPackageDiffLines(diff) : renderPackageDiff(diff));
        return 0;
      },
    },
    {
      name: "list",
      operands: "REV... [PREFIX-PKGNAME...]",
      about: "List packages within commits",
      options: [{ name: "advisories", short: "a", help: "Also list advisories", fidelity: "ignored" }, ...GLOBAL_OPTIONS],
      *run(call) {
        const { proc } = call;
        requireBootedSystem(proc);
        const [rev, ...patterns] = call.options.operands;
        if (rev === undefined) throw new Misuse("usage error: REV must be specified", false);
        const commit = new Sysroot(proc.sys).openRepository().resolve(rev);
        const packages = host.catalogue.byCommit(commit)?.packages;
        if (!packages) throw new OstreeError("Only commits of the distribution have their packages in Immutable Lab");
        yield* proc.print(`ostree commit: ${rev}${rev === commit ? "" : ` (${commit})`}\n`);
        const shown = patterns.length === 0 ? packages : packages.filter((pkg) => patterns.some((pattern) => matches(pattern, pkg.name)));
        yield* proc.print(shown.map((pkg) => ` ${nevra(pkg)}\n`).join(""));
        return 0;
      },
    },
  ];
}

type Side = { readonly rev: string } | { readonly commit: string; readonly what: string };

function describe(side: Side, commit: string): string {
  return "commit" in side ? `${side.what} (${commit})` : side.rev === commit ? commit : `${side.rev} (${commit})`;
}

function givenSides(sysroot: Sysroot, from: string, to: string | undefined): { readonly left: Side; readonly right: Side } {
  if (to !== undefined) return { left: { rev: from }, right: { rev: to } };
  const booted = sysroot.requireBooted();
  return { left: { commit: booted.checksum, what: "booted deployment" }, right: { rev: from } };
}

/** Booted to pending; else rollback to booted. */
function deploymentSides(sysroot: Sysroot): { readonly left: Side; readonly right: Side } {
  const state = sysroot.load();
  const booted = sysroot.requireBooted(state);
  const { pending, rollback } = queryDeployments(state.deployments, booted);
  const side = (deployment: Deployment, what: string): Side => ({ commit: deployment.checksum, what: `${what} deployment` });
  if (pending) return { left: side(booted, "booted"), right: side(pending, "pending") };
  if (rollback) return { left: side(rollback, "rollback"), right: side(booted, "booted") };
  throw new OstreeError("No pending or rollback deployment to diff against");
}

/** fnmatch(3) with `*` and `?`. */
function matches(pattern: string, name: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${source}$`).test(name);
}
