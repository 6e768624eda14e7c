// @ts-check

/** Small tools the views share.  Text goes in as text, never as HTML. */

/** Longer than the highlight of app.css lasts. */
const FRESH_MS = 1_800;

/**
 * @template {Element} T
 * @param {ParentNode} root
 * @param {string} selector
 * @param {new () => T} type
 * @returns {T}	the page is written so that it is there
 */
export function need(root, selector, type) {
	const found = root.querySelector(selector);
	if (!(found instanceof type))
		throw new Error(`no ${selector}`);
	return found;
}

/**
 * @param {string} id	of a <template> with one element
 * @returns {HTMLElement}
 */
export function fromTemplate(id) {
	const template = need(document, `#${id}`, HTMLTemplateElement);
	const copy = template.content.firstElementChild?.cloneNode(true);
	if (!(copy instanceof HTMLElement))
		throw new Error(`#${id} is empty`);
	return copy;
}

/**
 * Brings the children of `list` into the wanted order.  The one that holds
 * the focus stays where it is and the others move around it, for an element
 * that is moved loses focus and caret.
 *
 * @param {Element} list
 * @param {Element[]} wanted	children that are not in it are left at the end
 */
export function arrange(list, wanted) {
	let at = list.firstElementChild;

	for (const child of wanted) {
		if (child === at)
			at = at.nextElementSibling;
		else if (child.parentElement === list && holdsFocus(child))
			at = child.nextElementSibling;
		else
			list.insertBefore(child, at);
	}
}

/** @param {Element} element */
export function holdsFocus(element) {
	return element.contains(document.activeElement);
}

/**
 * Puts `value` into a text field that may be in use: only the part that
 * differs is replaced, so caret and selection stay with their words.
 *
 * @param {HTMLInputElement | HTMLTextAreaElement} field
 * @param {string} value
 */
export function replaceText(field, value) {
	const old = field.value;
	const shorter = Math.min(old.length, value.length);
	let head = 0;
	let tail = 0;

	while (head < shorter && old[head] === value[head])
		head++;
	while (tail < shorter - head
		&& old[old.length - 1 - tail] === value[value.length - 1 - tail])
		tail++;
	if (old !== value)
		field.setRangeText(value.slice(head, value.length - tail),
			head, old.length - tail, "preserve");
}

/**
 * A brief highlight.  It is only a class: nothing moves.
 * @param {Element} element
 */
export function flash(element) {
	element.classList.remove("fresh");
	requestAnimationFrame(() => element.classList.add("fresh"));
	setTimeout(() => element.classList.remove("fresh"), FRESH_MS);
}

/**
 * Lets a text area be as high as its text where the style sheet cannot.
 * @param {HTMLTextAreaElement} area
 */
export function fitHeight(area) {
	if (CSS.supports("field-sizing", "content"))
		return;
	area.style.setProperty("height", "auto");
	area.style.setProperty("height", `${area.scrollHeight}px`);
}

/** With the caret behind its last word. @param {HTMLTextAreaElement | null | undefined} field */
export function focusEnd(field) {
	field?.focus();
	field?.setSelectionRange(field.value.length, field.value.length);
}
