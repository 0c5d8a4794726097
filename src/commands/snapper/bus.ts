/** Whether snapperd can be reached, which does the work for whoever calls snapper. */
import { exists } from "../../machine/read-text.ts";
import type { Sys } from "../../vfs/sys.ts";

/** The socket of the system's bus, or what would have made it. @simplified No socket is made at boot. */
const SOCKET = ["/run/dbus/system_bus_socket"];
const STARTED = ["/usr/lib/systemd/system/dbus.socket", "/run/systemd/system"];

export function hasBus(sys: Sys): boolean {
  return [SOCKET, STARTED].some((paths) => paths.every((path) => exists(sys, path)));
}
