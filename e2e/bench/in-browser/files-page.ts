/** The page of the file bench: measures when it is asked to. */
import { measure } from "../file-operations.ts";

Object.assign(globalThis, { measureFiles: measure });
