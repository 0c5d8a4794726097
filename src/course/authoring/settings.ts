/** `course.yaml` and `track.yaml`: what a lesson has from the folders that it lies in. */
import type { z } from "zod";
import type { Lesson, LessonMachine } from "../lesson.ts";
import { normalise } from "./outline.ts";
import { Problems, type Problem } from "./problem.ts";
import { courseFile, trackFile } from "./schema.ts";
import { validate } from "./validate.ts";
import { YamlText } from "./yaml-text.ts";

/** What a lesson need not say, since its track or course did. */
export interface Settings {
  readonly machine?: LessonMachine;
  readonly level?: Lesson["level"];
  readonly licence?: string;
  readonly language?: string;
}

export interface Course extends Settings {
  readonly title: string;
  readonly tracks: readonly string[];
}

export interface Track extends Settings {
  readonly title: string;
  readonly summary: string;
  /** Folders of lessons in the order of the track; others come after them. */
  readonly lessons: readonly string[];
}

export interface Read<Value> {
  readonly value: Value | undefined;
  readonly problems: readonly Problem[];
}

/** `course.yaml`; `file` is its path, for messages. */
export function readCourse(file: string, text: string): Read<Course> {
  const { value, problems } = readFile(courseFile, file, text);
  return { value: value && { title: value.title, tracks: value.tracks, ...settingsOf(value) }, problems };
}

/** `track.yaml`. */
export function readTrack(file: string, text: string): Read<Track> {
  const { value, problems } = readFile(trackFile, file, text);
  return { value: value && { title: value.title, summary: value.summary, lessons: value.lessons ?? [], ...settingsOf(value) }, problems };
}

function readFile<Schema extends z.ZodType>(schema: Schema, file: string, text: string): Read<z.infer<Schema>> {
  const problems = new Problems(file);
  const value = validate(schema, new YamlText(normalise(text), 1, problems), problems);
  return { value, problems: problems.list };
}

interface Written {
  readonly machine?: string | { readonly name: string; readonly [key: string]: unknown } | undefined;
  readonly level?: Lesson["level"] | undefined;
  readonly licence?: string | undefined;
  readonly language?: string | undefined;
}

/** The settings among what a file says; nothing for those that it leaves out. */
export function settingsOf({ machine, level, licence, language }: Written): Settings {
  return {
    ...(machine === undefined ? {} : { machine: typeof machine === "string" ? { name: machine } : (machine as LessonMachine) }),
    ...(level === undefined ? {} : { level }),
    ...(licence === undefined ? {} : { licence }),
    ...(language === undefined ? {} : { language }),
  };
}
