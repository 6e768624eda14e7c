// @ts-check

const encoder = new TextEncoder();

/** In bytes of UTF-8. @param {string | ArrayBuffer} data */
export function sizeOf(data) {
	return typeof data === "string" ? encoder.encode(data).length : data.byteLength;
}

/** A copy, so that what the caller does to it later does not count. @param {any} data */
export function ownBytes(data) {
	const view = data instanceof ArrayBuffer ? new Uint8Array(data) : data;

	return ArrayBuffer.isView(view)
		? new Uint8Array(view.buffer, view.byteOffset, view.byteLength).slice().buffer : String(view);
}

/** 128 random bits, as the service writes them. */
export function randomId() {
	return btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(16))))
		.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/**
 * The binary message of a WebSocket: 1 0 and bytes for all, 2 22 and a peer's
 * id before them for one; where it was sent by a peer, that one's id.
 * @param {number} tag
 * @param {string} peer
 * @param {Uint8Array} body
 * @returns {ArrayBuffer}
 */
export function frameOf(tag, peer, body) {
	const out = new Uint8Array(2 + peer.length + body.length);

	out.set([tag, peer.length, ...encoder.encode(peer)]);
	out.set(body, 2 + peer.length);
	return out.buffer;
}

/**
 * @param {ArrayBuffer} buffer
 * @returns {{ one: boolean, peer: string, body: ArrayBuffer }}
 */
export function frameRead(buffer) {
	const [tag, length] = new Uint8Array(buffer);

	return { one: tag === 2, peer: new TextDecoder().decode(buffer.slice(2, 2 + length)), body: buffer.slice(2 + length) };
}
