// @ts-check

/**
 * A core in the tab that holds a lock; the others talk to it by a channel.
 * Who does not hear from it in time takes its lock.
 *
 * @import { Post } from "./client.js"
 * @import { CoreOptions } from "./types.js"
 */

import { randomId } from "./bytes.js";
import { clock } from "./clock.js";
import { Hub } from "./hub.js";

const WATCH_MS = 5_000;

/**
 * @param {CoreOptions} options
 * @param {(message: any, ports: readonly MessagePort[]) => void} hear
 * @returns {Post}
 * @throws {Error}	where there are none
 */
export function lead(options, hear) {
	if (!navigator.locks)
		throw new Error("no locks");
	const id = randomId();
	const name = `notewire ${JSON.stringify(options)}`;
	const channel = new BroadcastChannel(name);
	let heardAt = clock.now();
	/** @type {Hub | null} */
	let hub = null;
	/** Not once this is closed. */
	let wanted = true;
	/** Of the lock. @type {() => void} */
	let release = () => {};
	/** @type {any} */
	let timer;

	/** @param {any} message */
	const send = (message) => channel.postMessage(message);
	/** @param {string} method @param {any} [arg] */
	const ask = (method, arg) => send({ from: id, method, arg });

	/** @returns {Promise<void>}	until the lock is let go */
	const take = () => new Promise((resolve) => {
		release = resolve;
		if (!wanted)
			return resolve();
		hub = new Hub(options, clock, true);
		hub.attach(id, (message) => hear(message, []));
		send({ to: "all" });
	});

	/** @param {LockOptions} how */
	const queue = (how) => navigator.locks.request(name, how, take).catch(() => {
		/* it was taken away, as from one that slept */
		hub?.call(id, "rest", "asleep");
		hub = null;
		if (wanted)
			queue({});
	});

	const watch = () => {
		if (!hub && clock.now() - heardAt > 2 * WATCH_MS) {
			heardAt = clock.now();
			queue({ steal: true });
		}
		ask("ping");
		timer = clock.set(watch, WATCH_MS);
	};

	channel.onmessage = ({ data: { to, from, message, method, arg } }) => {
		if (to === id || to === "all") {
			heardAt = clock.now();
			if (to === "all")
				ask("attach");
			else if (message)
				hear(message, []);
		} else if (hub && method === "ping") {
			send({ to: from });
		} else if (hub && method === "attach") {
			hub.attach(from, (answer) => send({ to: from, message: answer }));
		} else {
			hub?.call(from, method, arg);
		}
	};
	queue({});
	ask("attach");
	watch();
	return (method, arg) => {
		if (hub)
			hub.call(id, method, arg);
		else
			ask(method, arg);
		if (method !== "close")
			return;
		wanted = false;
		release();
		clock.clear(timer);
		channel.close();
	};
}
