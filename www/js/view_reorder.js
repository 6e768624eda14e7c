// @ts-check

/**
 * @typedef {object} Moves
 * @property {() => HTMLElement[]} rows	in order
 * @property {(row: HTMLElement, after: HTMLElement | null) => void} move	to behind another; null: to the front
 */

/**
 * Lets a grip move its row: by dragging it, or by the arrow keys.
 * @param {HTMLElement} row
 * @param {HTMLElement} grip
 * @param {Moves} moves
 */
export function reorderBy(row, grip, moves) {
	grip.addEventListener("keydown", (event) => {
		const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
		if (!step)
			return;
		event.preventDefault();
		const rows = moves.rows();
		const to = rows.indexOf(row) + step;
		if (to < 0 || to >= rows.length)
			return;
		moves.move(row, step > 0 ? rows[to] : rows[to - 1] ?? null);
	});
	grip.addEventListener("pointerdown", (event) => {
		grip.setPointerCapture(event.pointerId);
		row.classList.add("dragged");
	});
	grip.addEventListener("pointermove", (event) => {
		if (!grip.hasPointerCapture(event.pointerId))
			return;
		const others = moves.rows().filter((r) => r !== row);
		const above = others.filter((r) => middle(r) < event.clientY).at(-1) ?? null;
		if (before(moves.rows(), row) !== above)
			moves.move(row, above);
	});
	grip.addEventListener("lostpointercapture", () => row.classList.remove("dragged"));
}

/** @param {HTMLElement} row */
function middle(row) {
	const { top, height } = row.getBoundingClientRect();
	return top + height / 2;
}

/** @param {HTMLElement[]} rows @param {HTMLElement} row @returns {HTMLElement | null} */
function before(rows, row) {
	return rows[rows.indexOf(row) - 1] ?? null;
}
