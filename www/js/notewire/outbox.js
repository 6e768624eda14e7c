// @ts-check

/**
 * Operations that are not acknowledged yet, in order.  Each new line gets all
 * of them again: their keys make sure that each is done once.
 *
 * @import { Clock, Op, Result, Problem } from "./types.js"
 */

/** A daemon takes 20 messages a second and a burst of 40; some are left to signals. */
const EACH_MS = 1000 / 20;
const BURST_MS = 30 * EACH_MS;

/**
 * @param {Clock} clock
 * @param {(result: Result) => void} done
 */
export function outboxOf(clock, done) {
	/** @type {Map<string, { text: string, sent: boolean }>} */
	const waiting = new Map();
	/** @type {((text: string) => void) | undefined} */
	let send;
	let isPaced = false;
	let paidUntil = 0;
	/** @type {any} */
	let timer;

	function play() {
		const now = clock.now();

		clock.clear(timer);
		paidUntil = Math.max(paidUntil, now - BURST_MS);
		for (const one of waiting.values())
			if (send && !one.sent) {
				if (isPaced && paidUntil > now) {
					timer = clock.set(play, paidUntil - now);
					return;
				}
				paidUntil += EACH_MS;
				one.sent = true;
				send(one.text);
			}
	}

	/** @param {Result} result */
	function settle(result) {
		if (waiting.delete(result.key))
			done(result);
	}

	return {
		isEmpty: () => waiting.size === 0,

		/** @param {Op} op	with its key */
		add(op) {
			waiting.set(op.key ?? "", { text: JSON.stringify(op), sent: false });
			play();
		},

		/**
		 * @param {((text: string) => void) | undefined} line	the new one's; undefined: there is none
		 * @param {boolean} paced	whether it is a WebSocket
		 */
		attach(line, paced) {
			send = line;
			isPaced = paced;
			waiting.forEach((one) => one.sent = false);
			play();
		},

		settle,

		/** The service refused the first that it has not answered. @param {Problem} problem */
		refuse(problem) {
			const [[key, first] = []] = waiting;

			if (key && first?.sent)
				settle({ key, status: problem.status ?? 0, problem });
		},
	};
}
