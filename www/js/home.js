// @ts-check

import { idNew } from "./id.js";
import { Neighbours } from "./neighbours.js";
import { Storage } from "./storage.js";
import { Shell } from "./view.js";

/** What all boards of this tab share. */
export class Home {
	tab = idNew();
	shell = new Shell();
	storage;
	neighbours;

	constructor() {
		const place = new URL(".", document.baseURI).pathname;

		this.storage = new Storage(place);
		this.neighbours = new Neighbours(`notewire ${place}`, this.tab);
	}
}
