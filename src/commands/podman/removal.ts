/** Taking a container away, with the words for one that does not want to stop. */
import { stop } from "../../engines/containers/lifecycle.ts";
import type { Container } from "../../engines/containers/library.ts";
import type { Podman } from "../../engines/containers/podman.ts";
import type { Run } from "../../machine/program.ts";
import { isoTime } from "../../base/calendar.ts";

/** A line of podman's log, as it goes to standard error. */
export function warning(podman: Podman, message: string): string {
  return `time="${isoTime(podman.proc.now().sec)}" level=warning msg=${JSON.stringify(message)}\n`;
}

/** Stops, and warns when that took more than a word. */
export function* stopContainer(podman: Podman, container: Container, seconds: number): Run<void> {
  if (yield* stop(podman, container, seconds))
    yield* podman.proc.printError(
      warning(podman, `StopSignal SIGTERM failed to stop container ${container.config.name} in ${seconds} seconds, resorting to SIGKILL`),
    );
}

/** Stops it when it runs, and removes it with its layer. */
export function* removeContainer(podman: Podman, container: Container, seconds: number): Run<void> {
  if (podman.library.processOf(container.config.id) !== undefined) yield* stopContainer(podman, container, seconds);
  // With --rm it is gone by now.
  if (podman.library.recorded(container.config.id) !== undefined) podman.remove(container.config.id);
}
