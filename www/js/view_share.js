// @ts-check

import { html, nothing, render } from "../modules/lit-html/lit-html.js";
import { linkMake } from "./link.js";
import { copyFrom, qrOf } from "./share_tools.js";
import { LATE, NOT_DONE, ROLE, SHARE } from "./text.js";
import { need } from "./view_dom.js";

/**
 * @import { Role } from "./types.js"
 */

/** @typedef {import("./types.js").ShownLink} ShownLink */
/** @typedef {{ id: string, role: Role, label: string | null, created_at: string, expires_at: string | null }} KnownLink */
/**
 * @typedef {object} Links
 * @property {(link: { role: Role, label?: string, expires_at?: string }) => Promise<{ token: string }>} mint
 * @property {() => Promise<KnownLink[]>} list
 * @property {(id: string) => Promise<void>} revoke
 */

const DAY_MS = 86_400_000;
const DATE = new Intl.DateTimeFormat(undefined, { dateStyle: "medium" });

/**
 * The board's links.  The service keeps only their digests, so a link can be
 * shown only in the window where it was made.
 */
export class ShareView {
	#dialog = need(document, "#share", HTMLDialogElement);
	#shown;
	#links;
	/** @type {KnownLink[]} */
	#known = [];
	#admin = false;
	#problem = "";

	/**
	 * @param {ShownLink[]} shown	those known in this window; grows
	 * @param {Links} links
	 * @param {AbortSignal} closed
	 */
	constructor(shown, links, closed) {
		this.#shown = shown;
		this.#links = links;
		closed.addEventListener("abort", () => this.#dialog.close());
	}

	/** @param {boolean} admin	may make and revoke links */
	open(admin) {
		this.#admin = admin;
		this.#draw();
		if (!this.#dialog.open)
			this.#dialog.showModal();
		if (this.#admin)
			this.#try(async () => {});
	}

	/** @param {() => Promise<void>} act	after which the list is another */
	async #try(act) {
		this.#problem = "";
		try {
			await act();
			this.#known = await this.#links.list();
		} catch (error) {
			this.#problem = NOT_DONE(/** @type {Error} */ (error).message);
		}
		this.#draw();
	}

	/** @param {"read" | "write"} role */
	#mint(role) {
		const label = need(this.#dialog, "#share-label", HTMLInputElement);
		const days = Number(need(this.#dialog, "#share-days", HTMLSelectElement).value);
		const expires = new Date(Date.now() + days * DAY_MS).toISOString();

		return this.#try(async () => {
			const name = label.value.trim();
			const { token } = await this.#links.mint({ role, ...name && { label: name }, ...days && { expires_at: expires } });
			this.#shown.push({ role, token, name });
			label.value = "";
		});
	}

	#draw() {
		render(html`<div class="dialog-head"><h2 id="share-title">${SHARE.title}</h2>
				<button type="button" class="icon" aria-label=${SHARE.close} @click=${() => this.#dialog.close()}>×</button></div>
			<p class="soft">${this.#shown.length ? SHARE.about : SHARE.aboutNone}</p>
			${this.#shown.map((link, n) => this.#link(link, n))}
			${this.#problem ? html`<p role="alert">${this.#problem}</p>` : nothing}
			${this.#admin ? this.#making() : nothing}`, this.#dialog);
	}

	/** @param {ShownLink} link @param {number} n */
	#link(link, n) {
		const address = linkMake(link.token, document.baseURI);
		const label = labelOf(link);
		const copy = async () => {
			link.copied = await copyFrom(need(this.#dialog, `#link-${n}`, HTMLInputElement)) ? SHARE.copied : SHARE.copyKey;
			this.#draw();
		};
		const qr = async () => {
			this.#problem = "";
			link.qr = link.qr ? undefined : await qrOf(address, SHARE.qrOf(label)).catch(() => {
				this.#problem = LATE.missing;
			}) ?? undefined;
			this.#draw();
		};
		return html`<div class="link"><label for="link-${n}">${label}</label>
			<div class="link-line"><input id="link-${n}" readonly .value=${address} @focus=${select}>
				<button type="button" aria-label=${SHARE.copyOf(label)} @click=${copy}>${link.copied ?? SHARE.copy}</button>
				<button type="button" aria-label=${SHARE.qrOf(label)} aria-expanded=${link.qr ? "true" : "false"} @click=${qr}>QR</button></div>
			${link.qr ?? nothing}</div>`;
	}

	#making() {
		return html`<h3>${SHARE.further}</h3>
			<div class="link-line"><input id="share-label" aria-label=${SHARE.label} placeholder=${SHARE.label} maxlength="60" autocomplete="off">
				<select id="share-days" aria-label=${SHARE.expiry}>${SHARE.expiries.map(([days, words]) =>
					html`<option value=${days}>${words}</option>`)}</select></div>
			<div class="share-end"><button type="button" id="share-read" @click=${() => this.#mint("read")}>${SHARE.newRead}</button>
				<button type="button" id="share-write" @click=${() => this.#mint("write")}>${SHARE.newWrite}</button></div>
			${this.#known.length ? html`<h3>${SHARE.all}</h3><ul class="past">${this.#known.map((link) => this.#row(link))}</ul>` : nothing}`;
	}

	/** @param {KnownLink} link */
	#row({ id, role, label, created_at, expires_at }) {
		const name = labelOf({ role, name: label ?? "", token: "" });
		const revoke = () => this.#try(() => this.#links.revoke(id));

		return html`<li><div><p>${name}</p><p class="soft">${SHARE.made} ${DATE.format(new Date(created_at))}${
			expires_at ? `, ${SHARE.ends} ${DATE.format(new Date(expires_at))}` : ""}</p></div>
			<button type="button" class="revoke" aria-label=${`${SHARE.revoke}: ${name}`} @click=${revoke}>${SHARE.revoke}</button></li>`;
	}
}

/** @param {Event} event */
function select({ target }) {
	if (target instanceof HTMLInputElement)
		target.select();
}

/** @param {ShownLink} link */
function labelOf({ role, name }) {
	return [ROLE[role], name].filter(Boolean).join(" · ");
}
