// @ts-check

import { apiBoards, apiCreateBoard, ApiError, apiOpenSession } from "./api.js";
import { Home } from "./home.js";
import { keyNew } from "./id.js";
import { hashParse, linkParse, linkToken } from "./link.js";
import { OpenBoard } from "./open_board.js";
import { keepForOffline } from "./offline.js";
import { lazyFetch } from "./lazy.js";
import { persist } from "./persist.js";
import { PAGE } from "./text.js";
import { LandingView } from "./view_landing.js";

/**
 * @import { Role, ShownLink } from "./types.js"
 */

/** The page: which board is open, and how it gets to the next. */
class App {
	#home = new Home();
	#shell = this.#home.shell;
	#landing = new LandingView((title) => this.#make(title), (link) => this.#paste(link));
	/** @type {OpenBoard | null} */
	#open = null;
	/** Stops what belongs to the screen before. */
	#turn = new AbortController();
	/** @type {Map<string, ShownLink[]>} links known in this window only */
	#links = new Map();

	/** Shows what the address asks for. */
	async go() {
		const wish = hashParse(location.hash);

		this.#leave();
		if (!wish)
			await this.#land("");
		else if ("token" in wish)
			await this.#enter(wish.token);
		else
			await this.#show(wish.board);
	}

	#leave() {
		this.#turn.abort();
		this.#turn = new AbortController();
		this.#open?.close();
		this.#open = null;
		this.#shell.notice("");
	}

	/** @param {string} notice */
	async #land(notice) {
		const signal = this.#turn.signal;

		this.#shell.screen("landing");
		this.#shell.notice(notice);
		/* Without a cookie, or with an old one, there are just none. */
		const boards = await apiBoards().catch(() => []);
		if (!signal.aborted)
			this.#landing.show(boards);
	}

	/**
	 * Opens a link.  Its token must not stay in the address bar, where the
	 * next person at this screen, or a screenshot, would find it.
	 * @param {string} token
	 */
	async #enter(token) {
		const signal = this.#turn.signal;
		const key = keyNew();

		history.replaceState(null, "", location.pathname + location.search);
		this.#shell.screen("loading");
		try {
			const { board } = await persist(() => apiOpenSession(token, key), signal,
				(waiting) => waiting && this.#waiting());
			if (signal.aborted)
				return;
			history.replaceState(null, "", `#b=${board}`);
			await this.#show(board);
		} catch (error) {
			if (!signal.aborted)
				await this.#land(refusal(error, PAGE.opensNothing));
		}
	}

	#waiting() {
		this.#shell.connection({ state: "waiting", transport: "", reason: "" });
	}

	/** @param {string} id */
	async #show(id) {
		const links = this.#links.get(id) ?? [];
		const board = new OpenBoard(id, this.#home, links);
		const signal = this.#turn.signal;

		this.#links.set(id, links);
		this.#open = board;
		this.#shell.screen("loading");
		try {
			await board.open();
		} catch (error) {
			if (signal.aborted)
				return;
			this.#leave();
			history.replaceState(null, "", location.pathname + location.search);
			await this.#land(refusal(error, PAGE.notHere));
		}
	}

	/** @param {string} title */
	async #make(title) {
		const key = keyNew();
		const signal = this.#turn.signal;

		try {
			const { id, links } = await apiCreateBoard(title, key);
			await persist(() => apiOpenSession(linkToken(links.admin), key), signal);
			this.#links.set(id, /** @type {Role[]} */ (["write", "read", "admin"])
				.map((role) => ({ role, token: linkToken(links[role]) })));
			if (signal.aborted)
				return;
			history.pushState(null, "", `#b=${id}`);
			await this.go();
			this.#open?.share();
		} catch (error) {
			this.#shell.notice(refusal(error, ""));
		}
	}

	/** @param {string} text */
	async #paste(text) {
		const link = linkParse(text, document.baseURI);

		if (!link)
			this.#shell.notice(PAGE.noLink);
		else if ("elsewhere" in link)
			this.#shell.notice(PAGE.elsewhere(link.elsewhere));
		else {
			history.pushState(null, "", location.pathname + location.search);
			this.#leave();
			await this.#enter(link.token);
		}
	}
}

/**
 * @param {unknown} error
 * @param {string} unknown	what to say when nothing is found
 */
function refusal(error, unknown) {
	if (!(error instanceof ApiError))
		throw error;
	if (error.status === 401)
		return PAGE.expired;
	if ([400, 404, 422].includes(error.status) && unknown)
		return unknown;
	return error.status === 0 ? PAGE.silent : `${error.message}.`;
}

const app = new App();
window.addEventListener("hashchange", () => app.go());
const first = app.go();
window.addEventListener("load", () => {
	keepForOffline(first.then(lazyFetch)).catch(() => {});
});
