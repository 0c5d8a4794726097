/**
 * Second roots on the machine: what is installed in one is in it only, and it outlives reboots, updates and rollbacks.
 *
 * The words and statuses of podman in RECORDED are those of Debian's podman 4.3.1 with an image `mini` made by `podman import` (here: fedora).
 */
import { describe, expect, test } from "vitest";
import { Lab } from "../lab/lab.ts";
import { labOptions } from "./labs.ts";
import { ScriptRunner } from "./run.ts";
import { readWords } from "./usage.ts";

interface Answer {
  readonly out: string;
  readonly err: string;
  readonly exit: number | undefined;
}

function answers(...script: string[]): Answer[] {
  const runner = new ScriptRunner(new Lab(labOptions(readWords([], { flags: [], values: [] }))), false);
  const results = [...runner.run(script.join("\n"))].map(({ stdout, stderr, exit }) => ({
    out: Buffer.from(stdout).toString(),
    err: Buffer.from(stderr).toString(),
    exit,
  }));
  expect(runner.faults).toEqual([]);
  return results;
}

const last = (...script: string[]): string => answers(...script).at(-1)?.out ?? "";

/** A container's identifier, whole or short, and moments, which differ from run to run. */
function plain(text: string): string {
  return text
    .replace(/\b[0-9a-f]{64}\b/g, "ID")
    .replace(/\b[0-9a-f]{12}\b/g, "SHORT")
    .replace(/time="[^"]*"/g, "TIME");
}

const NOT_FOUND = "OCI runtime attempted to invoke a command that was not found";

