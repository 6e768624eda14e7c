// @ts-check

import { html } from "../modules/lit-html/lit-html.js";
import { lazy } from "./lazy.js";

/**
 * The clipboard is open only to pages of a secure context; elsewhere the old
 * command still copies what is selected.
 * @param {HTMLInputElement} input
 * @returns {Promise<boolean>}
 */
export async function copyFrom(input) {
	try {
		await navigator.clipboard.writeText(input.value);
		return true;
	} catch {
		input.focus();
		input.select();
		return document.execCommand("copy");
	}
}

/**
 * @param {string} address
 * @param {string} label
 */
export async function qrOf(address, label) {
	const { encode } = await lazy.qr();
	const { data, size } = encode(address, { ecc: "M", border: 3 });
	const dark = data.flatMap((row, y) => row.flatMap((on, x) => (on ? `M${x} ${y}h1v1h-1z` : []))).join("");

	return html`<svg class="qr" viewBox="0 0 ${size} ${size}" role="img" aria-label=${label}>
		<rect width="100%" height="100%" fill="#fff"></rect><path d=${dark} fill="#000"></path></svg>`;
}
