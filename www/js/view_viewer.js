// @ts-check

import { html, nothing, render } from "../modules/lit-html/lit-html.js";
import { fileAddress } from "./api_files.js";
import { FILES, sizeWords } from "./text.js";
import { need } from "./view_dom.js";

/** @import { ShownFile } from "./files.js" */

/**
 * Shows a note's images one after another, as large as the window allows.
 * @param {string} board
 * @param {readonly ShownFile[]} images
 * @param {string} first	the id of the one to begin with
 */
export function showImages(board, images, first) {
	const dialog = need(document, "#viewer", HTMLDialogElement);
	let at = Math.max(0, images.findIndex((i) => i.id === first));
	const step = (/** @type {number} */ by) => {
		at = (at + by + images.length) % images.length;
		draw();
	};
	const draw = () => {
		const { id, name, size } = images[at];
		const address = fileAddress(board, id);

		render(html`<div class="dialog-head"><h2 id="viewer-title">${name}</h2>
				<button type="button" class="icon" aria-label=${FILES.close} @click=${() => dialog.close()}>×</button></div>
			<img src=${address} alt=${name}>
			<div class="viewer-end">
				${images.length > 1 ? html`<button type="button" aria-label=${FILES.previous} @click=${() => step(-1)}>←</button>
					<span class="soft">${at + 1} / ${images.length}</span>
					<button type="button" aria-label=${FILES.next} @click=${() => step(1)}>→</button>` : nothing}
				<a href=${address} download=${name}>${FILES.download}</a> <span class="soft">${sizeWords(size)}</span>
			</div>`, dialog);
	};

	dialog.onkeydown = ({ key }) => {
		if (images.length > 1 && (key === "ArrowLeft" || key === "ArrowRight"))
			step(key === "ArrowLeft" ? -1 : 1);
	};
	draw();
	if (!dialog.open)
		dialog.showModal();
}
