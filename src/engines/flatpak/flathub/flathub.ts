/**
 * dl.flathub.org: the repository that most apps come from.
 *
 * @simplified Sixteen apps of thousands. Their trees are small: a program is a script that says what the real one says where there is no
 * display, a runtime has the programs that this machine has; sizes are those that Flathub tells. A second version of an app appears once
 * its first is installed.
 */
import { makeCommit, type Content } from "../make-commit.ts";
import type { AppInfo, FlatpakServer, ServedCommit } from "../server.ts";
import { APPS, RUNTIMES, type AppData, type RuntimeData } from "./apps.ts";

export const FLATHUB_URL = "https://dl.flathub.org/repo/";

const MEGABYTE = 1_000_000;
/** 8 January 2026, and a day for every further version. */
const PUBLISHED = 1767830400;
const DAY = 86400;
const BUILT_WITH = "Flatpak 1.16.1";

/** Programs that a runtime has of those that this machine knows. */
const PROGRAMS =
  "[ awk base64 basename bash cat chmod cp cut date dirname du echo env expr false find grep gzip head id ln ls mkdir mktemp mv nl od paste printenv printf ps pwd readlink realpath rm rmdir sed seq sleep sort stat tail tar tee test touch tr true uname uniq wc which whoami xargs".split(
    " ",
  );
const PROGRAM_OF: Readonly<Record<string, string>> = { awk: "gawk" };

/** Built lazily: nobody pays for what nobody asks. */
export function flathub(): FlatpakServer {
  const served = new Map<string, readonly ServedCommit[]>();
  for (const app of APPS) served.set(`app/${app.id}/x86_64/stable`, versionsOf(app));
  for (const runtime of RUNTIMES) served.set(`runtime/${runtime.id}/x86_64/${runtime.branch}`, [runtimeCommit(runtime)]);
  return {
    title: "Flathub",
    comment: "Central repository of Flatpak applications",
    description: "Central repository of Flatpak applications",
    homepage: "https://flathub.org/",
    icon: "https://dl.flathub.org/repo/logo.svg",
    repository: FLATHUB_URL,
    apps: APPS.map(infoOf),
    refs(deployed) {
      return new Map(
        [...served].map(([ref, versions]) => {
          const has = deployed(ref);
          const at = has === undefined ? -1 : versions.findIndex(({ checksum }) => checksum === has);
          return [ref, versions[Math.min(at + 1, versions.length - 1)] as ServedCommit];
        }),
      );
    },
  };
}

function infoOf({ id, name, summary, versions }: AppData): AppInfo {
  return { id, name, summary, version: versions[0] ?? "", branch: "stable" };
}

function versionsOf(app: AppData): ServedCommit[] {
  const made: ServedCommit[] = [];
  app.versions.forEach((version, i) => {
    const before = made[i - 1];
    made.push(lazily(() => appCommit(app, version, i, before)));
  });
  return made;
}

/** A commit that needs its parent's checksum only when its own is asked for. */
function lazily(make: () => ServedCommit): ServedCommit {
  let made: ServedCommit | undefined;
  const get = (): ServedCommit => (made ??= make());
  return {
    get checksum() {
      return get().checksum;
    },
    get commit() {
      return get().commit;
    },
    write: (transaction) => get().write(transaction),
  };
}

