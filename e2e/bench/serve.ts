/** Serves a directory and prints its address, until it is ended: a page's server is no part of what measures the page. */
import { serveStatic } from "../../src/cli/static-server.ts";

const server = await serveStatic(process.argv[2] ?? ".");
console.log(server.url);
