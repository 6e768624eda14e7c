// @ts-check

/**
 * A data channel from browser to browser (W3C WebRTC).  What both must tell
 * each other before it stands goes by whatever way they are connected to the
 * board.
 */

const CONNECT_MS = 20_000;
/** What one message may hold in all browsers. */
const PIECE = 64 << 10;
/** So much may wait to be sent. */
const AHEAD = 1 << 20;

/**
 * @typedef {object} LinkMeans
 * @property {(said: { sdp?: any, ice?: any }) => void} say	to the other side, by the board
 * @property {(path: "direct" | "relay") => void} open
 * @property {(data: ArrayBuffer | string) => void} message
 * @property {() => void} failed	it came to nothing, or broke
 */

export class DirectLink {
	#connection;
	/** @type {RTCDataChannel | undefined} */
	#channel;
	#means;
	#timer;
	#over = false;
	/** That came before the description. @type {any[]} */
	#early = [];

	/** @param {RTCIceServer[]} iceServers @param {LinkMeans} means */
	constructor(iceServers, means) {
		this.#means = means;
		this.#timer = setTimeout(() => this.#fail(), CONNECT_MS);
		this.#connection = new RTCPeerConnection({ iceServers });
		this.#connection.onicecandidate = ({ candidate }) => candidate && means.say({ ice: candidate.toJSON() });
		this.#connection.onconnectionstatechange = () => {
			if (this.#connection.connectionState === "failed")
				this.#fail();
		};
		this.#connection.ondatachannel = ({ channel }) => this.#use(channel);
	}

	/** From the side that sends. */
	async call() {
		this.#use(this.#connection.createDataChannel("file"));
		await this.#connection.setLocalDescription();
		this.#means.say({ sdp: this.#connection.localDescription?.toJSON() });
	}

	/** @param {{ sdp?: any, ice?: any }} said	by the other side */
	async hear({ sdp, ice }) {
		if (ice && !this.#connection.remoteDescription)
			return void this.#early.push(ice);
		try {
			if (ice)
				return await this.#connection.addIceCandidate(ice);
			await this.#connection.setRemoteDescription(sdp);
			for (const each of this.#early.splice(0))
				await this.#connection.addIceCandidate(each);
			if (sdp.type !== "offer")
				return;
			await this.#connection.setLocalDescription();
			this.#means.say({ sdp: this.#connection.localDescription?.toJSON() });
		} catch {
			this.#fail();		/* what was said is none of it */
		}
	}

	/**
	 * @param {Blob} bytes
	 * @param {(sent: number) => void} progress
	 */
	async send(bytes, progress) {
		for (let at = 0; at < bytes.size && !this.#over; at += PIECE) {
			const piece = await bytes.slice(at, at + PIECE).arrayBuffer();
			if (this.#channel && this.#channel.bufferedAmount > AHEAD)
				await new Promise((resolve) => this.#channel?.addEventListener("bufferedamountlow", resolve, { once: true }));
			if (this.#over)
				return;
			this.#channel?.send(piece);
			progress(at + piece.byteLength);
		}
	}

	/** @param {string} text */
	say(text) {
		if (this.#channel?.readyState === "open")
			this.#channel.send(text);
	}

	close() {
		this.#over = true;
		clearTimeout(this.#timer);
		this.#channel?.dispatchEvent(new Event("bufferedamountlow"));
		this.#connection.close();
	}

	/** @param {RTCDataChannel} channel */
	#use(channel) {
		this.#channel = channel;
		channel.binaryType = "arraybuffer";
		channel.bufferedAmountLowThreshold = AHEAD / 2;
		channel.onmessage = ({ data }) => this.#means.message(data);
		channel.onclose = () => this.#fail();
		channel.onopen = async () => {
			clearTimeout(this.#timer);
			this.#means.open(await this.#path());
		};
	}

	/** @returns {Promise<"direct" | "relay">} */
	async #path() {
		const stats = /** @type {Map<string, any>} */ (/** @type {unknown} */ (await this.#connection.getStats()));
		const pair = [...stats.values()].find((s) => s.type === "candidate-pair" && s.nominated && s.state === "succeeded");
		const relayed = [pair?.localCandidateId, pair?.remoteCandidateId]
			.some((id) => stats.get(id)?.candidateType === "relay");

		return relayed ? "relay" : "direct";
	}

	#fail() {
		if (this.#over)
			return;
		this.close();
		this.#means.failed();
	}
}
