// @ts-check

import { changesPath, endOf, headCost, request, ticket } from "./http.js";
import { tell } from "./messages.js";
import { EventParser } from "./sse.js";

/** @import { Link, Sink, Transport } from "./types.js" */

const NAMES = ["message", "up-to-date", "reset", "presence", "signal", "heartbeat", "end"];

const streams = () => typeof Response === "function" && "body" in Response.prototype
	&& typeof TextDecoder === "function";

/**
 * Server-Sent Events, read from a fetch where that can be: it sees statuses
 * and sends headers.
 * @type {Transport}
 */
export const eventsource = {
	name: "eventsource",
	here: () => streams() || typeof EventSource === "function",
	open(link, sink) {
		const stop = new AbortController();
		const run = streams() ? stream : native;

		run(link, sink, stop.signal).catch((error) => sink.end(endOf(error)));
		return { close: () => stop.abort() };
	},
};

/**
 * @param {Link} link
 * @param {Sink} sink
 * @param {AbortSignal} signal
 */
async function stream(link, sink, signal) {
	const answer = await request(link, changesPath(link, "eventsource", link.since),
		{ accept: "text/event-stream", signal });
	const parser = new EventParser();
	const decoder = new TextDecoder();
	const reader = answer.body?.getReader();
	let cost = headCost(answer);

	if (!reader || !/^text\/event-stream\b/.test(answer.headers.get("Content-Type") ?? ""))
		throw new Error("no event stream");
	sink.open();
	for (;;) {
		const { value, done } = await reader.read();
		if (done)
			break;
		for (const { event, id, data, cost: framing } of parser.feed(decoder.decode(value, { stream: true }))) {
			tell(sink, event || "change", data, { id: event ? "" : id,
				retry: event === "end" ? parser.retry : 0, cost: cost + framing });
			cost = 0;
		}
	}
	sink.end({ code: 1006, retry: parser.retry });
}

/**
 * @param {Link} link
 * @param {Sink} sink
 * @param {AbortSignal} signal
 */
async function native(link, sink, signal) {
	const more = await ticket(link, signal);
	if (signal.aborted)
		return;
	const source = new EventSource(link.api + changesPath(link, "eventsource", link.since) + more);

	signal.addEventListener("abort", () => source.close());
	source.onopen = () => sink.open();
	for (const name of NAMES)
		source.addEventListener(name, (event) => {
			const { data, lastEventId } = /** @type {MessageEvent} */ (event);
			tell(sink, name === "message" ? "change" : name, data, { id: name === "message" ? lastEventId : "" });
		});
	/* Its own way of coming back is not used: the caller decides. */
	source.onerror = () => {
		source.close();
		sink.end({ code: 1006 });
	};
}
