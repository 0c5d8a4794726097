/** podman's volumes and what it asks of registries. Words and statuses are those of Debian's podman 4.3.1. */
import { expect, test } from "vitest";
import { Lab } from "../lab/lab.ts";
import { labOptions } from "./labs.ts";
import { ScriptRunner } from "./run.ts";
import { readWords } from "./usage.ts";

const ROWS: readonly (readonly [command: string, prints: string | RegExp, status: number])[] = [
  ["podman volume create v1", "v1\n", 0],
  ["podman volume create v1", "Error: volume with name v1 already exists: volume already exists\n", 125],
  ["podman volume create --ignore v1", "v1\n", 0],
  ["podman volume create a/b", "Error: running volume create option: names must match [a-zA-Z0-9][a-zA-Z0-9_.-]*: invalid argument\n", 125],
  ["podman volume create a b", "Error: accepts at most 1 arg(s), received 2\n", 125],
  ["podman volume create", /^[0-9a-f]{64}\n$/, 0],
  ["podman volume ls | sed 's/[0-9a-f]\\{64\\}/ID/'", "DRIVER      VOLUME NAME\nlocal       ID\nlocal       v1\n", 0],
  ["podman volume ls -q -f name=v", "v1\n", 0],
  ["podman volume ls -q -f frob=v", 'Error: "frob" is an invalid volume filter\n', 125],
  ["podman volume ls --format '{{.Name}} {{.Driver}}' -f name=v1", "v1 local\n", 0],
  [
    "podman volume inspect v1 | sed 's/T.*Z/T/'",
    /^\[\n {5}\{\n {10}"Name": "v1",\n {10}"Driver": "local",\n {10}"Mountpoint": "\S+\/containers\/storage\/volumes\/v1\/_data",\n {10}"CreatedAt": "\d{4}-\d\d-\d\dT",\n {10}"Labels": \{\},\n {10}"Scope": "local",\n {10}"Options": \{\},\n {10}"MountCount": 0,\n {10}"NeedsCopyUp": true,\n {10}"NeedsChown": true\n {5}\}\n\]\n$/,
    0,
  ],
  ["podman volume inspect nope", "[]\nError: inspecting object: no such volume nope\n", 125],
  ["podman volume inspect", "Error: provide one or more volume names or use --all\n", 125],
  ["podman volume rm", "Error: choose either one or more volumes or all\n", 125],
  ["podman volume rm nope", 'Error: no volume with name "nope" found: no such volume\n', 1],
  ["podman volume rm -f nope", "", 0],
  ["podman volume exists v1", "", 0],
  ["podman volume exists nope", "", 1],
  ["podman volume frob", "Error: unrecognized command `podman volume frob`\nTry 'podman volume --help' for more information\n", 125],
  ["podman volume 2>&1 | tail -1", "Error: missing command 'podman volume COMMAND'\n", 0],
  ["podman pull -q fedora > /dev/null; podman run --name c1 -v v1:/x fedora sh -c 'echo kept > /x/file'", "", 0],
  ["cat $(podman volume inspect --format '{{.Mountpoint}}' v1)/file", "kept\n", 0],
  ["podman inspect --format '{{json .Mounts}}' c1", /^\[\{"Type":"volume","Name":"v1","Driver":"local","Source":"/, 0],
  ["podman volume rm v1", /^Error: volume v1 is being used by the following container\(s\): [0-9a-f]{64}: volume is being used\n$/, 2],
  ["podman volume prune -f", /^[0-9a-f]{64}\n$/, 0],
  ["podman volume ls -q", "v1\n", 0],
  [
    "podman volume prune < /dev/null",
    "WARNING! This will remove all volumes not used by at least one container. The following volumes will be removed:\nNo dangling volumes found\n",
    0,
  ],
  // What a volume has outlives its container.
  ["podman rm c1; podman run --rm -v v1:/y fedora cat /y/file", "c1\nkept\n", 0],
  ["podman create --name c2 -v v1:/x fedora true > /dev/null; podman volume rm -f v1; podman ps -aq", "v1\n", 0],
  ["podman volume create --label a=b v2; podman volume ls -q -f label=a=b", "v2\nv2\n", 0],
  ["echo y | podman volume prune", /\nv2\nAre you sure you want to continue\? \[y\/N\] v2\n$/, 0],
  ["podman volume ls", "", 0],
  ["podman search toolbox", /^NAME +DESCRIPTION\nregistry\.fedoraproject\.org\/fedora-toolbox/, 0],
  ["podman search quay.io/podman", /^NAME +DESCRIPTION\nquay\.io\/podman\/hello/, 0],
  ["podman search --list-tags docker.io/library/debian | head -2", /^NAME +TAG\ndocker\.io\/library\/debian +13\n$/, 0],
  [
    "podman search nosuch.example/x",
    /^Error: 1 error occurred:\n\t\* couldn't search registry "nosuch.example": pinging container registry nosuch.example: /,
    125,
  ],
  ["podman search", "Error: requires at least 1 arg(s), only received 0\n", 125],
  ["podman push nope", "Error: nope: image not known\n", 125],
  [
    "podman push fedora quay.io/me/mine",
    /^Getting image source signatures\nCopying blob (sha256:[0-9a-f]{64})\nError: trying to reuse blob \1 at destination: checking whether a blob \1 exists in quay\.io\/me\/mine: unauthorized: access to the requested resource is not authorized\n$/,
    125,
  ],
  [
    "podman push -q fedora nosuch.example/x",
    /at destination: pinging container registry nosuch\.example: Get "https:\/\/nosuch\.example\/v2\/"/,
    125,
  ],
  ["podman logout quay.io", "Error: not logged into quay.io\n", 125],
];

test("volumes, and registries that want an account", () => {
  const runner = new ScriptRunner(new Lab(labOptions(readWords([], { flags: [], values: [] }))), false);
  for (const [command, prints, status] of ROWS) {
    const [result] = [...runner.run(command)];
    const text = Buffer.from(result?.stdout ?? "").toString() + Buffer.from(result?.stderr ?? "").toString();
    if (typeof prints === "string") expect.soft([command, text]).toEqual([command, prints]);
    else expect.soft(text).toMatch(prints);
    expect.soft([command, result?.exit]).toEqual([command, status]);
  }
  expect(runner.faults).toEqual([]);
});
