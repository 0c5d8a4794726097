/** In the embed: the site that shows it decides what is kept. */
export function keepOffline(): Promise<void> {
  return Promise.resolve();
}
