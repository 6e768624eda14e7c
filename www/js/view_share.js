// @ts-check

import { linkMake } from "./link.js";
import { fromTemplate, need } from "./view_dom.js";

/** @typedef {{ label: string, token: string }} ShownLink */

/**
 * The panel with the links made in this window.  The service keeps only
 * their digests, so a link can be shown only where it was made.
 */
export class ShareView {
	#dialog = need(document, "#share", HTMLDialogElement);
	#about = need(document, "#share-about", HTMLElement);
	#links = need(document, "#share-links", HTMLElement);
	#open = need(document, "#share-open", HTMLButtonElement);
	#mint = [need(document, "#share-read", HTMLButtonElement),
		need(document, "#share-write", HTMLButtonElement)];

	#known;
	#make;
	#failed;

	/**
	 * @param {ShownLink[]} links	those known in this window; grows
	 * @param {(role: "read" | "write") => Promise<{ token: string }>} mint
	 * @param {(problem: string) => void} failed
	 * @param {AbortSignal} closed
	 */
	constructor(links, mint, failed, closed) {
		this.#known = links;
		this.#make = mint;
		this.#failed = failed;
		const [read, write] = this.#mint;
		const options = { signal: closed };

		this.#open.addEventListener("click", () => this.#dialog.showModal(), options);
		read.addEventListener("click", () => this.#further("read"), options);
		write.addEventListener("click", () => this.#further("write"), options);
		need(document, "#share-close", HTMLButtonElement)
			.addEventListener("click", () => this.#dialog.close(), options);
		closed.addEventListener("abort", () => {
			this.#dialog.close();
			this.#open.hidden = true;
		});
	}

	open() {
		if (!this.#dialog.open)
			this.#dialog.showModal();
	}

	/** @param {"read" | "write"} role */
	async #further(role) {
		try {
			const { token } = await this.#make(role);
			this.#known.push(linkShown(role, token));
			this.show(true);
		} catch (error) {
			this.#failed(/** @type {Error} */ (error).message);
		}
	}

	/** @param {boolean} admin	may make further links */
	show(admin) {
		const links = this.#known;

		this.#open.hidden = !admin && links.length === 0;
		this.#about.textContent = links.length > 0
			? "Whoever has a link has the board: send it only to those who should. A link is shown only in the window where it was made."
			: "Links are not kept anywhere, so older ones cannot be shown again. Make a new one:";
		for (const button of this.#mint)
			button.hidden = !admin;
		this.#links.replaceChildren(...links.map(linkElement));
	}
}

/**
 * @param {ShownLink} link
 * @param {number} index
 */
function linkElement(link, index) {
	const element = fromTemplate("link-template");
	const label = need(element, "label", HTMLLabelElement);
	const input = need(element, "input", HTMLInputElement);
	const button = need(element, "button", HTMLButtonElement);

	label.textContent = link.label;
	label.htmlFor = input.id = `link-${index}`;
	input.value = linkMake(link.token, document.baseURI);
	input.addEventListener("focus", () => input.select());
	button.setAttribute("aria-label", `Copy: ${link.label}`);
	button.addEventListener("click", async () => {
		button.textContent = await copy(input) ? "Copied" : "Press Ctrl+C";
	});
	return element;
}

/**
 * The clipboard is open only to pages of a secure context; elsewhere the
 * link is selected for the person to copy.
 * @param {HTMLInputElement} input
 */
async function copy(input) {
	try {
		await navigator.clipboard.writeText(input.value);
		return true;
	} catch {
		input.focus();
		return false;
	}
}

/**
 * @param {"read" | "write" | "admin"} role
 * @param {string} token
 * @returns {ShownLink}
 */
export function linkShown(role, token) {
	const label = {
		read: "To read along",
		write: "To read and write",
		admin: "Your own: keep it, it can do everything",
	}[role];
	return { label, token };
}
