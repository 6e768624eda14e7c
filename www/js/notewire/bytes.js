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

/** What a trace tells of a message. @param {string | ArrayBuffer} data */
export function measure(data) {
	const text = typeof data === "string" ? data : "";
	const kind = /^{"(?:event|op)":"([\w-]+)"/.exec(text)?.[1] ?? (text ? "text" : "bytes");

	return { bytes: sizeOf(data), kind, text };
}
