// @ts-check

/**
 * @typedef {object} CardMoves
 * @property {() => HTMLElement[]} cards	those that show, in order
 * @property {(card: HTMLElement, after: HTMLElement | null) => void} move	to behind another; null: to the front
 */

const STEPS = /** @type {Record<string, number>} */ ({ ArrowUp: -1, ArrowLeft: -1, ArrowDown: 1, ArrowRight: 1 });

/**
 * Lets a grip move its card: by dragging it onto another, which takes a mark
 * where it would come to stand, or by the arrow keys.
 * @param {HTMLElement} card
 * @param {HTMLElement} grip
 * @param {CardMoves} moves
 */
export function moveBy(card, grip, moves) {
	/** @type {{ target: HTMLElement, side: "before" | "after" } | null} */
	let aim = null;
	const mark = (/** @type {typeof aim} */ next) => {
		aim?.target.removeAttribute("data-aim");
		aim = next;
		aim?.target.setAttribute("data-aim", aim.side);
	};

	grip.addEventListener("keydown", (event) => {
		const step = STEPS[event.key];
		const cards = moves.cards();
		const to = cards.indexOf(card) + step;
		if (!step || event.altKey || event.ctrlKey || event.metaKey)
			return;
		event.preventDefault();
		if (to >= 0 && to < cards.length)
			moves.move(card, step > 0 ? cards[to] : cards[to - 1] ?? null);
	});
	grip.addEventListener("pointerdown", (event) => {
		if (event.button !== 0)
			return;
		grip.setPointerCapture(event.pointerId);
		card.classList.add("dragged");
	});
	grip.addEventListener("pointermove", ({ pointerId, clientX, clientY }) => {
		if (!grip.hasPointerCapture(pointerId))
			return;
		const target = document.elementFromPoint(clientX, clientY)?.closest(".card");
		if (!(target instanceof HTMLElement) || target === card)
			return mark(null);
		const { left, top, width, height } = target.getBoundingClientRect();
		const part = (clientY - top) / height + (clientX - left) / width;
		mark({ target, side: part < 1 ? "before" : "after" });
	});
	grip.addEventListener("lostpointercapture", () => {
		card.classList.remove("dragged");
		const at = aim;
		mark(null);
		if (!at)
			return;
		const cards = moves.cards().filter((c) => c !== card);
		const n = cards.indexOf(at.target);
		moves.move(card, at.side === "after" ? at.target : cards[n - 1] ?? null);
	});
	grip.addEventListener("keyup", (event) => {
		if (event.key === "Escape")
			mark(null);
	});
}
