// @ts-check

/** Pieces are put together so often, so that the browser may lay them aside. */
const TOGETHER = 8 << 20;

/** A file as it comes in, piece by piece. */
export class Pieces {
	#size;
	/** @type {(ArrayBuffer | Blob)[]} */
	#pieces = [];
	#loose = 0;
	/** Bytes that are here. */
	moved = 0;

	/** @param {number} size	that was announced */
	constructor(size) {
		this.#size = size;
	}

	get whole() {
		return this.moved === this.#size;
	}

	/** @param {unknown} data @returns {boolean}	false where it is no piece of it */
	take(data) {
		if (!(data instanceof ArrayBuffer) || this.moved + data.byteLength > this.#size)
			return false;
		this.#pieces.push(data);
		this.#loose += data.byteLength;
		this.moved += data.byteLength;
		if (this.#loose > TOGETHER) {
			this.#pieces = [new Blob(this.#pieces)];
			this.#loose = 0;
		}
		return true;
	}

	blob() {
		return new Blob(this.#pieces, { type: "application/octet-stream" });
	}
}
