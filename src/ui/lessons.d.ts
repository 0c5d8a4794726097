/** What lessons there are. */
declare module "virtual:lessons" {
  const index: import("../course/lesson-index.ts").LessonIndex;
  export default index;
}

/** Functions that fetch a lesson, by its id, or a translation, by `id.language`. */
declare module "virtual:lessons/load" {
  const load: Readonly<Record<string, () => Promise<{ readonly default: import("../course/lesson.ts").Lesson }>>>;
  export default load;
}
