/** A run as a file on the learner's disk: the packed run itself, or its recording or transcript. */
import { unpackRun } from "../../lab/packed-run.ts";
import { BadRun } from "../../lab/run-script.ts";
import { writeRun } from "../run-link.ts";
import type { Format } from "./formats.ts";

/** `link`: what a link would have in it. */
const ENDINGS: Readonly<Partial<Record<Format, string>>> = { link: "run", recording: "cast", transcript: "txt" };

export function saveFile(text: string, format: Format, machine: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
  link.download = `${machine}.${ENDINGS[format] ?? "txt"}`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/** Opens the run as a link with it does, however long; a sentence if it is none. `home`: the page that opens it. */
export async function openFile(file: File, home: string): Promise<string> {
  try {
    const text = await file.text();
    unpackRun(text);
    location.assign(`${home}#run=${await writeRun(text)}`);
    return "";
  } catch (error) {
    if (error instanceof BadRun) return "This is not a run that was saved here.";
    throw error;
  }
}
