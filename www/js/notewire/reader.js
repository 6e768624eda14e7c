// @ts-check

/** @import { Change } from "./types.js" */

/**
 * A place in a board's log.  Rows may be offered again, as when two lines
 * bring them; each is taken once, in order.
 *
 * A log is numbered densely, so a step of more than one is a gap, and another
 * epoch means that history was rewound; both call for the snapshot.
 */
export class Reader {
	/** @param {string} cursor */
	constructor(cursor) {
		this.cursor = cursor;
	}

	/**
	 * @param {Change} change
	 * @returns {"next" | "seen" | "gap"}	"next": it is taken
	 */
	take(change) {
		const [epoch, number] = split(this.cursor);
		const [rowEpoch, rowNumber] = split(change.seq);

		if (epoch === rowEpoch && rowNumber <= number)
			return "seen";
		if (epoch !== rowEpoch || rowNumber !== number + 1)
			return "gap";
		this.cursor = change.seq;
		return "next";
	}
}

/**
 * @param {string} cursor
 * @returns {[string, number]}	NaN makes every comparison a gap
 */
function split(cursor) {
	const dash = cursor.lastIndexOf("-");
	return [cursor.slice(0, dash), Number.parseInt(cursor.slice(dash + 1), 10)];
}
