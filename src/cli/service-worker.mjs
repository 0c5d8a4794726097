/**
 * The site's service worker. It serves the files of one build, all of them or none, and nothing else: not the embed, not frozen versions
 * below the site, not what other addresses have.
 *
 * An open page is never given files of two builds: a newer worker waits until no page of the older is open, or the only one is reloaded.
 */

/** Put there when the site is built: paths below the scope, and a name that changes with their contents. */
const FILES = new Set(["FILES"]);
const BUILD = "BUILD";

const scope = self.registration.scope;
const prefix = `immutable-lab ${scope} `;
const cacheName = prefix + BUILD;

self.addEventListener("install", (event) => {
  const requests = [...FILES].map((path) => new Request(new URL(path, scope), { cache: "no-cache" }));
  event.waitUntil(caches.open(cacheName).then((cache) => cache.addAll(requests)));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(takeOver());
});

/** Drops the older build; with none before, the pages of the first visit are served from now on, too. */
async function takeOver() {
  const others = (await caches.keys()).filter((name) => name.startsWith(prefix) && name !== cacheName);
  await Promise.all(others.map((name) => caches.delete(name)));
  if (others.length === 0) await self.clients.claim();
}

self.addEventListener("message", ({ data }) => {
  if (data === "take over") void self.skipWaiting();
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const path = pathOf(request.url);
  if (request.method === "GET" && FILES.has(path)) event.respondWith(answer(request, path));
});

/** @param {string} url */
function pathOf(url) {
  const { origin, pathname } = new URL(url);
  const address = origin + pathname;
  if (!address.startsWith(scope)) return "";
  const path = decodeURIComponent(address.slice(scope.length));
  return path === "" || path.endsWith("/") ? `${path}index.html` : path;
}

/**
 * @param {Request} request
 * @param {string} path
 */
async function answer(request, path) {
  const { waiting } = self.registration;
  // A reload asks for what it has to be validated; the page that it replaces is still counted, one that is being opened is not yet.
  const isReload = request.mode === "navigate" && request.cache === "no-cache";
  if (isReload && waiting && (await self.clients.matchAll()).length < 2) {
    waiting.postMessage("take over");
    return new Response("", { headers: { Refresh: "0" } });
  }
  const cache = await caches.open(cacheName);
  return (await cache.match(new URL(path, scope))) ?? fetch(request);
}
