/** Archives and compression. */
import { family } from "../family.ts";
import { gzip } from "../gzip/gzip.ts";
import { tar } from "../tar/tar.ts";

export const archives = family(() => [gzip, tar]);
