/** What an embed's worker begins with, or the page itself in a browser that lets a frame have no worker. */
import type { LabHost } from "../ui/lab-host.ts";

export function work(): Promise<unknown> {
  return import("../ui/lab-worker.ts");
}

export async function openHere(): Promise<LabHost> {
  return (await import("../ui/open-here.ts")).openHere();
}
