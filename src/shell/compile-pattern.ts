/** The engine behind `=~`. A file of its own, so that what a shell starts from does not import it. */
import { Pattern } from "../base/posix-pattern.ts";
import { Resource } from "../machine/resource.ts";
import type { CompilePattern } from "./shell.ts";

export const compilePattern: CompilePattern = (source, ignoreCase, bytes) =>
  Pattern.compile(source, { syntax: "extended", ignoreCase, bytes });

/** Where nothing comes late. */
export const patterns = Resource.of("patterns", compilePattern);
