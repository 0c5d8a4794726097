/** rpm's --queryformat: `%{NAME}-%{VERSION}\n`, with widths. */
import { evr, nevra } from "../../image/package.ts";
import type { InstalledPackage } from "../../image/rpmdb.ts";
import { Failure } from "../complain.ts";
import { formatTime } from "../time-format.ts";

const ESCAPES: Readonly<Record<string, string>> = { n: "\n", t: "\t", a: "\x07", b: "\b", f: "\f", r: "\r", v: "\v", "\\": "\\" };

const TAGS: Readonly<Record<string, (pkg: InstalledPackage) => string | number | undefined>> = {
  NAME: (pkg) => pkg.name,
  VERSION: (pkg) => pkg.version,
  RELEASE: (pkg) => pkg.release,
  EPOCH: (pkg) => pkg.epoch,
  EPOCHNUM: (pkg) => pkg.epoch ?? 0,
  ARCH: (pkg) => pkg.arch,
  SUMMARY: (pkg) => pkg.summary,
  LICENSE: (pkg) => pkg.license,
  SIZE: (pkg) => pkg.size,
  LONGSIZE: (pkg) => pkg.size,
  URL: (pkg) => pkg.url,
  VENDOR: () => "Fedora Project",
  BUILDTIME: (pkg) => pkg.buildTime,
  INSTALLTIME: (pkg) => pkg.buildTime,
  EVR: (pkg) => evr(pkg),
  NEVRA: (pkg) => nevra(pkg),
  NVRA: (pkg) => `${pkg.name}-${pkg.version}-${pkg.release}.${pkg.arch}`,
  NEVR: (pkg) => `${pkg.name}-${evr(pkg)}`,
  NVR: (pkg) => `${pkg.name}-${pkg.version}-${pkg.release}`,
};

/** Arrays, in square brackets, are for files. */
export function queryFormat(format: string, pkg: InstalledPackage): string {
  const arrays = format.replace(/\[([^\]]*)\]/g, (_, inside: string) =>
    pkg.files
      .map((path) => inside.replace(/%([-0-9]*)\{=?FILENAMES(?::[^}]*)?\}/gi, () => path))
      .map((text) => expand(text, pkg))
      .join("")
      .replaceAll("%", "%%"),
  );
  return expand(arrays, pkg);
}

function expand(format: string, pkg: InstalledPackage): string {
  return format.replace(
    /\\(.)|%%|%(-?[0-9]*)\{([^}:]+)(?::([^}]+))?\}/g,
    (whole, escape: string | undefined, width: string | undefined, tag: string | undefined, as: string | undefined) => {
      if (escape !== undefined) return ESCAPES[escape] ?? escape;
      if (whole === "%%" || tag === undefined) return "%";
      const of = TAGS[tag.toUpperCase().replace(/^RPMTAG_/, "")];
      if (of === undefined) throw new Failure(`incorrect format: unknown tag: "${tag}"`);
      const value = of(pkg);
      const text =
        value === undefined
          ? "(none)"
          : as === "date" && typeof value === "number"
            ? formatTime("%c", { sec: value, nsec: 0 })
            : as === "day" && typeof value === "number"
              ? formatTime("%a %b %d %Y", { sec: value, nsec: 0 })
              : String(value);
      const size = Number(width ?? 0);
      return size < 0 ? text.padEnd(-size) : text.padStart(size);
    },
  );
}
