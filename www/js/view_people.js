// @ts-check

import { html, nothing, render } from "../modules/lit-html/lit-html.js";
import { DIRECT, PEOPLE } from "./text_panels.js";
import { need } from "./view_dom.js";

/**
 * @import { Person } from "./people.js"
 * @import { Presence } from "./presence.js"
 */

/** So many are shown one by one. */
const SHOWN = 4;
const HUES = 8;

/**
 * Shows who is here, in a button behind which one's own name is.
 * @param {Presence} presence
 * @param {((person: Person) => void) | null} send	a file to somebody; null where that cannot be
 */
export function showPeople(presence, send) {
	const button = need(document, "#people", HTMLButtonElement);
	const { count, others, you } = presence.people;
	const all = [{ id: you, name: presence.name }, ...others.values()];
	const more = Math.max(count, all.length) - Math.min(all.length, SHOWN);

	button.hidden = !you;
	button.setAttribute("aria-label", PEOPLE.here(Math.max(count, all.length), [...others.values()].map(calling)));
	button.onclick = () => openPeople(presence, send);
	render(html`${all.slice(0, SHOWN).map(face)}${more > 0 ? html`<span class="face">+${more}</span>` : nothing}`, button);
	if (need(document, "#people-panel", HTMLDialogElement).open)
		drawPanel(presence, send);
}

/** @param {Presence} presence @param {((person: Person) => void) | null} send */
function openPeople(presence, send) {
	const dialog = need(document, "#people-panel", HTMLDialogElement);

	drawPanel(presence, send);
	need(dialog, "#people-name", HTMLInputElement).value = presence.name;
	if (!dialog.open)
		dialog.showModal();
}

/** @param {Presence} presence @param {((person: Person) => void) | null} send */
function drawPanel(presence, send) {
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

/** @param {Person} person */
function calling({ name }) {
	return name || PEOPLE.somebody;
}

/** @param {Person} person */
function face({ id, name }) {
	const first = [...name][0]?.toUpperCase() ?? "?";
	const hue = [...id].reduce((sum, c) => sum + (c.codePointAt(0) ?? 0), 0) % HUES;

	return html`<span class="face" data-hue=${hue} aria-hidden="true">${first}</span>`;
}
