// @ts-check

/**
 * One line of a connection: a socket, and what its messages mean.
 *
 * @import { Core } from "./core.js"
 * @import { PushSocket } from "./socket.js"
 * @import { CoreLine } from "./types.js"
 */

import { frameRead } from "./bytes.js";

/**
 * @param {Core} core
 * @param {number} id	of the chooser's
 * @param {PushSocket} socket
 * @returns {CoreLine}
 */
export function lineOf(core, id, socket) {
	let caughtUp = false;
	/** What is not kept counts from the line that delivers; until then it waits. @type {any[]} */
	const held = [];
	const line = {
		socket,
		deliver: () => held.splice(0).forEach(core.emit),
		close() {
			socket.onmessage = socket.onclose = null;
			socket.close();
		},
	};

	/** @param {any} message */
	function say(message) {
		if (core.current === line)
			core.emit(message);
		else if (!core.current || message.type === "presence")
			held.push(message);
	}

	/** What each event means. @type {Record<string, (data: any, retry: number) => void>} */
	const acts = {
		change: (data) => core.change(data),
		"up-to-date": () => caughtUp = true,
		heartbeat: () => caughtUp && core.chooser.proven(id),
		reset: ({ reason }) => core.reset(reason),
		end: (_data, retry) => socket.retry = retry,
		results: ({ results }) => results.forEach(core.outbox.settle),
		problem: (data) => (data.status < 500 ? core.outbox.refuse(data) : core.ended(id, 1013, "busy")),
		"signal-problem": (problem) => core.emit({ type: "error", problem }),
		signal: (data) => say({ type: "signal", ...data }),
		presence: (data) => say({ type: "presence", ...data }),
	};

	socket.binaryType = "arraybuffer";
	socket.onmessage = ({ data }) => {
		core.chooser.heard(id);
		if (typeof data === "string") {
			const message = JSON.parse(data);
			acts[message.event]?.(message.data, message.retry);
		} else {
			const { one, peer, body } = frameRead(data);
			acts.signal({ from: peer, to: one ? "you" : "", data: body }, 0);
		}
	};
	socket.onclose = ({ code, reason }) => core.ended(id, code, reason, socket.retry);
	return line;
}
