import js from "@eslint/js";

/** @param {string[]} names */
function globals(names) {
	return Object.fromEntries(names.map((name) => [name, "readonly"]));
}

const AS_TEXT = "text goes in as text";
const everywhere = ["AbortController", "Blob", "URL", "URLSearchParams", "clearTimeout",
	"performance", "setTimeout", "console"];

export default [
	js.configs.recommended,
	{
		rules: {
			"eqeqeq": "error",
			"no-restricted-properties": ["error",
				{ object: "document", property: "write", message: AS_TEXT },
				...["innerHTML", "outerHTML", "insertAdjacentHTML"].map(
					(property) => ({ property, message: AS_TEXT }))],
			"no-var": "error",
			"prefer-const": "error",
		},
	},
	{
		files: ["**/www/js/*.js", "**/www/*.js"],
		languageOptions: {
			globals: globals([...everywhere, "AbortSignal", "BroadcastChannel", "CSS", "Element",
				"EventSource", "FormData", "HTMLButtonElement", "HTMLDialogElement",
				"HTMLElement", "HTMLFormElement", "HTMLInputElement",
				"HTMLLabelElement", "HTMLQuoteElement", "HTMLSelectElement",
				"HTMLTemplateElement", "HTMLTextAreaElement", "HTMLTimeElement",
				"HTMLUListElement", "Headers", "Intl", "MessageEvent",
				"ResizeObserver", "Request", "Response", "btoa", "caches", "crypto", "document", "fetch",
				"history", "location", "navigator", "requestAnimationFrame", "window"]),
		},
		rules: { "max-lines": ["error", 200] },
	},
	{
		files: ["**/*.mjs"],
		languageOptions: {
			globals: globals([...everywhere, "MutationObserver", "WebSocket",
				"document", "fetch", "location", "process", "window"]),
		},
	},
];
