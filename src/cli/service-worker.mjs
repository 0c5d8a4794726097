/**
 * The site's service worker. It serves the files of one build, all of them or none, and nothing else: the embed, frozen versions below
 * the site and what other addresses have come from the network.
 *
 * An open page is never given files of two builds: those of a newer one are given out when no page of the older is open, or the only one
 * is reloaded. The newer worker itself takes over only when no page is open any more: where it did so under one that was loading (with
 * skipWaiting), Chromium now and then never answered what that page had just asked for.
 */

/** Put there when the site is built: paths below the scope, and a name that changes with their contents. */
const FILES = new Set(["FILES"]);
const BUILD = "BUILD";

const scope = self.registration.scope;
const prefix = `immutable-lab ${scope} `;
const cacheName = prefix + BUILD;
/** In the cache of a build that is given out although its worker still waits. */
const GIVEN_OUT = new URL("given-out", scope);

self.addEventListener("install", (event) => {
  const requests = [...FILES].map((path) => new Request(new URL(path, scope), { cache: "no-cache" }));
  event.waitUntil(caches.open(cacheName).then((cache) => cache.addAll(requests)));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(takeOver());
});

/** Drops the older build; with none before, the pages of the first visit are served from now on, too. */
async function takeOver() {
  const others = (await builds()).filter((name) => name !== cacheName);
  await Promise.all(others.map((name) => caches.delete(name)));
  if (others.length === 0) await self.clients.claim();
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const path = pathOf(request.url);
  // A build that waits may have files of other names.
  if (request.method === "GET" && path !== "" && (FILES.has(path) || self.registration.waiting)) event.respondWith(answer(request, path));
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
 * The cache that is answered from; asked for once in the worker's life.
 * @type {Promise<string> | undefined}
 */
let given;

/** Of all builds that are kept, the newest that is marked so, else the worker's own. */
async function marked() {
  for (const name of await builds()) if (await caches.match(GIVEN_OUT, { cacheName: name })) return name;
  return cacheName;
}

/** Marks the newest build that has come whole. */
async function giveNewest() {
  for (const name of await builds()) {
    if (!(await caches.match(new URL("index.html", scope), { cacheName: name }))) continue;
    await (await caches.open(name)).put(GIVEN_OUT, new Response(""));
    return name;
  }
  return cacheName;
}

/** The names of their caches, the newest first. */
async function builds() {
  return (await caches.keys()).filter((name) => name.startsWith(prefix)).reverse();
}

/**
 * @param {Request} request
 * @param {string} path
 */
async function answer(request, path) {
  // A reload asks for what it has to be validated; the page that it replaces is still counted, one that is being opened is not yet.
  const isReload = FILES.has(path) && request.mode === "navigate" && request.cache === "no-cache";
  if (isReload && self.registration.waiting && (await self.clients.matchAll()).length < 2) given = giveNewest();
  given ??= marked();
  return (await caches.match(new URL(path, scope), { cacheName: await given })) ?? fetch(request);
}
