// @ts-check

import { sizeOf } from "./bytes.js";

/** @import { Transport } from "./types.js" */

const MASK_BYTES = 4;

/** @type {Transport} */
export async function websocket(url, options, sink, protocols) {
	const socket = new WebSocket(options.token ? await (await import("./link.js")).ticketedSocket(url, options) : url, protocols);

	socket.binaryType = "arraybuffer";
	socket.onopen = () => sink.open(socket.protocol);
	socket.onmessage = ({ data }) => sink.message(data, headSize(data));
	socket.onclose = ({ code, reason, wasClean }) => sink.end({ code, reason, clean: wasClean });
	return {
		send(data) {
			socket.send(data);
			return headSize(data) + MASK_BYTES;
		},
		buffered: () => socket.bufferedAmount,
		close: (code, reason) => socket.close(code, reason),
	};
}

/** Of a frame that is not masked (RFC 6455, 5.2). @param {string | ArrayBuffer} data */
function headSize(data) {
	const size = sizeOf(data);
	return size < 126 ? 2 : size < 65_536 ? 4 : 10;
}
