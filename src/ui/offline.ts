/** Keeps the site for times without a network. An embed never is: see no-offline.ts. */

/** Asks for nothing where the visitor wishes to save data, and does without where a browser keeps nothing. */
export async function keepOffline(): Promise<void> {
  const { connection } = navigator as { connection?: { readonly saveData?: boolean } };
  if (connection?.saveData === true || window !== window.top) return;
  try {
    await navigator.serviceWorker.register("./service-worker.js");
  } catch {
    // Blocked storage, a plain http address, an old browser: the page works as before.
  }
}
