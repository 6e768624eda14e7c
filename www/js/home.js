// @ts-check

import { idNew } from "./id.js";
import { Neighbours } from "./neighbours.js";
import { Storage } from "./storage.js";
import { Shell } from "./view.js";

/** What all boards of this tab share. */
export class Home {
	tab = idNew();
	shell = new Shell();
	/** The page among those of its origin. */
	place = new URL(".", document.baseURI).pathname;
	storage = new Storage(this.place);
	neighbours;

	constructor() {
		this.neighbours = new Neighbours(`notewire ${this.place}`, this.tab);
	}
}
