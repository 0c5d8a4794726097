/**
 * What was planted on the recorded machine: three versions of a small system, told apart by a handful of files.
 *
 * Version 2 is the update, version 3 the broken one: its /usr/bin/greet names an interpreter that does not exist.
 */
import { timestamp } from "../../base/timestamp.ts";

/** A file as the recording's script planted it. Paths are from the root of a commit, where /etc is /usr/etc. */
export interface PlantedFile {
  readonly path: string;
  readonly text: string;
  readonly mode?: number;
}

/** Every planted file's time of last change, before it goes through ostree: 2024-01-02 03:04:05. */
export const PLANTED_AT = timestamp(1704164645);

export interface Version {
  /** The branch it is committed to. */
  readonly branch: string;
  readonly version: string;
  readonly subject: string;
  /** Of the commit; seconds since 1970. */
  readonly timestamp: number;
  /** On top of what the version before has. */
  readonly files: readonly PlantedFile[];
  readonly removed: readonly string[];
}

const KERNEL = "usr/lib/modules/6.1.0-lab";

const osRelease = (number: number, pretty: string): PlantedFile => ({
  path: "usr/lib/os-release",
  text: `NAME="Lab Linux"\nID=lab\nVERSION_ID=${number}\nPRETTY_NAME="Lab Linux ${pretty}"\n`,
});

const greet = (text: string): PlantedFile => ({ path: "usr/bin/greet", text, mode: 0o755 });

/** Debian's which(1), a script that is silent about what it does not find. */
const which = `#!/bin/bash
all= silent= status=0
while getopts as option; do
  case $option in
    a) all=1 ;;
    s) silent=1 ;;
    *) echo "Usage: $0 [-as] args"; exit 2 ;;
  esac
done
shift $((OPTIND - 1))
[ $# -gt 0 ] || exit 1
IFS=:
for name; do
  found=
  case $name in
    */*) candidates=("$name") ;;
    *) candidates=($PATH); candidates=("\${candidates[@]/%//$name}") ;;
  esac
  for file in "\${candidates[@]}"; do
    [ -f "$file" ] && [ -x "$file" ] || continue
    [ -n "$silent" ] || printf '%s\\n' "$file"
    found=1
    [ -n "$all" ] || break
  done
  [ -n "$found" ] || status=1
done
exit $status
`;

export const VERSIONS: readonly Version[] = [
  {
    branch: "lab/stable",
    version: "1.0",
    subject: "Lab Linux 1",
    timestamp: 1709287200,
    files: [
      osRelease(1, "1"),
      greet('#!/bin/bash\necho "hello from version 1"\n'),
      { path: "usr/bin/which", text: which, mode: 0o755 },
      { path: "usr/bin/systemctl", text: "#!/bin/bash\nexit 0\n", mode: 0o755 },
      { path: "usr/share/lab/readme.txt", text: "The core of this system is read-only.\nUpdates replace it as a whole.\n" },
      { path: "usr/share/lab/old.txt", text: "only in version 1\n" },
      { path: "usr/share/lab/secret.txt", text: "only root reads this\n", mode: 0o600 },
      { path: "usr/share/lab/words.txt", text: "pear\napple\nfig\napple\nplum\npear\napple\n" },
      { path: "usr/share/lab/docs/a.txt", text: "alpha\n" },
      { path: "usr/share/lab/docs/b.txt", text: "beta\nbeta two\n" },
      { path: "usr/share/lab/docs/deep/c.txt", text: "gamma\n" },
      { path: "usr/etc/lab/app.conf", text: "color=blue\nsize=10\n" },
      { path: "usr/etc/lab/site.conf", text: "site=default\n" },
      { path: "usr/etc/lab/gone.conf", text: "dropped=later\n" },
      { path: "usr/etc/lab/conf.d/10-base.conf", text: "base=1\n" },
      { path: `${KERNEL}/vmlinuz`, text: "a kernel, version 1\n" },
      { path: `${KERNEL}/initramfs.img`, text: "an initramfs, version 1\n" },
    ],
    removed: [],
  },
  {
    branch: "lab/stable",
    version: "2.0",
    subject: "Lab Linux 2",
    timestamp: 1711965600,
    files: [
      osRelease(2, "2"),
      greet('#!/bin/bash\necho "hello from version 2"\n'),
      { path: "usr/share/lab/news.txt", text: "new in version 2\n" },
      { path: "usr/etc/lab/app.conf", text: "color=green\nsize=10\n" },
      { path: "usr/etc/lab/fresh.conf", text: "fresh=yes\n" },
      { path: `${KERNEL}/vmlinuz`, text: "a kernel, version 2\n" },
    ],
    removed: ["usr/share/lab/old.txt", "usr/etc/lab/gone.conf"],
  },
  {
    branch: "lab/broken",
    version: "3.0",
    subject: "Lab Linux 3, broken",
    timestamp: 1714557600,
    files: [osRelease(3, "3 (broken)"), greet("#!/bin/nosuchshell\necho broken\n")],
    removed: [],
  },
];
