// @ts-check

/** A SharedWorker: owns the connections of all tabs. */

import { clock } from "./clock.js";
import { Hub } from "./hub.js";

/** @type {Map<string, Hub>} */
const hubs = new Map();
let serial = 0;

addEventListener("connect", (event) => {
	const [port] = /** @type {MessageEvent} */ (event).ports;
	const id = String(serial++);
	let key = "";

	port.onmessage = ({ data: { method, arg } }) => {
		if (method === "attach") {
			key = JSON.stringify(arg);
			const hub = hubs.get(key) ?? new Hub(arg, clock);
			hubs.set(key, hub);
			hub.attach(id, (message, ports = []) => port.postMessage(message, ports));
		} else if (!hubs.get(key)?.call(id, method, arg)) {
			hubs.delete(key);
		}
	};
});
