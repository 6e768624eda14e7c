// @ts-check

import { html, nothing, render } from "../modules/lit-html/lit-html.js";
import { apiImport } from "./api.js";
import { MORE, NOT_DONE } from "./text.js";
import { need } from "./view_dom.js";
import { chooseFiles } from "./view_drop.js";

/**
 * What can be done with the board as a whole.
 * @param {string} board
 * @param {boolean} admin	may bring notes in
 */
export function openMore(board, admin) {
	const dialog = need(document, "#more", HTMLDialogElement);
	const where = (/** @type {string} */ format) => new URL(`api/boards/${board}/export?format=${format}`, document.baseURI).href;
	const draw = (/** @type {string} */ said = "", busy = false) => render(html`
		<div class="dialog-head"><h2 id="more-title">${MORE.title}</h2>
			<button type="button" class="icon" aria-label=${MORE.close} @click=${() => dialog.close()}>×</button></div>
		<h3>${MORE.export}</h3>
		<p class="soft">${MORE.exportAbout}</p>
		<p class="choices"><a class="button" href=${where("json")} download>${MORE.json}</a>
			<a class="button" href=${where("markdown")} download>${MORE.markdown}</a></p>
		${admin ? html`<h3>${MORE.import}</h3>
			<p class="soft">${MORE.importAbout}</p>
			<p><button type="button" id="import" ?disabled=${busy} @click=${() => chooseFiles(take)}>${busy ? MORE.importing : MORE.choose}</button></p>
			<p role="status">${said}</p>` : nothing}
		<h3>${MORE.keys}</h3>
		<table class="keys"><tbody>${MORE.keyList.map(([key, what]) => html`
			<tr><th scope="row"><kbd>${key}</kbd></th><td>${what}</td></tr>`)}</tbody></table>`, dialog);
	const take = async (/** @type {readonly File[]} */ [file]) => {
		draw("", true);
		try {
			const { notes, files } = await apiImport(board, file);
			draw(MORE.imported(notes.created, notes.skipped, files.created));
		} catch (error) {
			draw(NOT_DONE(/** @type {Error} */ (error).message));
		}
	};

	draw();
	if (!dialog.open)
		dialog.showModal();
}
