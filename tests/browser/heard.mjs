/**
 * Requests and WebSockets of which only the bytes are looked at.
 */

import { Buffer } from "node:buffer";
import http from "node:http";
import { ok, until } from "./tap.mjs";

/** What one who follows a response, or a WebSocket, has so far. */
class Heard {
	text = "";
	over = null;

	/** @param {import("node:stream").Readable} from */
	constructor(from) {
		this.from = from;
		from.on("data", (bytes) => this.text += bytes.toString("latin1"));
		from.on("end", () => this.over ??= "end");
		from.on("error", () => this.over ??= "cut");
		from.on("close", () => this.over ??= "cut");
	}

	hears(words) {
		return until(() => this.text.includes(words), `to hear ${words}`);
	}
}

/**
 * @param {string} url
 * @param {{ token?: string, headers?: object, method?: string, body?: string }} what
 * @returns {Promise<{ status: number, headers: object, heard: Heard, up?: import("node:net").Socket }>}
 */
export function ask(url, { token, headers = {}, method = "GET", body } = {}) {
	return new Promise((resolve, reject) => {
		const request = http.request(url, { method, agent: false,
			headers: { ...headers, ...token && { Authorization: `Bearer ${token}` } } });
		request.on("response", (r) => resolve(
			{ status: r.statusCode, headers: r.headers, heard: new Heard(r) }));
		request.on("upgrade", (r, up, first) => {
			up.unshift(first);
			resolve({ status: 101, headers: r.headers, heard: new Heard(up), up });
		});
		request.on("error", reject);
		const late = setTimeout(() => request.destroy(new Error(`no answer from ${url}`)), 10_000);
		for (const name of ["response", "upgrade", "error"])
			request.on(name, () => clearTimeout(late));
		request.end(body);
	});
}

export const UPGRADE = { Connection: "Upgrade", Upgrade: "websocket", "Sec-WebSocket-Version": "13",
	"Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==", "Sec-WebSocket-Protocol": "notewire.v1" };

/** A text message as a client sends it, its mask all zeros. */
export function frame(text) {
	const bytes = Buffer.from(text);
	ok(bytes.length < 126, "it is short");
	return Buffer.concat([Buffer.from([0x81, 0x80 | bytes.length, 0, 0, 0, 0]), bytes]);
}