function appCommit(app: AppData, version: string, number: number, before: ServedCommit | undefined): ServedCommit {
  const { id, name, summary, command, runtime } = app;
  const [runtimeId = "", branch = ""] = runtime.split("/");
  const sdk = `${runtimeId.replace(/Platform$/, "Sdk")}/x86_64/${branch}`;
  const program = command.replace(/^\/app\/bin\//, "");
  const desktop = `[Desktop Entry]\nType=Application\nName=${name}\nComment=${summary}\nExec=${program} %U\nIcon=${id}\nTerminal=false\n`;
  const metainfo = metainfoOf(id, name, summary, version);
  const files = new Map<string, Content>([
    [`files/bin/${program}`, { text: programText(app, version), isExecutable: true }],
    [`files/share/applications/${id}.desktop`, { text: desktop }],
    [`files/share/metainfo/${id}.metainfo.xml`, { text: metainfo }],
    [`export/share/applications/${id}.desktop`, { text: desktop }],
  ]);
  return makeCommit({
    ref: `app/${id}/x86_64/stable`,
    metadata: `[Application]\nname=${id}\nruntime=${runtimeId}/x86_64/${branch}\nsdk=${sdk}\ncommand=${command}\n\n${app.permissions}`,
    files,
    directories: [],
    subject: `Update ${name} to ${version}`,
    timestamp: PUBLISHED + number * DAY + id.length * 3600,
    ...(before === undefined ? {} : { parent: before.checksum }),
    ...(app.endOfLife === undefined ? {} : { endOfLife: app.endOfLife }),
    ...(app.rebasedTo === undefined ? {} : { rebasedTo: app.rebasedTo }),
    downloadSize: Math.round(app.download * MEGABYTE),
    installedSize: Math.round(app.installed * MEGABYTE),
    builtWith: BUILT_WITH,
  });
}

function metainfoOf(id: string, name: string, summary: string, version: string): string {
  const about = `  <id>${id}</id>\n  <name>${name}</name>\n  <summary>${summary.replaceAll("&", "&amp;")}</summary>\n`;
  const releases = `  <releases>\n    <release version="${version}"/>\n  </releases>\n`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n<component>\n${about}${releases}</component>\n`;
}

/** What a toolkit says where neither `$WAYLAND_DISPLAY` nor `$DISPLAY` leads to a display, and the status. */
const NO_DISPLAY: Readonly<Record<AppData["toolkit"], readonly [says: (program: string) => string, status: number]>> = {
  gtk3: [(program) => `(${program}:2): Gtk-WARNING **: $(date +%T).000: cannot open display: $DISPLAY`, 1],
  gtk4: [(program) => `(${program}:2): Gtk-WARNING **: $(date +%T).000: Failed to open display`, 1],
  qt: [
    () =>
      `qt.qpa.xcb: could not connect to display $DISPLAY\nqt.qpa.plugin: Could not load the Qt platform plugin \\"xcb\\" in \\"\\" even though it was found.\nThis application failed to start because no Qt platform plugin could be initialized. Reinstalling the application may fix this problem.\n`,
    134,
  ],
  firefox: [() => "Error: no DISPLAY environment variable specified", 1],
  electron: [() => "[2:0116/000000.000000:ERROR:ui/ozone/platform/x11/ozone_platform_x11.cc:249] Missing X server or $DISPLAY", 1],
  sdl: [() => "Unable to open display", 1],
};

function programText({ name, command, toolkit }: AppData, version: string): string {
  const program = command.replace(/^\/app\/bin\//, "");
  const [says, status] = NO_DISPLAY[toolkit];
  const spoken = toolkit === "firefox" ? `Mozilla ${name} ${version}` : `${name} ${version}`;
  const first = toolkit.startsWith("gtk") ? "echo >&2\n" : "";
  return `#!/bin/sh\n# ${name} ${version}: a stand-in. The real one opens a window.\nif [ "$1" = --version ]; then\n  echo "${spoken}"\n  exit\nfi\n${first}echo "${says(program)}" >&2\nexit ${status}\n`;
}

function runtimeCommit({ id, branch, name, download, installed, sdk, extends: base, endOfLife }: RuntimeData): ServedCommit {
  const own = `[Runtime]\nname=${id}\n`;
  const files = new Map<string, Content>();
  let metadata: string;
  if (base === undefined) {
    metadata = `${own}runtime=${id}/x86_64/${branch}\nsdk=${sdk}/x86_64/${branch}\n`;
    for (const extension of RUNTIMES) {
      if (extension.extends !== "*" && extension.extends !== `${id}/${branch}`) continue;
      const more = extension.id.endsWith(".Locale") ? "autodelete=true\nlocale-subset=true\n" : "no-autodownload=false\n";
      metadata += `\n[Extension ${extension.id}]\ndirectory=${extension.directory ?? ""}\nversion=${extension.branch}\n${more}`;
      files.set(`files/${extension.directory ?? ""}/.keep`, { text: "" });
    }
    for (const program of PROGRAMS)
      files.set(`files/bin/${program}`, { text: `\u007fELF\nprogram=${PROGRAM_OF[program] ?? program}\n`, isExecutable: true });
    files.set("files/bin/sh", { target: "bash" });
    files.set("files/lib64/ld-linux-x86-64.so.2", { text: "\u007fELF\n", isExecutable: true });
    files.set("files/lib/os-release", {
      text: `NAME="${name}"\nVERSION="${branch}"\nVERSION_ID=${branch}\nID=${id.toLowerCase()}\nPRETTY_NAME="${name} ${branch}"\n`,
    });
    files.set("files/etc/profile", { text: "PS1='[📦 $FLATPAK_ID \\W]\\$ '\n" });
  } else {
    metadata = `${own}\n[ExtensionOf]\nref=runtime/${base === "*" ? "org.freedesktop.Platform/x86_64/25.08" : base.replace("/", "/x86_64/")}\n`;
    files.set("files/.ostree-keep", { text: `${id}\n` });
    if (id.endsWith(".Locale"))
      for (const language of ["de", "en", "es", "fr"])
        files.set(`files/${language}/share/${language}/LC_MESSAGES/glib20.mo`, { text: `${language}\n` });
  }
  if (name !== "") files.set(`files/share/metainfo/${id}.metainfo.xml`, { text: metainfoOf(id, name, name, branch) });
  return makeCommit({
    ref: `runtime/${id}/x86_64/${branch}`,
    metadata,
    files,
    directories: [],
    subject: `Export ${id}`,
    timestamp: PUBLISHED - DAY * 3,
    ...(endOfLife === undefined ? {} : { endOfLife }),
    downloadSize: Math.round(download * MEGABYTE),
    installedSize: Math.round(installed * MEGABYTE),
    builtWith: BUILT_WITH,
  });
}
