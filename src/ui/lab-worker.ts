/** The worker's end: one lab per worker, called through Comlink. */
import { expose } from "comlink";
import { SiteLabs } from "./lab-factory.ts";
import { LabHost } from "./lab-host.ts";
import { RunStore } from "./run-store.ts";

expose(new LabHost(new SiteLabs(), new RunStore()));
