// @ts-check

/**
 * One connection a browser: the core lives in a SharedWorker, else in the tab
 * that holds a lock.
 *
 * @import { Post } from "./client.js"
 * @import { CoreOptions } from "./types.js"
 */

import { clock } from "./clock.js";
import { htmlfile } from "./htmlfile.js";
import { lead } from "./leader.js";
import { sinkOf } from "./messages.js";

const PATIENCE_MS = 3_000;
const WORKER = new URL("worker.js", import.meta.url).href;
/** One for all clients: its name is taken then. @type {any} */
let policy;

/**
 * @param {CoreOptions} options
 * @param {(message: any) => void} hear
 * @returns {Promise<Post>}	rejects where tabs cannot share
 */
export async function share(options, hear) {
	return answered(worker, options, hear).catch(() => answered(lead, options, hear));
}

/**
 * Once somebody says hello.  A later one is from a core that knows nothing.
 * @param {(options: CoreOptions, hear: (message: any, ports: readonly MessagePort[]) => void) => Post} way
 * @param {CoreOptions} options
 * @param {(message: any) => void} hear
 * @returns {Promise<Post>}
 */
function answered(way, options, hear) {
	return new Promise((resolve, reject) => {
		let greeted = false;
		const post = way(options, (message, [port]) => {
			if (message.type === "frame")
				frame(message.link, port);
			else if (message.type !== "hello")
				hear(message);
			else if (greeted)
				hear({ type: "fresh" });
			else
				resolve(post);
			greeted = true;
		});
		clock.set(() => {
			if (!greeted)
				post("close");
			reject(new Error("nobody answers"));
		}, PATIENCE_MS);
	});
}

/** @param {CoreOptions} options @param {(message: any, ports: readonly MessagePort[]) => void} hear @returns {Post} */
function worker(options, hear) {
	policy ??= Reflect.get(globalThis, "trustedTypes")?.createPolicy("notewire", { createScriptURL: () => WORKER });
	const { port } = new SharedWorker(policy?.createScriptURL("") ?? WORKER, { type: "module", name: "notewire" });

	port.onmessage = ({ data, ports }) => hear(data, ports);
	port.postMessage({ method: "attach", arg: options });
	return (method, arg) => port.postMessage({ method, arg });
}

/** The forever frame of a core that has no document. @param {any} link @param {MessagePort} port */
function frame(link, port) {
	const stop = new AbortController();

	port.onmessage = () => stop.abort();
	htmlfile({ ...link, clock }, sinkOf(port), stop.signal);
}
