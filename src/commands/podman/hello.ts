/** What the image quay.io/podman/hello runs. */
import type { Command } from "../command.ts";
import { stdout } from "../output.ts";

export const helloWorld: Command = {
  name: "podman_hello_world",
  package: "podman",
  style: "raw",
  usage: ["podman_hello_world"],
  about: "Greets from a container.",
  options: [],
  simplified: "the greeting without its picture and its links",
  *run(proc) {
    yield* stdout(proc).print("!... Hello Podman World ...!\n");
    return 0;
  },
};
