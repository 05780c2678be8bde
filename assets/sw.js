// The service worker: opens snug without network, by the files of one build that it keeps. Where browsers have none, as on
// plain http, the client works all the same and only cannot be opened while the server is out of reach.
//
// Absent: what anybody said. Only the page and what lies under /assets/ is kept here, never /api, /ws or a file.

/** @type {any} */
const worker = self;

/** The build whose files this worker keeps. */
const HOME = '/assets/BUILDHASH/';
const CACHE = 'snug-BUILDHASH';

/** What a start needs, below `HOME`: build.rs puts it in. */
const FIRST = ['FIRSTLOAD'];

/** The one page. */
const PAGE = '/';

/** How long the network may take before the page that is kept is shown, in milliseconds. */
const NETWORK_MS = 2500;

/** How many builds are kept: this one, and the one before for the pages of it that still stand open. */
const BUILDS_MAX = 2;

worker.addEventListener('install', (/** @type {any} */ event) => event.waitUntil(install()));
worker.addEventListener('activate', (/** @type {any} */ event) => event.waitUntil(activate()));
worker.addEventListener('fetch', (/** @type {any} */ event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== 'GET' || origin !== worker.location.origin) return;
  if (request.mode === 'navigate' && pathname === PAGE) event.respondWith(page(request));
  else if (pathname.startsWith('/assets/')) event.respondWith(asset(event, pathname));
});

worker.addEventListener('notificationclick', (/** @type {any} */ event) => {
  event.notification.close();
  event.waitUntil(lead(event.notification.data));
});

/** Shows the place that a notice is about: in a page that stands open, or in a new one. @param {string} place such as `#7/12` */
async function lead(place) {
  const [page] = await worker.clients.matchAll({ type: 'window' });
  if (!page) return worker.clients.openWindow(PAGE + place);
  await page.focus();
  return page.navigate(PAGE + place);
}

/** Takes in the whole first load, or nothing of it: a page of another build would not find its files here. */
async function install() {
  const cache = await caches.open(CACHE);
  const page = await fetch(PAGE);
  if (!page.ok || !(await page.clone().text()).includes(HOME)) throw new Error('The server has changed meanwhile.');
  await cache.addAll(FIRST.map((path) => HOME + path));
  await cache.put(PAGE, page);
  await worker.skipWaiting();
}

/** From here on this build is in use: what older ones have kept goes. */
async function activate() {
  // In the order in which they were made.
  const builds = (await caches.keys()).filter((name) => name.startsWith('snug-') && name !== CACHE);
  await Promise.all(builds.slice(0, Math.max(0, builds.length + 1 - BUILDS_MAX)).map((name) => caches.delete(name)));
  await worker.clients.claim();
}

/** @param {string | Request} request @returns {Promise<Response | undefined>} what this build keeps */
const kept = async (request) => (await caches.open(CACHE)).match(request, { ignoreVary: true });

/** The page of the server, if it answers in time; else the one that is kept. @param {Request} request @returns {Promise<Response>} */
async function page(request) {
  const fresh = fetch(request);
  const late = new Promise((resolve) => setTimeout(resolve, NETWORK_MS));
  const answer = await Promise.race([fresh, late]).catch(() => undefined);
  // Whoever stands in between while the server starts says 502 or 503.
  if (answer && answer.status < 500) return answer;
  return (await kept(PAGE)) ?? fresh;
}

/** A file under a path with a build's hash: it never changes. @param {any} event @param {string} pathname @returns {Promise<Response>} */
async function asset(event, pathname) {
  const { request } = event;
  const held = await caches.match(request, { ignoreVary: true });
  if (held) return held;
  const answer = await fetch(request);
  if (answer.ok && pathname.startsWith(HOME)) {
    const copy = answer.clone();
    const cache = await caches.open(CACHE);
    // Where there is no room for it, it is fetched again next time.
    event.waitUntil(cache.put(request, copy).catch(() => {}));
  }
  return answer;
}
