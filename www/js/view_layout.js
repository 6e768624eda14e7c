// @ts-check

/** As in app.css: the height of a grid row, and the gap below a card. */
const ROW_PX = 4;
const GAP_PX = 16;

/**
 * Packs cards of different heights without holes: each spans as many of the
 * grid's small rows as it is high.  The order in the document stays.
 */
export class Layout {
	#watcher = new ResizeObserver((entries) => {
		for (const entry of entries)
			span(entry.target);
	});

	/** @param {HTMLElement} card */
	add(card) {
		const inside = card.firstElementChild;
		if (inside)
			this.#watcher.observe(inside);
	}

	/** @param {HTMLElement} card */
	remove(card) {
		const inside = card.firstElementChild;
		if (inside)
			this.#watcher.unobserve(inside);
	}
}

/** @param {Element} inside */
function span(inside) {
	const height = inside.getBoundingClientRect().height + GAP_PX;
	inside.parentElement?.style.setProperty("grid-row-end",
		`span ${Math.ceil(height / ROW_PX)}`);
}
