// @ts-check

import { changesPath, request } from "./http.js";
import { ticketed } from "./link.js";
import { tell } from "./messages.js";
import { EventParser } from "./sse.js";

/** @import { Feed } from "./types.js" */

const NAMES = ["message", "up-to-date", "reset", "presence", "signal", "heartbeat", "end"];

/**
 * Server-Sent Events, read from a fetch where that can be: it sees statuses
 * and sends headers.
 * @type {Feed}
 */
export const eventsource = "body" in Response.prototype ? streamed : native;

/** @type {Feed} */
async function streamed(link, sink, signal) {
	const { body, cost } = await request(link, changesPath(link, "eventsource", link.since),
		{ accept: "text/event-stream", signal });
	const parser = new EventParser();
	const decoder = new TextDecoder();
	const reader = body.getReader();
	let head = cost;

	sink.open();
	for (;;) {
		const { value, done } = await reader.read();
		if (done)
			return sink.end({ code: 1006, retry: parser.retry });
		for (const { event, id, data, cost: framing } of parser.feed(decoder.decode(value, { stream: true }))) {
			tell(sink, { event: event || "change", id: event ? undefined : id, data: JSON.parse(data),
				retry: event === "end" ? parser.retry : undefined }, head + framing);
			head = 0;
		}
	}
}

/** @type {Feed} */
async function native(link, sink, signal) {
	const source = new EventSource(await ticketed(link, link.api + changesPath(link, "eventsource", link.since), signal));

	signal.addEventListener("abort", () => source.close());
	source.onopen = () => sink.open();
	for (const name of NAMES)
		source.addEventListener(name, (event) => {
			const { data, lastEventId } = /** @type {MessageEvent} */ (event);
			const named = name !== "message";
			tell(sink, { event: named ? name : "change", id: named ? undefined : lastEventId, data: JSON.parse(data) });
		});
	/* Its own way of coming back is not used: the caller decides. */
	source.onerror = () => sink.end({ code: 1006 });
}