const RECORDED: readonly (readonly [command: string, out: string, err: string, exit: number])[] = [
  ["podman pull -q fedora > /dev/null", "", "", 0],
  ["podman run --rm fedora false", "", "", 1],
  [
    "podman run --rm fedora nosuch",
    "",
    `Error: crun: executable file \`nosuch\` not found in $PATH: No such file or directory: ${NOT_FOUND}\n`,
    127,
  ],
  ["podman run --rm fedora /etc", "", "Error: crun: open executable: Operation not permitted: OCI permission denied\n", 126],
  ["podman run --rm -w /nosuch fedora pwd", "", 'Error: workdir "/nosuch" does not exist on container ID\n', 126],
  ["podman run --rm -w /tmp fedora pwd", "/tmp\n", "", 0],
  ["podman run --rm --hostname hh fedora hostname", "hh\n", "", 0],
  ["podman run --rm --entrypoint echo fedora hello", "hello\n", "", 0],
  ["podman run --rm -e A=b fedora sh -c 'echo $A $container $HOME'", "b podman /root\n", "", 0],
  ["podman run --rm -v /nosuchdir:/x fedora ls /x", "", "Error: statfs /nosuchdir: no such file or directory\n", 125],
  [
    "podman run --rm -v relative/x:/x fedora ls /x",
    "",
    'Error: creating named volume "relative/x": running volume create option: names must match [a-zA-Z0-9][a-zA-Z0-9_.-]*: invalid argument\n',
    125,
  ],
  ["podman run --rm --user nosuch fedora id", "", "Error: unable to find user nosuch: no matching entries in passwd file\n", 126],
  ["podman run", "", "Error: requires at least 1 arg(s), only received 0\n", 125],
  ["podman run --nosuch", "", "Error: unknown flag: --nosuch\nSee 'podman run --help'\n", 125],
  ["podman nosuch", "", "Error: unrecognized command `podman nosuch`\nTry 'podman --help' for more information\n", 125],
  ["podman ps extra", "", "Error: `podman ps` takes no arguments\n", 125],
  ["podman images a b", "", "Error: accepts at most 1 arg(s), received 2\n", 125],
  ["podman images nosuch", "REPOSITORY  TAG         IMAGE ID    CREATED     SIZE\n", "", 0],
  ["podman ps", "CONTAINER ID  IMAGE       COMMAND     CREATED     STATUS      PORTS       NAMES\n", "", 0],
  ["podman run --name c1 fedora echo hello", "hello\n", "", 0],
  [
    "podman run --name c1 fedora echo hello",
    "",
    'Error: creating container storage: the container name "c1" is already in use by ID. You have to remove that container to be able to reuse that name: that name is already in use\n',
    125,
  ],
  ["podman logs c1", "hello\n", "", 0],
  ["podman start c1", "c1\n", "", 0],
  ["podman wait c1", "0\n", "", 0],
  ["podman start -a c1", "hello\n", "", 0],
  ["podman logs c1", "hello\nhello\nhello\n", "", 0],
  ["podman rm c1", "c1\n", "", 0],
  ["podman logs nosuch", "", 'Error: no container with name or ID "nosuch" found: no such container\n', 125],
  ["podman rm nosuch", "", 'Error: no container with name or ID "nosuch" found: no such container\n', 1],
  ["podman rm -f nosuch", "", "", 0],
  ["podman rm", "", "Error: you must provide at least one name or id\n", 125],
  ["podman rmi", "", "Error: image name or ID must be specified\n", 125],
  ["podman rmi nosuch", "", "Error: nosuch: image not known\n", 1],
  ["podman tag nosuch x", "", "Error: nosuch: image not known\n", 125],
  ["podman run -d --name c2 fedora sleep 1000", "ID\n", "", 0],
  ["podman exec c2 hostname", "SHORT\n", "", 0],
  [
    "podman exec c2 nosuch",
    "",
    `Error: crun: executable file \`nosuch\` not found in $PATH: No such file or directory: ${NOT_FOUND}\n`,
    127,
  ],
  ["podman exec c2 false", "", "", 1],
  ["podman exec c2 touch /new /etc/x", "", "", 0],
  ["podman diff c2", "C /etc\nA /etc/x\nA /new\n", "", 0],
  [
    "podman rm c2",
    "",
    "Error: cannot remove container ID as it is running - running or paused containers cannot be removed without force: container state improper\n",
    2,
  ],
  [
    "podman rmi fedora",
    "",
    "Error: image used by ID: image is in use by a container: consider listing external containers and force-removing image\n",
    2,
  ],
  ["podman inspect -f '{{.State.Status}} {{.State.Running}} {{.Config.Cmd}}' c2", "running true [sleep 1000]\n", "", 0],
  ["podman cp c2:/nosuch /tmp/y", "", 'Error: "/nosuch" could not be found on container c2: no such file or directory\n', 125],
  ["podman cp /nosuch c2:/tmp", "", 'Error: "/nosuch" could not be found on the host: no such file or directory\n', 125],
  ["podman cp a b", "", "Error: name or ID cannot be empty\n", 125],
  ["podman cp /etc/hostname c2:/tmp && podman exec c2 cat /tmp/hostname", "silverblue\n", "", 0],
  [
    "podman stop -t 1 c2",
    "c2\n",
    'TIME level=warning msg="StopSignal SIGTERM failed to stop container c2 in 1 seconds, resorting to SIGKILL"\n',
    0,
  ],
  ["podman stop c2", "c2\n", "", 0],
  ["podman ps -a --format '{{.Names}} {{.State}} {{.Command}}'", "c2 exited sleep 1000\n", "", 0],
  ["podman exec c2 ls", "", "Error: can only create exec sessions on running containers: container state improper\n", 255],
  ["podman kill c2", "", "Error: can only kill running containers. ID is in state exited: container state improper\n", 125],
  ["podman rm -f c2", "c2\n", "", 0],
  ["podman image exists fedora; echo $?; podman container exists c2", "0\n", "", 1],
  ["podman rmi fedora", "Untagged: registry.fedoraproject.org/fedora:latest\nDeleted: ID\n", "", 0],
  ["podman build nosuchdir", "", 'Error: context must be a directory: "/var/home/learner/nosuchdir"\n', 125],
];

test("podman says what the real one says", () => {
  const found = answers(...RECORDED.map(([command]) => command));
  for (const [i, [command, out, err, exit]] of RECORDED.entries()) {
    const answer = found[i];
    expect([command, plain(answer?.out ?? ""), plain(answer?.err ?? ""), answer?.exit]).toEqual([command, out, err, exit]);
  }
}, 60_000);

