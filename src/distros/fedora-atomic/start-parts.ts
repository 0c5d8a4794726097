/** What it takes to install a machine, to boot it, to shut it down and to put it in trouble. One that has booted does without for a while. */
import { ostreeBootEngine } from "../../engines/ostree/prepare-root.ts";
import { factoryDisk } from "./factory-disk.ts";
import { sabotage } from "./sabotage.ts";

export const startParts = { factoryDisk, ostreeBootEngine, sabotage };
