// @ts-check

/**
 * Makes the page open without a network, where browsers allow that: on https
 * and on this machine itself.  Elsewhere what is written is kept all the
 * same, and the page needs the network only to be opened.
 * @param {Promise<unknown>} loaded	when the page has what it needs first: the
 *	worker then keeps all of it, and takes no turn before
 */
export async function keepForOffline(loaded) {
	if (!("serviceWorker" in navigator))
		return;
	/* A name of its own, where a policy of that name exists already. */
	const policy = Reflect.get(globalThis, "trustedTypes")?.createPolicy("notewire-shell",
		{ createScriptURL: () => new URL("shell.js", document.baseURI).href });

	await navigator.serviceWorker.register(policy?.createScriptURL("") ?? "shell.js", { type: "module" });
	const [{ active }] = await Promise.all([navigator.serviceWorker.ready, loaded]);
	active?.postMessage({ keep: [".", "icon.svg"].map((name) => new URL(name, document.baseURI).href) });
}
