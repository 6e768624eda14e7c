/**
 * What a page sees of a WebSocket's shape, as the standard tells it
 * (WHATWG WebSockets): each observation is made in the same way of the
 * browser's own and of the library's, and is something that JSON can hold.
 */

import { PushSocket } from "./js/notewire/index.js";
import { body, bytes, id, live, next, outcome, over, patient, put, says, story, until } from "./try_tools.js";

const PROTOCOL = "notewire.v1";

const OBSERVATIONS = {
	/** @param {(url?: unknown, protocols?: unknown) => WebSocket} make */
	constructor_rules(make, { Kind, url }) {
		const tried = [["http://["], ["ftp://127.0.0.1/"], ["mailto:x"], [`${url}#part`], ["#part"],
			[url, ""], [url, "a b"], [url, "a,b"], [url, "é"], [url, "a\u0000"], [url, "(a)"], [url, ["a", "a"]],
			[url, [PROTOCOL, PROTOCOL]], [url, [PROTOCOL, ""]], [url], [url, PROTOCOL], [url, [PROTOCOL]], [url, []],
			[new URL(url)], [url.replace(/^ws/, "http")], [new URL(url).pathname], [url, undefined]];
		return [outcome(() => new Kind()), outcome(() => Kind(url)), ...tried.map((given) => outcome(
			() => make(...given).close()))];
	},

	constants(make, { Kind }) {
		const socket = make();
		const names = ["CONNECTING", "OPEN", "CLOSING", "CLOSED"];
		const seen = [Kind, Kind.prototype, socket].map((on) => names.map((name) =>
			[outcome(() => on[name] = 7), on[name], name in on]));
		socket.close();
		return seen;
	},

	attributes_at_the_beginning(make) {
		const socket = make(undefined, undefined);
		const names = ["readyState", "protocol", "extensions", "bufferedAmount", "binaryType",
			"onopen", "onmessage", "onerror", "onclose", "url"];
		const seen = names.map((name) => socket[name]);
		const written = ["readyState", "protocol", "extensions", "bufferedAmount", "url"].map(
			(name) => [outcome(() => socket[name] = "x"), socket[name] === "x"]);
		socket.close();
		return [seen, written, socket instanceof EventTarget];
	},

	the_url_is_resolved(make, { url }) {
		const { href, host, pathname } = new URL(url);
		return [href, `http://${host}${pathname}`, pathname, `${href}?a=b c&d=%20`, `WS://${host}${pathname}`]
			.map((given) => {
				const socket = make(given);
				socket.close();
				return socket.url;
			});
	},

	binary_type_takes_only_its_two_values(make) {
		const socket = make();
		const seen = ["arraybuffer", "x", "blob", "ARRAYBUFFER", "", null].map((given) =>
			[outcome(() => socket.binaryType = given), socket.binaryType]);
		socket.close();
		return seen;
	},

	async handlers_are_attributes(make) {
		const socket = make();
		const order = [];
		const first = () => order.push("first");
		const seen = [];
		for (const given of [5, "x", null, undefined, first]) {
			socket.onopen = given;
			seen.push(socket.onopen === given, socket.onopen === null);
		}
		socket.addEventListener("open", () => order.push("listener"));
		socket.onopen = function (event) {
			order.push("second", this === socket, event.target === socket, event.type);
		};
		socket.addEventListener("open", { handleEvent: () => order.push("object") });
		await next(socket, "open");
		socket.close();
		return [seen, order];
	},

	send_waits_for_open(make) {
		const socket = make();
		const seen = ["x", new Blob(["x"]), new ArrayBuffer(1), bytes(1)].map((given) =>
			outcome(() => socket.send(given)));
		seen.push(outcome(() => socket.send()), socket.bufferedAmount, socket.readyState);
		socket.close();
		return seen;
	},

	close_rules(make) {
		const tried = [[], [undefined], [1000], [3000], [4999], [999], [1001], [1005], [1006], [1015], [2999],
			[5000], [65536 + 1000], [-1], [0], [null], ["3000"], [3000.4], [NaN], ["x"], [Infinity],
			[1000, ""], [1000, "x".repeat(123)], [1000, "x".repeat(124)], [1000, `${"é".repeat(61)}x`],
			[1000, "é".repeat(62)], [1000, "\u{1f469}".repeat(31)], [1000, undefined], [1000, 5],
			[999, "x".repeat(124)]];
		return tried.map((given) => {
			const socket = make();
			const seen = [outcome(() => socket.close(...given)), socket.readyState];
			socket.close();
			return seen;
		});
	},

	async closed_before_it_is_open(make) {
		const socket = make();
		const told = story(socket);
		socket.close(3001, "never mind");
		const at_once = [socket.readyState, told.length, outcome(() => socket.send("x")), socket.bufferedAmount];
		await next(socket, "close");
		return [at_once, told, socket.readyState, outcome(() => socket.close()), outcome(() => socket.send("xy")),
			socket.bufferedAmount];
	},

	async what_opens_and_comes(make) {
		const socket = make();
		const before = [];
		socket.addEventListener("message", () => before.push("message"), { once: true });
		const told = story(socket);
		const opened = await next(socket, "open");
		before.push("open");
		const seen = [told.slice(), opened.constructor === Event, socket.protocol, socket.readyState];
		const message = await next(socket, "message");
		seen.push(before, message instanceof MessageEvent, message.origin, typeof message.data,
			message.lastEventId, message.source, message.ports, message.bubbles, message.cancelable);
		await next(socket, "message", says("heartbeat"));
		socket.close();
		return seen;
	},

	async no_protocol_is_none(make, { url }) {
		const plain = make(url, []);
		await next(plain, "open");
		const other = make(url, ["other", PROTOCOL]);
		await next(other, "open");
		plain.close();
		other.close();
		return [plain.protocol, other.protocol];
	},

	async a_protocol_that_is_not_spoken_fails(make, { url }) {
		return over(make(url, "other"));
	},

	async text_goes_up_and_is_answered(make) {
		const socket = await live(make);
		const text = put("é\u2028<b>HALF!").replace("HALF", "\ud800");
		const change = next(socket, "message", says("change"));
		const results = next(socket, "message", says("results"));
		socket.send(text);
		const { data } = JSON.parse((await results).data);
		const { doc, seq } = JSON.parse((await change).data).data;
		const problem = next(socket, "message", says("results"));
		socket.send(JSON.stringify({ ...JSON.parse(text), key: id(), doc: { text: "again" } }));
		const second = JSON.parse((await problem).data).data;
		socket.close();
		return [data.results.map((r) => [r.status, r.key === JSON.parse(text).key, r.seq === seq]),
			doc.text, second.results.map((r) => r.status)];
	},

	async bytes_of_each_kind_go_up_in_order(make) {
		const socket = await live(make);
		const heard = [];
		const all = patient(new Promise((resolve) => socket.addEventListener("message", ({ data }) => {
			if (typeof data === "string" && !says("signal")({ data }))
				return;
			heard.push(data);
			if (heard.length === 6)
				resolve();
		})), "six signals");
		const within = new Uint8Array([9, 9, 1, 0, 3, 9]).subarray(2, 5);
		const changed = bytes(5);
		socket.send(new Blob([bytes(1)]));
		socket.send(bytes(2).buffer);
		socket.send(within);
		socket.send(JSON.stringify({ event: "signal", data: "four" }));
		socket.send(changed);
		changed[2] = 7;
		socket.send(new DataView(bytes(6).buffer));
		await all;
		socket.close();
		return Promise.all(heard.map((data) => typeof data === "string" ? JSON.parse(data).data.data : body(data)));
	},

	async bytes_come_as_what_binary_type_says(make) {
		const socket = await live(make);
		const kinds = [];
		for (const type of ["blob", "arraybuffer", "blob"]) {
			socket.binaryType = type;
			const heard = next(socket, "message", ({ data }) => typeof data !== "string");
			socket.send(bytes(0, 255));
			const { data, origin } = await heard;
			kinds.push([data.constructor.name, data.type, origin, await body(data)]);
		}
		socket.close();
		return kinds;
	},

	async buffered_amount_counts_what_is_not_taken(make) {
		const socket = await live(make);
		const [text, big] = [put("é\u{1f469}"), put("x".repeat(20_000))];
		const seen = [socket.bufferedAmount];
		const size = new TextEncoder().encode(text).length;
		socket.send(text);
		seen.push(socket.bufferedAmount === size);
		socket.send(bytes(1, 2, 3));
		seen.push(socket.bufferedAmount === size + 5);
		socket.send(new Blob([bytes(1)]));
		seen.push(socket.bufferedAmount === size + 8);
		await until(() => socket.bufferedAmount === 0, "its being taken");
		socket.send(big);
		socket.close(1000);
		const left = socket.bufferedAmount;
		seen.push(outcome(() => socket.send("é")), socket.bufferedAmount - left,
			outcome(() => socket.send(new Uint8Array(7))), socket.bufferedAmount - left);
		await next(socket, "close");
		seen.push(outcome(() => socket.send(new Blob(["abc"]))), socket.bufferedAmount);
		return seen;
	},

	async what_is_sent_before_close_arrives(make) {
		const socket = await live(make);
		const other = await live(make);
		const heard = next(other, "message", says("change"));
		socket.send(put("the last word"));
		socket.close(1000, "bye");
		const told = await over(socket);
		const { doc } = JSON.parse((await heard).data).data;
		other.close();
		return [doc.text, told];
	},

	async its_own_close(make) {
		const told = [];
		for (const given of [[], [1000], [1000, "bye"], [3001, "é"], [4999, "x".repeat(123)]]) {
			const socket = await live(make);
			const one = story(socket);
			socket.close(...given);
			one.push(socket.readyState, outcome(() => socket.close(4000, "again")), socket.readyState);
			await next(socket, "close");
			told.push(one);
		}
		return told;
	},

	async after_close_no_message_comes(make) {
		const socket = await live(make);
		const writer = await live(make);
		let after = 0;
		socket.addEventListener("message", () => after += socket.readyState > 1 ? 1 : 0);
		const closed = next(socket, "close");
		writer.send(put("one"));
		await next(socket, "message", says("change"));
		const second = next(writer, "message", ({ data }) => String(data).includes('"two"'));
		writer.send(put("two"));
		socket.close();
		await closed;
		await second;
		writer.close();
		return after;
	},
};

/**
 * @param {string} name	of an observation
 * @param {string | null} transport	null: the browser's own WebSocket
 * @param {string} url	of the board's socket
 */
export function observe(name, transport, url) {
	const Kind = transport ? PushSocket : WebSocket;
	const make = (to = url, protocols = PROTOCOL) => transport
		? new PushSocket(to, protocols, { transport }) : new WebSocket(to, protocols);
	return OBSERVATIONS[name](make, { Kind, url });
}

/** A socket whose end comes from elsewhere; `told` is its story. */
export async function hold(transport, url) {
	const make = () => transport ? new PushSocket(url, PROTOCOL, { transport }) : new WebSocket(url, PROTOCOL);
	const socket = await live(make);
	window.held = { told: story(socket), socket };
}

export const names = Object.keys(OBSERVATIONS);
