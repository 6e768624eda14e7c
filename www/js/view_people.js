// @ts-check

import { html, nothing, render } from "../modules/lit-html/lit-html.js";
import { DIRECT, PEOPLE } from "./text.js";
import { need } from "./view_dom.js";
import { calling, face } from "./view_faces.js";

/**
 * @import { Person } from "./people.js"
 * @import { Presence } from "./presence.js"
 */

/**
 * Shows who is here and one's own name.
 * @param {Presence} presence
 * @param {((person: Person) => void) | null} send	a file to somebody; null where that cannot be
 */
export function openPeople(presence, send) {
	const dialog = need(document, "#people-panel", HTMLDialogElement);

	drawPeople(presence, send);
	need(dialog, "#people-name", HTMLInputElement).value = presence.name;
	if (!dialog.open)
		dialog.showModal();
}

/** What is open, as it is now. @param {Presence} presence @param {((person: Person) => void) | null} send */
export function drawPeople(presence, send) {
	const dialog = need(document, "#people-panel", HTMLDialogElement);
	const { others, count } = presence.people;
	const unnamed = count - others.size - 1;
	const keep = (/** @type {Event} */ event) => {
		event.preventDefault();
		presence.rename(need(dialog, "#people-name", HTMLInputElement).value);
		dialog.close();
	};

	render(html`<div class="dialog-head"><h2 id="people-title">${PEOPLE.title}</h2>
			<button type="button" class="icon" aria-label=${PEOPLE.close} @click=${() => dialog.close()}>×</button></div>
		<form @submit=${keep}>
			<label for="people-name">${PEOPLE.name}</label>
			<div class="link-line"><input id="people-name" maxlength="40" autocomplete="nickname"><button class="loud">${PEOPLE.keep}</button></div>
			<p class="soft">${PEOPLE.about}</p>
		</form>
		<ul class="past" aria-label=${PEOPLE.others}>${[...others.values()].map((person) => html`
			<li>${face(person)} <bdi>${calling(person)}</bdi>${send ? html`
				<button type="button" class="send" aria-label=${DIRECT.sendTo(calling(person))} @click=${() => send(person)}>${DIRECT.send}</button>` : nothing}</li>`)}</ul>
		${unnamed > 0 ? html`<p class="soft">${PEOPLE.more(unnamed)}</p>` : nothing}
		${others.size === 0 && unnamed <= 0 ? html`<p class="soft">${PEOPLE.alone}</p>` : nothing}`, dialog);
}