describe("a container", () => {
  test("is a root of its own, where its user is root and the machine's files are nobody's", () => {
    const run = (line: string): string =>
      last("podman pull -q fedora:43 > /dev/null", `podman run --rm -v /etc:/host fedora:43 sh -c '${line}'`);
    expect(run(". /etc/os-release; echo $VARIANT_ID; id -u; pwd -P; cd ../..; pwd")).toBe("container\n0\n/\n/\n");
    expect(run("touch /etc/x /usr/x && stat -c %u /etc/x; stat -c %U /host/passwd; touch /host/x 2>&1; cat /host/shadow 2>&1")).toBe(
      "0\nnobody\ntouch: cannot touch '/host/x': Permission denied\ncat: /host/shadow: Permission denied\n",
    );
    expect(run("rpm -q bash sudo | wc -l; rpm -q rpm-ostree")).toBe("2\npackage rpm-ostree is not installed\n");
  }, 60_000);

  test("lies in the home directory of who runs it, with owners of their own", () => {
    const found = answers(
      "podman create -q --name c fedora sh > /dev/null",
      "cd ~/.local/share/containers/storage; ls; stat -c '%u %a' overlay/*/diff/etc/passwd; ls overlay | wc -l",
      "podman run -q --name d fedora chown mail /etc/hosts; stat -c %u overlay/*/diff/etc/hosts",
      "podman rm c d; ls overlay | wc -l; podman rmi fedora > /dev/null; ls overlay; cat overlay-layers/layers.json",
    );
    expect(found[1]?.out).toBe("db.sql\nlibpod\noverlay\noverlay-containers\noverlay-images\noverlay-layers\ntmp\nvolumes\n1000 644\n3\n");
    expect(found[2]?.out.split("\n").includes("524295")).toBe(true);
    expect(found[3]?.out).toBe("c\nd\n2\nl\n[]");
  }, 60_000);

  test("dies at a reboot, and its layer stays", () => {
    const found = answers(
      "podman run -q -d --name c fedora sh -c 'echo kept > /kept; exec sleep 100000' > /dev/null",
      "podman ps -q | wc -l",
      ":reboot",
      "podman ps -q | wc -l; podman ps -aq | wc -l; podman inspect -f {{.State.Status}} c",
      "podman cp c:/kept - 2>/dev/null; podman cp c:/kept /tmp/k && cat /tmp/k",
    );
    expect(found.map(({ out }) => out).slice(1)).toEqual(["1\n", "0\n1\nexited\n", "kept\n"]);
  }, 60_000);

  test("is built step by step, and a step that was made before is not made again", () => {
    const found = answers(
      `mkdir b; printf 'FROM fedora\\nENV G=hello\\nRUN echo $G > /greeting\\nCOPY note /etc/note\\nWORKDIR /srv\\nCMD ["cat", "/greeting"]\\n' > b/Containerfile; echo note > b/note`,
      "podman build -t built b",
      "podman build -t built b | grep -c 'Using cache'",
      "podman run --rm built; podman run --rm built pwd; podman run --rm built cat /etc/note",
      "echo other > b/note; podman build -t built b | grep -c 'Using cache'; podman run --rm built cat /etc/note",
      "printf 'FROM fedora\\nRUN exit 3\\n' > b/Containerfile; podman build b",
      "printf 'RUN x\\n' > b/Containerfile; podman build b",
    );
    expect(plain(found[1]?.out ?? "").replaceAll("SHORT", "ID")).toBe(
      "STEP 1/6: FROM fedora\nSTEP 2/6: ENV G=hello\n--> ID\nSTEP 3/6: RUN echo $G > /greeting\n--> ID\nSTEP 4/6: COPY note /etc/note\n--> ID\n" +
        'STEP 5/6: WORKDIR /srv\n--> ID\nSTEP 6/6: CMD ["cat", "/greeting"]\nCOMMIT built\n--> ID\nSuccessfully tagged localhost/built:latest\nID\n',
    );
    expect(found.slice(2, 5).map(({ out }) => out)).toEqual(["5\n", "hello\n/srv\nnote\n", "2\nother\n"]);
    expect(found[5]).toMatchObject({ exit: 3, err: 'Error: building at STEP "RUN exit 3": while running runtime: exit status 3\n' });
    expect(found[6]).toMatchObject({ exit: 125, err: "Error: no FROM statement found\n" });
  }, 60_000);
});

