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
	#fields = { event: "", id: "" };
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

		this.#rest = lines.pop() ?? "";
		return lines.flatMap((line) => (line ? this.#field(line) : this.#dispatch()));
	}

	/** @param {string} line @returns {StreamEvent[]} */
	#field(line) {
		const [, name, value] = /^([^:]*):? ?(.*)$/s.exec(line) ?? [];

		this.#cost += line.length + 1;
		if (name === "data")
			this.#cost -= this.#data[this.#data.push(value) - 1].length;
		else if (name === "event" || (name === "id" && !value.includes("\0")))
			this.#fields[name] = value;
		else if (name === "retry" && /^\d+$/.test(value))
			this.retry = Number(value);
		return [];
	}

	#dispatch() {
		const data = this.#data.splice(0);
		const event = { ...this.#fields, data: data.join("\n"), cost: this.#cost + 1 };

		this.#fields.event = "";
		this.#cost = 0;
		return data.length ? [event] : [];
	}
}
