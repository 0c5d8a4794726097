/** Once the page has been at rest for a while, the site is kept for times without a network. An embed never is: see no-offline.ts. */

/** Long after the prompt is there, and all programs behind it. */
const REST_MS = 5000;

/** Asks for nothing where the visitor wishes to save data, and does without where a browser keeps nothing. */
export function keepOffline(): void {
  const { connection } = navigator as { connection?: { readonly saveData?: boolean } };
  if (connection?.saveData === true || window !== window.top) return;
  setTimeout(() => void register(), REST_MS);
}

async function register(): Promise<void> {
  try {
    await navigator.serviceWorker.register("./service-worker.js");
  } catch {
    // Blocked storage, a plain http address, an old browser: the page works as before.
  }
}
