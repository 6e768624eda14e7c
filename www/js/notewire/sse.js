// @ts-check

/**
 * Server-Sent Events (HTML, "event stream interpretation"): text in, as it
 * comes, events out.
 *
 * @typedef {object} StreamEvent
 * @property {string} event	"" for an unnamed one
 * @property {string} id
 * @property {string} data
 * @property {number} cost	characters beside the data
 */
export class EventParser {
	#rest = "";
	#event = "";
	#id = "";
	/** @type {string[]} */
	#data = [];
	#cost = 0;
	/** Milliseconds, once the stream has said so. */
	retry = 0;

	/**
	 * @param {string} text
	 * @returns {StreamEvent[]}
	 */
	feed(text) {
		const lines = (this.#rest + text).split(/\r\n|\n|\r(?!$)/);
		/** @type {StreamEvent[]} */
		const out = [];

		this.#rest = lines.pop() ?? "";
		for (const line of lines)
			if (line !== "")
				this.#field(line);
			else
				this.#dispatch(out);
		return out;
	}

	/** @param {string} line */
	#field(line) {
		const [, name, value] = /^([^:]*):? ?(.*)$/s.exec(line) ?? ["", "", ""];

		this.#cost += line.length + 1;
		if (name === "data") {
			this.#data.push(value);
			this.#cost -= value.length;
		} else if (name === "event") {
			this.#event = value;
		} else if (name === "id" && !value.includes("\0")) {
			this.#id = value;
		} else if (name === "retry" && /^\d+$/.test(value)) {
			this.retry = Number(value);
		}
	}

	/** @param {StreamEvent[]} out */
	#dispatch(out) {
		if (this.#data.length > 0)
			out.push({ event: this.#event, id: this.#id, data: this.#data.join("\n"), cost: this.#cost + 1 });
		this.#event = "";
		this.#data = [];
		this.#cost = 0;
	}
}
