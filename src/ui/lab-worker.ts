/** The worker's end: one lab per worker, called through Comlink. */
import { expose } from "comlink";
import { LabHost } from "./lab-host.ts";
import { standIn } from "./stand-in-lab.ts";

expose(new LabHost(standIn));
