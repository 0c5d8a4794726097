/** The repository of apps that flatpak's sessions were recorded with, and what its `publish` events put there. */
import { makeCommit, type Content } from "../../engines/flatpak/make-commit.ts";
import { Repository } from "../../engines/ostree/repo.ts";
import { Transaction } from "../../engines/ostree/transaction.ts";
import type { Sys } from "../../vfs/sys.ts";
import { decodeUtf8, encodeUtf8 } from "../../base/utf8.ts";
import { makeDirectories, readBytes, replaceFile, writeNewFile } from "../../engines/ostree/files.ts";
import type { DiskExtras } from "./disk.ts";

const FLATPAK_REPOSITORY = "/srv/lab-flatpak/repo";
/** Of Debian 12, where they were recorded. */
export const FLATPAK_VERSION = "1.14.10";

/** The program, the repository, and a home whose name has no link in it, as the recorder had it. */
export const FLATPAK_EXTRAS: DiskExtras = {
  plant(sys, build) {
    writeNewFile(sys, `${build}/usr/bin/flatpak`, encodeUtf8("\u007fELF\nprogram=flatpak\n"), { mode: 0o755 });
    const passwd = `${build}/usr/etc/passwd`;
    replaceFile(sys, passwd, decodeUtf8(readBytes(sys, passwd)).replace(":/home/learner:", ":/var/home/learner:"));
  },
  plantState(sys, state) {
    makeFlatpakRepository(sys, `${state}${FLATPAK_REPOSITORY}`);
  },
};

const BRANCH = "24";
const CONTEXTS: Readonly<Record<string, string>> = {
  Hello: "shared=network;ipc;\nsockets=wayland;x11;\nfilesystems=home;\n",
  Editor: "shared=ipc;\nsockets=wayland;\nfilesystems=xdg-documents;\n",
};
const RUNTIMES = ["Platform", "Sdk"];
const FIRST_VERSIONS = { Hello: "1.0", Editor: "2.1" };

/** Makes it at `path`. */
function makeFlatpakRepository(sys: Sys, path: string): void {
  makeDirectories(sys, path);
  const repo = Repository.create(sys, path, "archive-z2");
  for (const name of RUNTIMES) {
    const id = `org.example.${name}`;
    const metadata = `[Runtime]\nname=${id}\nruntime=org.example.Platform/x86_64/${BRANCH}\nsdk=org.example.Sdk/x86_64/${BRANCH}\n`;
    publish(repo, id, `runtime/${id}/x86_64/${BRANCH}`, metadata, new Map([["files/manifest", { text: `${name}\n` }]]));
  }
  for (const [name, version] of Object.entries(FIRST_VERSIONS)) publishVersion(repo, name, version);
}

/** "org.example.Hello 1.1": a new commit of an app. Whether there is such an app. */
export function publishApp(sys: Sys, what: string): boolean {
  const [, name = "", version = ""] = /^org\.example\.(\w+) (\S+)$/.exec(what.trim()) ?? [];
  if (CONTEXTS[name] === undefined) return false;
  publishVersion(Repository.open(sys, FLATPAK_REPOSITORY), name, version);
  return true;
}

function publishVersion(repo: Repository, name: string, version: string): void {
  const id = `org.example.${name}`;
  const application = `[Application]\nname=${id}\nruntime=org.example.Platform/x86_64/${BRANCH}\nsdk=org.example.Sdk/x86_64/${BRANCH}\ncommand=${name}\n`;
  const script = `#!/bin/sh\necho "${name} ${version}"\n`;
  publish(
    repo,
    id,
    `app/${id}/x86_64/stable`,
    `${application}\n[Context]\n${CONTEXTS[name] ?? ""}`,
    new Map([[`files/bin/${name}`, { text: script, isExecutable: true }]]),
  );
}

function publish(repo: Repository, id: string, ref: string, metadata: string, files: ReadonlyMap<string, Content>): void {
  const parent = repo.resolveIfThere(ref);
  const served = makeCommit({
    ref,
    metadata,
    files,
    directories: ref.startsWith("app/") ? ["export"] : [],
    subject: `Export ${id}`,
    timestamp: repo.sys.now().sec,
    ...(parent === undefined ? {} : { parent }),
    builtWith: `Flatpak ${FLATPAK_VERSION}`,
  });
  const transaction = new Transaction(repo, "");
  served.write(transaction);
  transaction.commit();
  repo.setRef(ref, served.checksum);
}
