/** The worker's end: one lab per worker, called through Comlink. */
import { expose } from "comlink";
import { LabHost } from "./lab-host.ts";
import { labFactory } from "./lab-factory.ts";

expose(new LabHost(labFactory));
