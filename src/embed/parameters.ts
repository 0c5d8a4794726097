/** What an embed is told: its address's query says what is shown and how, what is behind the # is private (`run=`, a run). */
import type { Theme } from "../ui/preferences.ts";

export type Load = "click" | "visible" | "eager";

export interface Parameters {
  readonly machine: string;
  /** Another one beside it. */
  readonly beside: string | undefined;
  readonly lesson: string | undefined;
  readonly step: string | undefined;
  readonly view: "split" | "terminal" | "picture" | "lesson";
  /** Which parts of the picture are shown; undefined: all but the words, which a button shows. */
  readonly picture: readonly string[] | undefined;
  /** Typed and entered at the start, each at a prompt. */
  readonly run: readonly string[];
  /** Typed then, and not entered. */
  readonly type: string;
  readonly load: Load;
  /** "none", "auto", or the address of a picture that is shown instead of ours. */
  readonly poster: string;
  readonly theme: Theme;
  readonly accent: string | undefined;
  /** A CSS length. */
  readonly font: string | undefined;
  /** Undefined: all. */
  readonly controls: readonly string[] | undefined;
  /** Rows and letters of the terminal, in pixels. */
  readonly terminal: { readonly rows?: number; readonly font?: number };
  readonly readonly: boolean;
  readonly persist: "none" | "session" | "local";
  readonly events: "progress" | "commands" | "none";
  /** The only origin that is listened and talked to. */
  readonly origin: string | undefined;
  readonly seed: number | undefined;
  /** One machine for all frames of a page that name the same. */
  readonly session: string | undefined;
  /** What of the address is not understood, for one line on the console. */
  readonly ignored: readonly string[];
}

const KNOWN =
  "lesson step machine view run type load poster theme accent font controls terminal readonly persist events origin seed session picture".split(
    " ",
  );
const PICTURE = ["layers", "versions", "words"];

export function readParameters(query: URLSearchParams): Parameters {
  const ignored = [...new Set(query.keys())].filter((name) => !KNOWN.includes(name));
  function oneOf<T extends string>(name: string, values: readonly [T, ...T[]], other: Readonly<Record<string, T>> = {}): T {
    const text = query.get(name);
    const value = text === null ? values[0] : (values.find((each) => each === text) ?? other[text]);
    if (value === undefined) ignored.push(`${name}=${text ?? ""}`);
    return value ?? values[0];
  }
  const seed = query.get("seed");
  const [machine = "silverblue", beside] = (query.get("machine") ?? "silverblue").split(",");
  const poster = query.get("poster") ?? "auto";
  const isPoster = /^(auto|none|data:image\/.*)$/.test(poster);
  if (!isPoster) ignored.push(`poster=${poster}`);
  const picture = query.get("picture")?.split(",") ?? [];
  const parts = picture.filter((part) => PICTURE.includes(part));
  ignored.push(...picture.filter((part) => !PICTURE.includes(part)).map((part) => `picture=${part}`));
  const terminal = Object.fromEntries((query.get("terminal") ?? "").split(",").map((part) => part.split("=")));
  const number = (text: string | undefined): number | undefined => (/^[1-9]\d?$/.test(text ?? "") ? Number(text) : undefined);
  const [rows, font] = [number(terminal["rows"] as string | undefined), number(terminal["font"] as string | undefined)];
  return {
    machine,
    beside,
    lesson: query.get("lesson") ?? undefined,
    step: query.get("step") ?? undefined,
    view: oneOf("view", ["split", "terminal", "picture", "lesson"]),
    picture: parts.length > 0 ? parts : undefined,
    run: query
      .getAll("run")
      .flatMap((text) => text.split("\n"))
      .filter((line) => line.trim() !== ""),
    type: query.get("type") ?? "",
    load: oneOf("load", ["click", "visible", "eager"]),
    poster: isPoster ? poster : "auto",
    theme: oneOf("theme", ["system", "light", "dark", "contrast"], { auto: "system" }),
    accent: query.get("accent") ?? undefined,
    font: query.get("font") ?? undefined,
    controls: query.has("controls") ? (query.get("controls") ?? "").split(",") : undefined,
    terminal: { ...(rows !== undefined && { rows }), ...(font !== undefined && { font }) },
    readonly: query.has("readonly") && query.get("readonly") !== "0",
    persist: oneOf("persist", ["none", "session", "local"]),
    events: oneOf("events", ["progress", "commands", "none"]),
    origin: query.get("origin") ?? undefined,
    seed: seed !== null && /^\d{1,9}$/.test(seed) ? Number(seed) : undefined,
    session: query.get("session")?.slice(0, 100) || undefined,
    ignored,
  };
}
