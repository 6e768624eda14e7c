// @ts-check

import { html, nothing, render } from "../modules/lit-html/lit-html.js";
import { HERE } from "./text.js";
import { need } from "./view_dom.js";

/**
 * @import { Person } from "./people.js"
 * @import { Presence } from "./presence.js"
 */

/** So many are shown one by one. */
const SHOWN = 4;
const HUES = 8;

/** Shows who is here, in a button. @param {Presence} presence */
export function showFaces({ people: { count, others, you }, name }) {
	const button = need(document, "#people", HTMLButtonElement);
	const all = [{ id: you, name }, ...others.values()];
	const more = Math.max(count, all.length) - Math.min(all.length, SHOWN);

	button.hidden = !you;
	button.setAttribute("aria-label", HERE.all(Math.max(count, all.length), [...others.values()].map(calling)));
	render(html`${all.slice(0, SHOWN).map(face)}${more > 0 ? html`<span class="face">+${more}</span>` : nothing}`, button);
}

/** @param {Person} person */
export function calling({ name }) {
	return name || HERE.somebody;
}

/** @param {Person} person */
export function face({ id, name }) {
	const first = [...name][0]?.toUpperCase() ?? "?";
	const hue = [...id].reduce((sum, c) => sum + (c.codePointAt(0) ?? 0), 0) % HUES;

	return html`<span class="face" data-hue=${hue} aria-hidden="true">${first}</span>`;
}
