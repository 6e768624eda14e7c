// @ts-check

import { html, nothing, render } from "../modules/lit-html/lit-html.js";
import { BY, connectionAbout, INSPECT, KINDS } from "./text.js";
import { measure, TRANSPORTS } from "./measure.js";
import { need } from "./view_dom.js";

/**
 * @import { Live } from "./live.js"
 * @import { Trace, TransportName } from "./notewire/types.js"
 * @import { Cost, Row, TraceLog } from "./tracelog.js"
 */

const SHOWN = 60;
const CLOCK = new Intl.DateTimeFormat(undefined, {
	hour: "2-digit", minute: "2-digit", second: "2-digit", fractionalSecondDigits: 3,
});
const WHOLE = new Intl.NumberFormat(undefined, { maximumFractionDigits: 0 });

/** What goes over the wire, in words: behind the chip that says how the page is connected. */
export class Inspector {
	#dialog = need(document, "#inspector", HTMLDialogElement);
	#live;
	#log;
	#closed;
	#unsent = 0;
	/** @type {TransportName | ""} */
	#measuring = "";
	/** @type {Set<TransportName>} */
	#failed = new Set();
	#drawn = 0;

	/**
	 * @param {Live} live
	 * @param {TraceLog} log	of what was heard so far; grows
	 * @param {AbortSignal} closed
	 */
	constructor(live, log, closed) {
		this.#live = live;
		this.#log = log;
		this.#closed = closed;
		live.client.addEventListener("trace", () => this.#soon(), { signal: closed });
		closed.addEventListener("abort", () => this.#dialog.close());
	}

	/** @param {number} unsent */
	open(unsent) {
		this.#unsent = unsent;
		this.#draw();
		if (!this.#dialog.open)
			this.#dialog.showModal();
	}

	/** @param {number} unsent */
	show(unsent) {
		this.#unsent = unsent;
		this.#soon();
	}

	/** @param {Trace} trace */
	#heard(trace) {
		this.#log.add(trace);
		this.#soon();
	}

	#soon() {
		if (this.#dialog.open && this.#drawn === 0)
			this.#drawn = requestAnimationFrame(() => this.#draw());
	}

	#draw() {
		const { state, transport, rtt, cursor } = this.#live.client;

		this.#drawn = 0;
		if (this.#closed.aborted)
			return;
		render(html`
			<div class="dialog-head"><h2 id="inspector-title">${INSPECT.title}</h2>
				<button type="button" class="icon" aria-label=${INSPECT.close} @click=${() => this.#dialog.close()}>×</button></div>
			<p>${connectionAbout(state, transport)}</p>
			<dl class="facts">
				<div><dt>${INSPECT.way}</dt><dd>${transport ? BY[transport] : INSPECT.none}</dd></div>
				<div><dt>${INSPECT.rtt}</dt><dd>${rtt ? `${WHOLE.format(rtt)} ms` : "–"}</dd></div>
				<div><dt>${INSPECT.cursor}</dt><dd><code>${cursor || "–"}</code></dd></div>
				<div><dt>${INSPECT.unsent}</dt><dd>${this.#unsent}</dd></div>
			</dl>
			<p><button type="button" class="wake" @click=${() => this.#live.client.wake()}>${INSPECT.wake}</button></p>
			<h3>${INSPECT.costs}</h3>
			<p class="soft">${INSPECT.costsAbout}</p>
			${this.#costs()}
			<p><button type="button" class="measure" ?disabled=${this.#measuring !== ""} @click=${() => this.#measure()}>
				${this.#measuring ? INSPECT.measuring(BY[this.#measuring]) : INSPECT.measure}</button></p>
			<h3>${INSPECT.messages}</h3>
			<div class="scroll" tabindex="0" role="region" aria-label=${INSPECT.messages}>
				<table class="messages"><thead><tr>${INSPECT.columns.map((c) => html`<th scope="col">${c}</th>`)}</tr></thead>
					<tbody>${this.#log.rows.slice(0, SHOWN).map(message)}</tbody></table>
			</div>`, this.#dialog);
	}

	#costs() {
		const costs = this.#log.costs;
		const most = Math.max(1, ...costs.map(each));
		const tried = new Set(costs.map((c) => c.transport));
		const failed = [...this.#failed].filter((t) => !tried.has(t));

		return html`<table class="costs"><thead><tr>${INSPECT.costColumns.map((c) => html`<th scope="col">${c}</th>`)}</tr></thead>
			<tbody>${costs.map((cost) => html`<tr data-transport=${cost.transport}>
				<th scope="row">${BY[cost.transport]}</th><td>${cost.messages}</td>
				<td>${WHOLE.format(cost.bytes / cost.messages)}</td>
				<td><meter min="0" max=${most} .value=${each(cost)} aria-label=${INSPECT.beside(BY[cost.transport])}></meter>
					<span>${WHOLE.format(each(cost))}</span></td></tr>`)}
			${failed.map((t) => html`<tr><th scope="row">${BY[t]}</th><td colspan="3">${INSPECT.blocked}</td></tr>`)}
			</tbody></table>${costs.length ? nothing : html`<p class="soft">${INSPECT.nothing}</p>`}`;
	}

	async #measure() {
		const { client } = this.#live;
		const board = client.snapshot?.board.id ?? "";

		for (const transport of TRANSPORTS) {
			this.#measuring = transport;
			this.#soon();
			const works = await measure(board, client.cursor, transport, (trace) => this.#heard(trace), this.#closed);
			if (!works)
				this.#failed.add(transport);
		}
		this.#measuring = "";
		this.#soon();
	}
}

/** @param {Cost} cost */
function each({ headers, messages }) {
	return headers / messages;
}

/** @param {Row} row */
function message({ direction, transport, bytes, headerBytes, at, kind, text, cursor }) {
	return html`<tr class=${direction}>
		<td>${CLOCK.format(at)}</td>
		<td>${direction === "in" ? INSPECT.in : INSPECT.out}</td>
		<td>${text ? html`<details><summary>${KINDS[kind] ?? kind}</summary><code>${text.slice(0, 2000)}</code></details>` : KINDS[kind] ?? kind}</td>
		<td>${bytes}</td><td>${headerBytes}</td><td>${BY[transport]}</td><td><code>${cursor}</code></td></tr>`;
}
