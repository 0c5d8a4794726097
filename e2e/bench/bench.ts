/** `npm run bench [NAME…]`: ratios, each measured in one run against its unit. Needs a built dist/ for the page. */
import { files } from "./files.ts";
import { pageToPrompt } from "./page-to-prompt.ts";
import { worlds } from "./worlds.ts";

const BENCHES: Readonly<Record<string, () => Promise<void> | void>> = { page: pageToPrompt, files, worlds };

const wanted = process.argv.slice(2);
for (const [name, bench] of Object.entries(BENCHES)) if (wanted.length === 0 || wanted.includes(name)) await bench();
