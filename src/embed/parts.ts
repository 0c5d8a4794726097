/**
 * How the scripts of an embed find each other. Its frame's origin is opaque, and its server sends no CORS headers: then no module comes,
 * nothing that is fetched, and no worker but one made of a blob, while classic scripts come as ever. So each chunk of the build is one call,
 * `immutableLabParts.add(name, needs, code)`, where `code` is what a CommonJS module is and `import()` is `immutableLabParts.load()` (see
 * `classicParts` in vite.config.ts).
 */
type Code = (require: (path: string) => object, exports: object) => void;

export interface Parts {
  /** Called by each script. `needs`: the scripts without which it cannot run. */
  add(name: string, needs: readonly string[], code: Code): void;
  /** What the script `path` exports, once it and all that it needs are there. Rejects when one cannot be had; may be asked again. */
  load(path: string): Promise<object>;
}

/** `bring` gets a script and runs it, so that it is added. Goes into a worker as text, so it uses nothing that is not in it. */
export function makeParts(bring: (name: string) => unknown): Parts {
  const added = new Map<string, { readonly needs: readonly string[]; readonly code: Code }>();
  const coming = new Map<string, Promise<unknown>>();
  const made = new Map<string, object>();

  async function addWhole(name: string, seen: Set<string>): Promise<void> {
    if (seen.has(name)) return;
    seen.add(name);
    const promise = coming.get(name) ?? Promise.resolve(name).then(bring);
    coming.set(name, promise);
    try {
      await promise;
    } catch (error) {
      coming.delete(name);
      throw error;
    }
    await Promise.all((added.get(name)?.needs ?? []).map((each) => addWhole(each, seen)));
  }

  function require(path: string): object {
    const name = path.replace("./", "");
    let exports = made.get(name);
    if (exports === undefined) {
      exports = {};
      made.set(name, exports);
      const part = added.get(name);
      if (part === undefined) throw new Error(`there is no ${name} in what was fetched`);
      part.code(require, exports);
    }
    return exports;
  }

  async function load(path: string): Promise<object> {
    await addWhole(path.replace("./", ""), new Set());
    return require(path);
  }

  return { add: (name, needs, code) => void added.set(name, { needs, code }), load };
}

/** The parts of a page, whose scripts lie beside the one that is running. */
export function pageParts(): Parts {
  const here = (document.currentScript as HTMLScriptElement | null)?.src;
  return makeParts(
    (name) =>
      new Promise((resolve, reject) => {
        const script = document.createElement("script");
        script.src = new URL(name, here).href;
        script.onload = resolve;
        script.onerror = () => {
          script.remove();
          reject(new Error(`${name} could not be fetched`));
        };
        document.head.append(script);
      }),
  );
}

/** A worker, and whether it is getting a script now: then it does nothing else. */
interface WorkerInParts {
  readonly worker: Worker;
  isFetching(): boolean;
}

/** A worker that begins with `work` of the script at `url`; the others lie beside it. */
export function startWorker(url: string): WorkerInParts {
  const text = `(${String(workInParts)})(${String(makeParts)}, ${JSON.stringify(url)})`;
  const worker = new Worker(URL.createObjectURL(new Blob([text], { type: "text/javascript" })));
  let isFetching = false;
  worker.addEventListener("message", ({ data }: MessageEvent<{ readonly isFetching?: boolean } | undefined>) => {
    isFetching = data?.isFetching ?? isFetching;
  });
  return { worker, isFetching: () => isFetching };
}

/** In the worker, as text. Nothing waits for the page, so no message comes before somebody hears it. */
function workInParts(make: typeof makeParts, url: string): void {
  const { importScripts } = globalThis as unknown as { importScripts(url: string): void };
  const parts = make((name) => {
    postMessage({ isFetching: true });
    try {
      importScripts(new URL(name, url).href);
    } finally {
      postMessage({ isFetching: false });
    }
  });
  Object.assign(globalThis, { immutableLabParts: parts });
  parts
    .load(url.slice(url.lastIndexOf("/") + 1))
    .then((entry) => (entry as { work(): Promise<unknown> }).work())
    // An error that the page is told of.
    .catch((error: unknown) => setTimeout(() => reportError(error)));
}
