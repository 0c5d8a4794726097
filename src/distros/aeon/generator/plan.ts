/** MicroOS as a desktop. @simplified Of the desktop only what people call from a terminal; os-release as remembered. */
import { madeOfMicroOs } from "../../microos/generator/made-of.ts";

export const plan = madeOfMicroOs({ name: "aeon", folder: new URL(".", import.meta.url), title: "Aeon", identity: "Aeon-release" });