describe("a toolbox", () => {
  test("shares home and user, and has a system of its own", () => {
    const found = answers(
      "toolbox create",
      "toolbox create -y",
      "toolbox create",
      "toolbox run sh -c 'id -un; hostname; . /etc/os-release; echo $VARIANT_ID; echo hi > ~/from-inside; sudo id -un'",
      "cat ~/from-inside",
      "toolbox run sh -c 'sudo touch /usr/made && ls /usr/made; sudo touch /run/host/usr/x; sudo touch /run/host/etc/x'; ls /usr/made",
      "toolbox run nosuch",
      "toolbox rm fedora-toolbox-43; toolbox rm nosuch; toolbox rm",
      "toolbox run -c nosuch true",
    );
    expect(found[0]).toEqual({
      out: "",
      err: "Error: image required to create Toolbx container.\nUse option '--assumeyes' to download the image.\nRun 'toolbox --help' for usage.\n",
      exit: 1,
    });
    expect(found[1]).toEqual({ out: "Created container: fedora-toolbox-43\nEnter with: toolbox enter\n", err: "", exit: 0 });
    expect(found[2]?.err).toBe(
      "Error: container fedora-toolbox-43 already exists\nEnter with: toolbox enter\nRun 'toolbox --help' for usage.\n",
    );
    expect(found[3]?.out).toBe("learner\ntoolbx\ntoolbx\nroot\n");
    expect(found[4]?.out).toBe("hi\n");
    expect(found[5]?.out).toBe("/usr/made\n");
    expect(found[5]?.err).toBe(
      "touch: cannot touch '/run/host/usr/x': Read-only file system\ntouch: cannot touch '/run/host/etc/x': Permission denied\nls: cannot access '/usr/made': No such file or directory\n",
    );
    expect(found[6]).toMatchObject({ err: "Error: command nosuch not found in container fedora-toolbox-43\n", exit: 127 });
    expect(found[7]?.err).toBe(
      "Error: container fedora-toolbox-43 is running\nError: failed to inspect container nosuch\nError: missing argument for \"rm\"\nRun 'toolbox --help' for usage.\n",
    );
    expect(found[8]?.err).toBe(
      "Error: container nosuch not found\nUse the 'create' command to create a Toolbx.\nRun 'toolbox --help' for usage.\n",
    );
  }, 60_000);

  test("keeps what is installed in it through reboot, upgrade and rollback, and takes only that with it", () => {
    const there = "toolbox run sh -c 'command -v htop'; command -v htop";
    const found = answers(
      "toolbox create -y > /dev/null",
      "toolbox run sudo dnf install -y htop > /dev/null 2>&1",
      there,
      ":reboot",
      there,
      "rpm-ostree upgrade > /dev/null",
      ":reboot",
      there,
      "sudo rpm-ostree rollback > /dev/null",
      ":reboot",
      there,
      "echo mine > ~/mine; podman stop -t 0 fedora-toolbox-43 > /dev/null; toolbox rm fedora-toolbox-43",
      "toolbox create -y > /dev/null; toolbox run sh -c 'command -v htop; cat ~/mine'",
    );
    const seen = found.map(({ out }) => out).filter((out) => out !== "");
    expect(seen.slice(0, 4)).toEqual(Array.from({ length: 4 }, () => "/usr/sbin/htop\n"));
    expect(seen.at(-1)).toBe("mine\n");
  }, 120_000);

  test("that the power interrupts on its way is made by the next try, whole", () => {
    for (const writes of [1, 3, 6, 10, 14, 19, 25, 32, 40]) {
      const found = answers(
        `:power-cut after ${writes} writes`,
        "toolbox create -y",
        "podman rm fedora-toolbox-43 > /dev/null 2>&1; toolbox create -y > /dev/null 2>&1; toolbox run id -un",
        "cd ~/.local/share/containers/storage; ls overlay | grep -v '^l$' > /tmp/there; grep -o '\"id\":\"[0-9a-f]*' overlay-layers/layers.json | cut -c7- | sort > /tmp/listed; diff /tmp/there /tmp/listed && grep -c incomplete overlay-layers/layers.json; podman ps -a --format {{.Names}}",
      );
      expect([writes, found.at(-2)?.out, found.at(-1)?.out]).toEqual([writes, "learner\n", "0\nfedora-toolbox-43\n"]);
    }
  }, 240_000);
});

test("a distrobox is any system with one's home in it, once the package is there", () => {
  const found = answers(
    "distrobox list",
    "sudo rpm-ostree install -A -y distrobox > /dev/null 2>&1",
    "distrobox create -Y -n deb -i docker.io/library/debian:13 2> /dev/null",
    "distrobox enter deb -- sh -c 'id -un; cat /etc/debian_version; echo here > ~/from-debian; touch /usr/x' 2>&1 | tail -n 3; cat ~/from-debian",
    "sudo distrobox list",
    "distrobox rm -f deb 2>&1; distrobox list",
    "distrobox enter deb",
  );
  expect(found[0]).toMatchObject({ exit: 127 });
  expect(found[2]?.out).toBe("distrobox enter deb\n\n");
  expect(found[3]?.out).toBe("learner\n13.2\ntouch: cannot touch '/usr/x': Permission denied\nhere\n");
  expect(found[4]?.err).toBe("Running distrobox-list as sudo is not supported.\n try instead running:\n\tdistrobox-list --root \n");
  expect(found[5]?.out).toBe(
    "Stopping container deb\ndeb\nID           | NAME                 | STATUS                         | IMAGE                         \n",
  );
  expect(found[6]).toMatchObject({ exit: 1, err: "Error: no such container deb\nCannot find container deb\n" });
}, 60_000);
