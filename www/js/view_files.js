// @ts-check

import { html, nothing, render } from "../modules/lit-html/lit-html.js";
import { fileAddress } from "./api_files.js";
import { lazy } from "./lazy.js";
import { FILES, sizeWords } from "./text.js";

/**
 * @import { Actions } from "./actions.js"
 * @import { ShownFile } from "./files.js"
 */

/** Twice as wide as a card, for screens that are fine. */
const THUMB_PX = 560;

/**
 * What the files of a note need to be shown.
 * @typedef {object} FileView
 * @property {string} board
 * @property {string} note
 * @property {readonly ShownFile[]} files
 * @property {boolean} readOnly
 * @property {Actions} actions
 */

/**
 * Pictures of what is only here yet, by id.
 * @type {Map<string, HTMLCanvasElement>}
 */
const drawn = new Map();

/**
 * Shows a note's files: images as images, the rest by name.
 * @param {HTMLElement} root
 * @param {FileView} view
 */
export function showFiles(root, view) {
	const images = view.files.filter(isImage);

	for (const { id, bytes } of view.files)
		if (!bytes)
			drawn.delete(id);
	root.classList.toggle("one", images.length === 1);
	render(view.files.length === 0 ? nothing : html`<ul class="files" aria-label=${FILES.list}>
		${[...images, ...view.files.filter((f) => !isImage(f))].map((file) => html`
			<li class=${isImage(file) ? "file image" : "file"} data-state=${file.state}>
				${isImage(file) ? picture(file, view) : named(file, view)}
				${file.state ? standing(file, view) : nothing}
				${view.readOnly ? nothing : html`<button type="button" class="icon remove" aria-label=${FILES.remove(file.name)}
					@click=${() => view.actions.detach(view.note, file)}>×</button>`}
			</li>`)}</ul>`, root);
}

/** @param {ShownFile} file */
export function isImage({ type, bytes }) {
	return /^image\/(png|jpeg|gif|webp)$/.test(type) && (!bytes || typeof createImageBitmap === "function");
}

/** @param {ShownFile} file @param {FileView} view */
function picture(file, view) {
	if (file.bytes)
		return canvasOf(file.id, file.bytes);
	const show = () => view.actions.open(lazy.viewer, ({ showImages }) =>
		showImages(view.board, view.files.filter((f) => isImage(f) && !f.bytes), file.id));
	return html`<button type="button" class="thumb" aria-label=${FILES.show(file.name)} @click=${show}>
		<img src=${fileAddress(view.board, file.id)} alt="" loading="lazy" decoding="async"></button>`;
}

/** @param {ShownFile} file @param {FileView} view */
function named({ id, name, size, bytes }, { board }) {
	const words = html`<span class="file-name">${name}</span> <span class="soft">${sizeWords(size)}</span>`;

	return bytes ? html`<span class="file-link">${words}</span>`
		: html`<a class="file-link" href=${fileAddress(board, id)} download=${name}
			aria-label=${FILES.save(name, sizeWords(size))}>${words}</a>`;
}

/** @param {ShownFile} file @param {FileView} view */
function standing({ id, name, state, part, reason }, { actions }) {
	if (state === "sending")
		return html`<progress max="1" .value=${part} aria-label=${FILES.sending(name)}></progress>
			<span class="part">${FILES.sent(part)}</span>`;
	return state === "waiting" ? html`<span class="part">${FILES.waiting}</span>`
		: html`<span class="part warn">${FILES.refused}: ${reason}.</span>
			<button type="button" aria-label=${FILES.againOf(name)} @click=${() => actions.sendAgain(id)}>${FILES.again}</button>`;
}

/**
 * A picture of bytes that the service has not got; an address of their own
 * would need a wider policy.
 * @param {string} id
 * @param {Blob} bytes
 */
function canvasOf(id, bytes) {
	const known = drawn.get(id);
	if (known)
		return known;
	const canvas = document.createElement("canvas");
	canvas.className = "thumb";
	drawn.set(id, canvas);
	createImageBitmap(bytes).then((image) => {
		const scale = Math.min(1, THUMB_PX / image.width);
		canvas.width = Math.ceil(image.width * scale);
		canvas.height = Math.ceil(image.height * scale);
		canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
		image.close();
	}, () => canvas.classList.add("broken"));
	return canvas;
}
