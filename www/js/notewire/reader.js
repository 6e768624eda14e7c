// @ts-check

/** @import { Change } from "./types.js" */

/**
 * A place in a board's log.  Rows may be offered again, as when two lines
 * bring them; each is taken once, in order.
 *
 * A log is numbered densely, so a step of more than one is a gap, and another
 * epoch means that history was rewound.
 */
export class Reader {
	/** @param {string} cursor */
	constructor(cursor) {
		this.cursor = cursor;
	}

	/**
	 * @param {Pick<Change, "seq">} change
	 * @returns {"next" | "seen" | "gap"}	"next": it is taken
	 */
	take({ seq }) {
		const [epoch, number] = this.cursor.split("-");
		const [rowEpoch, rowNumber] = seq.split("-");
		const step = epoch === rowEpoch ? Number(rowNumber) - Number(number) : NaN;

		if (step <= 0)
			return "seen";
		if (step !== 1)
			return "gap";
		this.cursor = seq;
		return "next";
	}
}
