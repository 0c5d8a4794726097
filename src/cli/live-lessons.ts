/**
 * What `npm start` serves besides files, for who writes lessons: the page is told where to listen, and hears of each lesson that was
 * changed on disk, or of what is wrong with it. The site itself has nothing of it.
 */
import { readFileSync, watch, type FSWatcher } from "node:fs";
import type { ServerResponse } from "node:http";
import { join } from "node:path";
import type { Rewritten } from "../course/lesson-index.ts";
import { LESSONS, lessonTexts } from "./lesson-texts.ts";

/** The page's first file, with where to listen in it. */
const PAGES = ["", "index.html"];
/** Below the site; an event stream of `Rewritten`. */
const STREAM = "lessons-live";
/** An editor writes a file in several strokes. */
const QUIET_MILLISECONDS = 60;

export class LiveLessons {
  readonly #dist: string;
  readonly #root: string;
  readonly #listeners = new Set<ServerResponse>();
  readonly #watcher: FSWatcher;
  /** Lessons as they were when the site was built, as JSON. */
  #built: Readonly<Record<string, string>>;
  #news: Rewritten = { lessons: {}, errors: [] };
  #due: ReturnType<typeof setTimeout> | undefined;

  /** `dist`: the built site; `root`: the course that it was built from. */
  constructor(dist: string, root = LESSONS) {
    this.#dist = dist;
    this.#root = root;
    this.#built = Object.fromEntries(Object.entries(lessonTexts(root).lessons).map(([id, lesson]) => [id, JSON.stringify(lesson)]));
    this.#watcher = watch(root, { recursive: true }, () => {
      clearTimeout(this.#due);
      this.#due = setTimeout(() => this.#read(), QUIET_MILLISECONDS);
    });
  }

  /** An `Answerer`. */
  readonly answer = (path: string, response: ServerResponse): boolean => {
    if (path === STREAM) this.#listen(response);
    else if (PAGES.includes(path)) this.#page(response);
    else return false;
    return true;
  };

  close(): void {
    clearTimeout(this.#due);
    this.#watcher.close();
  }

  #page(response: ServerResponse): void {
    const html = readFileSync(join(this.#dist, "index.html"), "utf8");
    response
      .writeHead(200, { "content-type": "text/html; charset=utf-8", "cache-control": "no-cache" })
      .end(html.replace("</head>", `<meta name="lessons-live" content="${STREAM}" /></head>`));
  }

  #listen(response: ServerResponse): void {
    response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-cache" });
    response.flushHeaders();
    this.#listeners.add(response);
    response.on("close", () => this.#listeners.delete(response));
    if (Object.keys(this.#news.lessons).length + this.#news.errors.length > 0) this.#tell(response);
  }

  #tell(response: ServerResponse): void {
    response.write(`data: ${JSON.stringify(this.#news)}\n\n`);
  }

  #read(): void {
    const { lessons, errors } = lessonTexts(this.#root);
    const told = { ...this.#news.lessons };
    const changed = Object.entries(lessons).filter(([id, lesson]) => id in told || JSON.stringify(lesson) !== this.#built[id]);
    this.#news = { lessons: Object.fromEntries(changed), errors };
    for (const listener of this.#listeners) this.#tell(listener);
  }
}
