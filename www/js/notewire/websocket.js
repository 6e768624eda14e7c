// @ts-check

import { endOf, ticket } from "./http.js";

/** @import { Transport } from "./types.js" */

/** @type {Transport} */
export const websocket = {
	name: "websocket",
	here: () => typeof WebSocket === "function",
	open(link, sink, protocols) {
		/** @type {WebSocket | undefined} */
		let socket;
		const stop = new AbortController();

		/** @param {string} more */
		function connect(more) {
			const query = new URLSearchParams(more);
			if (link.since)
				query.set("since", link.since);
			if (link.peer)
				query.set("peer", link.peer);
			socket = new WebSocket(`${link.socket}${link.board}?${query}`, protocols);
			socket.binaryType = "arraybuffer";
			const { onopen, onmessage, onclose } = handlers(socket);
			Object.assign(socket, { onopen, onmessage, onclose });
		}

		/** @param {WebSocket} socket */
		function handlers(socket) {
			return {
				onopen: () => sink.open(socket.protocol),
				/** @param {MessageEvent} event */
				onmessage({ data }) {
					if (typeof data === "string")
						sink.text(data, headSize(data.length));
					else
						sink.bytes(data, headSize(data.byteLength));
				},
				/** @param {CloseEvent} event */
				onclose: ({ code, reason, wasClean }) => sink.end({ code, reason, clean: wasClean }),
			};
		}

		if (link.token)
			ticket(link, stop.signal).then((more) => stop.signal.aborted || connect(more),
				(error) => sink.end(endOf(error)));
		else
			connect("");
		return {
			send: (data) => socket?.send(data),
			buffered: () => socket?.bufferedAmount ?? 0,
			close(code, reason) {
				stop.abort();
				if (socket)
					code === undefined ? socket.close() : socket.close(code, reason);
				else
					sink.end({ code: 1006 });
			},
		};
	},
};

/**
 * Of a frame that is not masked (RFC 6455, 5.2).
 * @param {number} length
 */
export function headSize(length) {
	return length < 126 ? 2 : length < 65_536 ? 4 : 10;
}
