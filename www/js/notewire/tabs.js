// @ts-check

/**
 * One connection a browser: the core lives in a SharedWorker, else in the tab
 * that holds a lock, else in each tab.
 *
 * @import { Clock } from "./types.js"
 * @import { CoreOptions } from "./core.js"
 */

import { Core } from "./core.js";
import { Frames } from "./frames.js";
import { Leader } from "./leader.js";

const PATIENCE_MS = 3_000;
const WORKER = new URL("worker.js", import.meta.url).href;
/** One for all clients: its name is taken then. @type {any} */
let policy;

/** @typedef {(method: string, arg?: any) => void} Post */

/** @param {CoreOptions} options @param {(message: any) => void} hear @returns {Post} */
function worker(options, hear) {
	policy ??= Reflect.get(globalThis, "trustedTypes")?.createPolicy("notewire", { createScriptURL: () => WORKER });
	const { port } = new SharedWorker(policy?.createScriptURL("") ?? WORKER, { type: "module", name: "notewire" });

	port.onmessage = ({ data }) => hear(data);
	port.postMessage({ method: "attach", arg: options });
	return (method, arg) => port.postMessage({ method, arg });
}

/** @param {CoreOptions} options @param {(message: any) => void} hear @returns {Post} */
function locks(options, hear) {
	const leader = new Leader(options, hear);
	return (method, arg) => leader.call(method, arg);
}

/** A core that may be elsewhere; it is called as one that is here. */
export class Tabs {
	/** @type {Post | null} */
	#post = null;
	/** Until somebody answers. @type {[string, any][]} */
	#kept = [];
	/** @type {any} */
	#timer;
	#serial = 0;
	#frames = new Frames();
	#options;
	#clock;
	#hear;

	/**
	 * @param {CoreOptions} options
	 * @param {Clock} clock
	 * @param {(message: any) => void} hear
	 * @param {boolean} shared	whether tabs share one
	 */
	constructor(options, clock, hear, shared) {
		this.#options = options;
		this.#clock = clock;
		this.#hear = hear;
		this.#try(shared ? [worker, locks] : []);
	}

	/**
	 * @param {"start" | "publish" | "signal" | "wake" | "online" | "rest" | "close"} method
	 * @param {any} [arg]
	 */
	call(method, arg) {
		if (this.#post)
			this.#post(method, arg);
		else
			this.#kept.push([method, arg]);
	}

	/** @param {(typeof worker)[]} ways */
	#try([way, ...others]) {
		const serial = ++this.#serial;
		const next = () => serial === this.#serial && !this.#post && this.#try(others);

		if (!way)
			return this.#own();
		this.#timer = this.#clock.set(next, PATIENCE_MS);
		try {
			const post = way(this.#options, (message) => {
				if (serial !== this.#serial)
					return;
				if (message.type === "hello" && !this.#post)
					this.#answered(post);
				else if (message.type === "hello")
					this.#hear({ type: "fresh" });
				else if (message.type === "frame")
					this.#frames.hear(message, (said) => post("frame", said));
				else
					this.#hear(message);
			});
		} catch {
			this.#clock.clear(this.#timer);
			next();
		}
	}

	#own() {
		const core = new Core(this.#options, this.#clock, this.#hear);
		this.#answered((method, arg) => Reflect.get(core, method).call(core, arg));
	}

	/** @param {Post} post */
	#answered(post) {
		this.#clock.clear(this.#timer);
		this.#post = post;
		for (const [method, arg] of this.#kept.splice(0))
			post(method, arg);
	}
}
