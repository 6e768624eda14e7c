// @ts-check

import { PAGE } from "./text.js";
import { need } from "./view_dom.js";

/**
 * @import { BoardEntry } from "./types.js"
 */


/** Where a board is made, or a link opened. */
export class LandingView {
	#make = need(document, "#make", HTMLFormElement);
	#paste = need(document, "#paste", HTMLFormElement);
	#mine = need(document, "#mine", HTMLElement);
	#list = need(document, "#mine-list", HTMLUListElement);

	/**
	 * @param {(title: string) => Promise<void>} make
	 * @param {(link: string) => Promise<void>} paste
	 */
	constructor(make, paste) {
		onSubmit(this.#make, make);
		onSubmit(this.#paste, paste);
	}

	/** @param {BoardEntry[]} boards */
	show(boards) {
		this.#mine.hidden = boards.length === 0;
		this.#list.replaceChildren(...boards.map(entry));
	}

	focus() {
		need(this.#make, "input", HTMLInputElement).focus();
	}
}

/**
 * @param {HTMLFormElement} form	with one field
 * @param {(value: string) => Promise<void>} act
 */
function onSubmit(form, act) {
	const input = need(form, "input", HTMLInputElement);
	const button = need(form, "button", HTMLButtonElement);

	form.addEventListener("submit", async (event) => {
		event.preventDefault();
		if (button.disabled)
			return;
		button.disabled = true;
		try {
			await act(input.value.trim());
		} finally {
			button.disabled = false;
		}
	});
}

/** @param {BoardEntry} board */
function entry(board) {
	const line = document.createElement("li");
	const link = document.createElement("a");
	const may = document.createElement("span");

	link.href = `#b=${board.id}`;
	link.textContent = board.title || PAGE.untitled;
	may.textContent = PAGE.may[board.role];
	line.append(link, may);
	return line;
}
