// @ts-check

import { changesPath, endOf, ticket } from "./http.js";
import { tellLine } from "./messages.js";

/** @import { Transport } from "./types.js" */

/** Around each batch: the script's tags, its nonce and the call. */
const BATCH_BYTES = 100;

/**
 * The forever frame: scripts of a document without end call its parent.  That
 * is a frame of its own for each line, so that no two share one callback.
 * @type {Transport}
 */
export const htmlfile = {
	name: "htmlfile",
	here: () => typeof document === "object",
	open(link, sink) {
		const stop = new AbortController();
		const outer = document.createElement("iframe");
		let { since } = link;

		/** @param {any} line @param {number} at	in its batch */
		function take(line, at) {
			since = line.seq ?? line.last_seq ?? since;
			if (line.event === "open")
				sink.open();
			if (line.event === "end" && line.reason === "size")
				link.clock.set(load, 0);
			else if (!stop.signal.aborted)
				tellLine(sink, line, at ? 1 : BATCH_BYTES);
		}

		async function load() {
			const more = await ticket(link, stop.signal);
			const inner = outer.contentDocument?.createElement("iframe");
			if (stop.signal.aborted || !inner)
				return;
			inner.src = link.api + changesPath(link, "htmlfile", since) + more;
			/* It ends without a word, or is no such document. */
			inner.onload = () => inner.isConnected && sink.end({ code: 1006 });
			outer.contentDocument?.body.replaceChildren(inner);
		}

		outer.hidden = true;
		document.documentElement.append(outer);
		Object.assign(outer.contentWindow ?? {}, {
			notewire: (/** @type {any[]} */ lines) => lines.forEach((line, at) => take(line, at)),
		});
		load().catch((error) => sink.end(endOf(error)));
		return {
			close() {
				stop.abort();
				outer.remove();
			},
		};
	},
};
