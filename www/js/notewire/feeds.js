// @ts-check

/**
 * The transports that read by HTTP, each with an uplink beside it: what a
 * page loads when WebSockets do not work.
 *
 * @import { Feed, Line, Sink, TransportName } from "./types.js"
 */

import { longpoll, poll } from "./asking.js";
import { eventsource } from "./eventsource.js";
import { htmlfile } from "./htmlfile.js";
import { endOf } from "./http.js";
import { linkOf } from "./link.js";
import { listen, sinkOf } from "./messages.js";
import { Uplink } from "./uplink.js";

/** @type {Record<Exclude<TransportName, "websocket">, Feed>} */
const FEEDS = {
	eventsource, longpoll, poll,
	htmlfile: (link, sink, signal) => (link.frame ?? htmlfile)(link, sink, signal),
};

/**
 * What is told, here and by the feed, comes in tasks of its own, as a browser's
 * own events do: who awaits one has time to listen for the next.
 * @param {keyof typeof FEEDS} name
 * @param {URL} url	of the board's WebSocket
 * @param {Parameters<typeof linkOf>[1]} options
 * @param {Sink} sink
 * @returns {Line}
 */
export function openFeed(name, url, options, sink) {
	const link = linkOf(url, options);
	const stop = new AbortController();
	const { port1, port2 } = new MessageChannel();
	const tell = sinkOf(port2);
	const uplink = new Uplink(link, tell, stop.signal);

	listen(port1, { ...sink, end(end) {
		stop.abort();
		sink.end(end);
	} });
	FEEDS[name](link, tell, stop.signal).catch((error) => tell.end(endOf(error)));
	return {
		send: (data) => uplink.send(data),
		buffered: () => uplink.buffered,
		/* In the code that the other side would say back. */
		close: (code = 1005) => void uplink.playing.then(() => tell.end({ code, clean: true })),
	};
}
