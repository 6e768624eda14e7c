// @ts-check

/**
 * Makes the page open without a network, where browsers allow that: on https
 * and on this machine itself.  Elsewhere what is written is kept all the
 * same, and the page needs the network only to be opened.  Asked for once all
 * parts are here, so that it is in nobody's way.
 */
export async function keepForOffline() {
	if (!("serviceWorker" in navigator))
		return;
	/* A name of its own, where a policy of that name exists already. */
	const policy = Reflect.get(globalThis, "trustedTypes")?.createPolicy("notewire-shell",
		{ createScriptURL: () => new URL("shell.js", document.baseURI).href });

	await navigator.serviceWorker.register(policy?.createScriptURL("") ?? "shell.js", { type: "module" });
	const { active } = await navigator.serviceWorker.ready;
	active?.postMessage({ keep: [".", "icon.svg"].map((name) => new URL(name, document.baseURI).href) });
}
