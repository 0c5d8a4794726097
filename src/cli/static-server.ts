/** A plain static file server: what any web host does, and nothing that the site could come to lean on (no CORS, no isolation headers, no fallback page). */
import { createReadStream, statSync } from "node:fs";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, normalize } from "node:path";

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".txt": "text/plain; charset=utf-8",
  ".webmanifest": "application/manifest+json",
};

export interface StaticServer {
  /** Ends with a slash. */
  readonly url: string;
  close(): Promise<void>;
}

/** Answers a request before the files are asked; false for one that it leaves to them. `path`: below the site, "" for its first page. */
export type Answerer = (path: string, response: ServerResponse) => boolean;

/** Serves the files below `root` at the path `base` (begins and ends with a slash). Port 0 takes a free one; rejects with EADDRINUSE when the port is taken. */
export async function serveStatic(
  root: string,
  options: { readonly port?: number; readonly base?: string; readonly host?: string; readonly first?: Answerer } = {},
): Promise<StaticServer> {
  const { port = 0, base = "/", host = "127.0.0.1", first = () => false } = options;
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? "/", "http://host").pathname);
    if (path.startsWith(base) && first(path.slice(base.length), response)) return;
    const file = path.startsWith(base) ? fileAt(root, path.slice(base.length)) : undefined;
    if (file === undefined) {
      response.writeHead(404, { "content-type": "text/plain" }).end("Not found\n");
      return;
    }
    const { size, mtimeMs } = statSync(file);
    const etag = `"${size.toString(36)}-${Math.round(mtimeMs).toString(36)}"`;
    const headers = { "content-type": TYPES[extname(file)] ?? "application/octet-stream", "cache-control": "no-cache", etag };
    const isKnown = request.headers["if-none-match"] === etag;
    response.writeHead(isKnown ? 304 : 200, isKnown ? { etag } : { ...headers, "content-length": size });
    if (isKnown || request.method === "HEAD") response.end();
    else createReadStream(file, { highWaterMark: 1 << 20 }).pipe(response);
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, resolve);
  });
  const address = server.address() as AddressInfo;
  return {
    url: `http://${host === "127.0.0.1" ? "localhost" : host}:${address.port}${base}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** The file that a request names, "index.html" for a directory; undefined when there is none or it lies outside. */
function fileAt(root: string, path: string): string | undefined {
  const inside = normalize(`/${path}`);
  const file = join(root, inside.endsWith("/") ? `${inside}index.html` : inside);
  return statSync(file, { throwIfNoEntry: false })?.isFile() ? file : undefined;
}
