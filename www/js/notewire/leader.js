// @ts-check

/**
 * A core in the tab that holds a lock; the others talk to it by a channel.
 * Who does not hear from it in time takes its lock.
 *
 * @import { CoreOptions } from "./core.js"
 */

import { clock } from "./clock.js";
import { Hub } from "./hub.js";
import { randomId } from "./id.js";

const WATCH_MS = 5_000;

export class Leader {
	/** @type {Hub | null} */
	#hub = null;
	#id = randomId();
	#heardAt = clock.now();
	#over = false;
	/** @type {() => void} */
	#release = () => {};
	#options;
	#hear;
	#name;
	#channel;

	/**
	 * @param {CoreOptions} options
	 * @param {(message: any) => void} hear
	 */
	constructor(options, hear) {
		this.#options = options;
		this.#hear = hear;
		this.#name = `notewire ${JSON.stringify(options)}`;
		this.#channel = new BroadcastChannel(this.#name);
		this.#channel.onmessage = ({ data }) => this.#take(data);
		this.#ask({});
		this.#send({ from: this.#id, method: "attach" });
		this.#watch();
	}

	/** @param {string} method @param {any} [arg] */
	call(method, arg) {
		if (this.#hub)
			this.#hub.call(this.#id, method, arg);
		else
			this.#send({ from: this.#id, method, arg });
		if (method !== "close")
			return;
		this.#over = true;
		this.#release();
		this.#channel.close();
	}

	/** @param {any} message */
	#send(message) {
		this.#channel.postMessage(message);
	}

	/** @param {any} data */
	#take({ to, from, message, method, arg }) {
		if (to === this.#id || to === "all") {
			this.#heardAt = clock.now();
			if (to === "all")
				this.#send({ from: this.#id, method: "attach" });
			else if (message)
				this.#hear(message);
		} else if (this.#hub && method === "ping") {
			this.#send({ to: from });
		} else if (this.#hub && method === "attach") {
			this.#hub.attach(from, (answer) => this.#send({ to: from, message: answer }));
		} else {
			this.#hub?.call(from, method, arg);
		}
	}

	/** @param {LockOptions} how */
	#ask(how) {
		navigator.locks.request(this.#name, how, () => this.#lead()).catch(() => {
			/* it was taken away, as from one that slept */
			this.#hub?.call(this.#id, "rest", "asleep");
			this.#hub = null;
			if (!this.#over)
				this.#ask({});
		});
	}

	#lead() {
		if (this.#over)
			return undefined;
		this.#hub = new Hub(this.#options, clock);
		this.#hub.attach(this.#id, this.#hear);
		this.#send({ to: "all" });
		return /** @type {Promise<void>} */ (new Promise((resolve) => {
			this.#release = resolve;
		}));
	}

	#watch() {
		clock.set(() => {
			if (this.#over)
				return;
			if (!this.#hub && clock.now() - this.#heardAt > 2 * WATCH_MS) {
				this.#heardAt = clock.now();
				this.#ask({ steal: true });
			}
			this.#send({ from: this.#id, method: "ping" });
			this.#watch();
		}, WATCH_MS);
	}
}
