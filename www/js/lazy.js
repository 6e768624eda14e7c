// @ts-check

/**
 * The parts of the page that no first look at a board needs.  Once it stands
 * all are fetched, so that they are there when the network is not.
 */

export const lazy = {
	files: () => import("./view_files.js"),
	viewer: () => import("./view_viewer.js"),
	markdown: () => import("./markdown.js"),
	more: () => import("./view_more.js"),
	people: () => import("./view_people.js"),
	sketch: () => import("./view_sketch.js"),
	guests: () => import("./sketch_guests.js"),
	direct: () => Promise.all([import("./direct.js"), import("./view_direct.js")]),
	inspector: () => import("./view_inspector.js"),
	past: () => import("./view_past.js"),
	share: () => import("./view_share.js"),
	qr: () => import("../modules/uqr/index.js"),
};

/** @returns {Promise<void>}	when all that can be fetched is */
export async function lazyFetch() {
	await new Promise((resolve) => (window.requestIdleCallback ?? setTimeout)(resolve));
	for (const part of Object.values(lazy))
		await part().catch(() => {});		/* it is asked for again when it is needed */
}
