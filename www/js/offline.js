// @ts-check

/**
 * Makes the page open without a network, where browsers allow that: on https
 * and on this machine itself.  Elsewhere what is written is kept all the
 * same, and the page needs the network only to be opened.
 */
export async function keepForOffline() {
	if (!("serviceWorker" in navigator))
		return;
	/* A name of its own, where a policy of that name exists already. */
	const policy = Reflect.get(globalThis, "trustedTypes")?.createPolicy("notewire-shell",
		{ createScriptURL: () => new URL("shell.js", document.baseURI).href });

	await navigator.serviceWorker.register(policy?.createScriptURL("") ?? "shell.js", { type: "module" });
	const { active } = await navigator.serviceWorker.ready;
	/** @param {string[]} addresses */
	const keep = (addresses) => active?.postMessage({ keep: addresses });

	keep([new URL(".", document.baseURI).href]);
	/* Also what is loaded later, but was asked for before the worker had the page. */
	new PerformanceObserver((list) => keep(list.getEntries()
		.filter((entry) => Reflect.get(entry, "workerStart") === 0).map(({ name }) => name)
		.filter((name) => !/\/(api|socket)\//.test(new URL(name).pathname)))).observe({ type: "resource", buffered: true });
}
