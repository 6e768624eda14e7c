// @ts-check

/**
 * The service worker: the page's own files, for when there is no network.
 * The network comes first, so that nobody runs an old page, but for the bundle,
 * whose files never change; what is below api/ and socket/ is never touched.
 */

const CACHE = "notewire shell";
/** The bundle, as bundle.mjs names it here. @type {string[]} */
const FILES = [];
/** Longer than this the network may not keep anybody waiting. */
const PATIENCE_MS = 4_000;
/** @type {any} */
const worker = globalThis;
const scope = new URL(worker.registration.scope);
const bundle = FILES.map((name) => new URL(name, scope).href);

worker.addEventListener("install", () => worker.skipWaiting());
worker.addEventListener("activate", (/** @type {any} */ event) => event.waitUntil(worker.clients.claim()));
worker.addEventListener("message", (/** @type {any} */ event) => event.waitUntil(keepAll(event.data.keep)));
worker.addEventListener("fetch", (/** @type {any} */ event) => {
	const { request } = event;
	const url = new URL(request.url);

	if (request.method === "GET" && url.origin === scope.origin && url.pathname.startsWith(scope.pathname)
		&& !/^(api|socket)(\/|$)/.test(url.pathname.slice(scope.pathname.length)))
		event.respondWith(answer(request));
});

/**
 * Keeps the page whole: the bundle and what else it has loaded.  What is left of
 * another bundle goes once all of that is there.
 * @param {string[]} addresses	what the page itself is, and its icons
 */
async function keepAll(addresses) {
	const cache = await caches.open(CACHE);
	const there = (await cache.keys()).map(({ url }) => url);

	await Promise.all([...addresses, ...bundle.filter((address) => !there.includes(address))]
		.map((address) => cache.add(address)));
	await Promise.all(there.filter((address) => !addresses.includes(address) && !bundle.includes(address))
		.map((address) => cache.delete(address)));
}

/** @param {Request} request */
async function answer(request) {
	const cache = await caches.open(CACHE);
	const kept = await cache.match(request, { ignoreSearch: true });
	if (kept && bundle.includes(request.url))
		return kept;
	/** @type {ReturnType<typeof setTimeout> | undefined} */
	let timer;

	try {
		const fresh = fetch(request);
		const late = new Promise((resolve) => {
			timer = setTimeout(resolve, PATIENCE_MS, kept);
		});
		const got = await (kept ? Promise.race([fresh, late]) : fresh);
		if (got !== kept && got.ok && got.type === "basic")
			await cache.put(request, got.clone());
		return got.status < 500 || !kept ? got : kept;
	} catch (error) {
		if (kept)
			return kept;
		throw error;
	} finally {
		clearTimeout(timer);
	}
}
