/** `npm start`: serves dist/ and prints the address; lessons that are edited meanwhile show at once. PORT and HOST choose another address. */
import { fileURLToPath } from "node:url";
import { LiveLessons } from "./live-lessons.ts";
import { serveStatic, type StaticServer } from "./static-server.ts";

const FIRST_PORT = 4173;
const dist = fileURLToPath(new URL("../../dist", import.meta.url));
const wanted = process.env["PORT"];
const host = process.env["HOST"] ?? "127.0.0.1";

const { answer: first } = new LiveLessons(dist);

/** The wanted port or an error; without a wish the first free one from 4173. */
async function serve(): Promise<StaticServer> {
  if (wanted !== undefined) return serveStatic(dist, { port: Number(wanted), host, first });
  for (let port = FIRST_PORT; ; port++) {
    try {
      return await serveStatic(dist, { port, host, first });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EADDRINUSE" || port > FIRST_PORT + 20) throw error;
    }
  }
}

const server = await serve();
console.log(`\nImmutable Lab is at ${server.url}\nCtrl-C ends it.`);
