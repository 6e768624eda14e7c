// @ts-check

/**
 * What a log row is to a reader that stands at a cursor.
 *
 * A board's log is numbered densely, so a step of more than one is a gap,
 * and another epoch means that history was rewound; both call for the
 * snapshot.
 *
 * @param {string} at	where the reader stands
 * @param {string} seq	the row's
 * @returns {"next" | "seen" | "gap"}
 */
export function cursorStep(at, seq) {
	const [epoch, number] = split(at);
	const [rowEpoch, rowNumber] = split(seq);

	if (epoch !== rowEpoch)
		return "gap";
	if (rowNumber <= number)
		return "seen";
	return rowNumber === number + 1 ? "next" : "gap";
}

/**
 * @param {string} cursor
 * @returns {[string, number]}	NaN makes every comparison a gap
 */
function split(cursor) {
	const dash = cursor.lastIndexOf("-");
	return [cursor.slice(0, dash), Number.parseInt(cursor.slice(dash + 1), 10)];
}
