// @ts-check

import { html, nothing, render } from "../modules/lit-html/lit-html.js";
import { DIRECT, HERE, sizeWords } from "./text.js";
import { need } from "./view_dom.js";

/**
 * @import { Direct, Transfer } from "./direct.js"
 * @import { Presence } from "./presence.js"
 */

/**
 * What a list of transfers needs to be shown.
 * @typedef {object} DirectView
 * @property {Direct} direct
 * @property {Presence} presence
 * @property {number} most	bytes of what can be attached
 * @property {(files: readonly File[]) => void} attach	instead
 */

/** Shows the files that go from browser to browser. @param {DirectView} view */
export function showDirect(view) {
	const root = need(document, "#direct", HTMLElement);
	const all = [...view.direct.transfers.values()];

	root.hidden = all.length === 0;
	render(html`<h2>${DIRECT.title}</h2>
		<ul>${all.map((t) => row(t, view))}</ul>`, root);
}

/** @param {Transfer} transfer @param {DirectView} view */
function row(transfer, view) {
	const { id, way, name, size, state, path } = transfer;
	const who = view.presence.people.others.get(transfer.peer)?.name || HERE.somebody;
	const drop = () => view.direct.drop(id);

	return html`<li data-transfer=${state} data-path=${path}>
		<p><bdi class="file-name">${name}</bdi> <span class="soft">${sizeWords(size)}</span></p>
		<p class="soft">${DIRECT[way](who)} ${DIRECT.states[state]}${path ? ` ${DIRECT.paths[path]}` : ""}</p>
		${state === "moving" ? html`<progress max=${size} .value=${transfer.moved} aria-label=${name}></progress>` : nothing}
		<p class="choices">
			${way === "in" && state === "offered" ? html`<button type="button" class="loud" @click=${() => view.direct.accept(id)}>${DIRECT.accept}</button>` : nothing}
			${transfer.address ? html`<a class="button" href=${transfer.address} download=${name}>${DIRECT.save}</a>` : nothing}
			${way === "out" && (state === "failed" || state === "silent") ? instead(transfer, view) : nothing}
			<button type="button" @click=${drop}>${["done", "failed", "declined", "silent"].includes(state) ? DIRECT.clear
				: way === "in" && state === "offered" ? DIRECT.decline : DIRECT.stop}</button>
		</p></li>`;
}

/** @param {Transfer} transfer @param {DirectView} view */
function instead({ id, file, size }, view) {
	const attach = () => {
		if (file)
			view.attach([file]);
		view.direct.drop(id);
	};

	return size > view.most ? html`<span class="soft">${DIRECT.tooLarge(sizeWords(view.most))}</span>`
		: html`<button type="button" class="loud" @click=${attach}>${DIRECT.attach}</button>`;
}
