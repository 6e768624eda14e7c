import js from "@eslint/js";

/** @param {string[]} names */
function globals(names) {
	return Object.fromEntries(names.map((name) => [name, "readonly"]));
}

const AS_TEXT = "text goes in as text";
const everywhere = ["AbortController", "Blob", "URL", "URLSearchParams", "XMLHttpRequest", "clearInterval", "clearTimeout",
	"performance", "setInterval", "setTimeout", "console"];

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
		files: ["**/www/*.js", "**/www/js/**/*.js", "**/www/examples/*.js"],
		languageOptions: {
			globals: globals([...everywhere, "AbortSignal", "Blob", "BroadcastChannel",
				"CSS", "CloseEvent", "DOMException", "Element", "Event", "EventTarget",
				"EventSource", "File", "FormData", "HTMLButtonElement", "HTMLDialogElement",
				"HTMLElement", "HTMLFormElement", "HTMLInputElement",
				"HTMLLabelElement", "HTMLOListElement", "HTMLQuoteElement", "HTMLSelectElement",
				"HTMLTemplateElement", "HTMLTextAreaElement", "HTMLTimeElement",
				"HTMLUListElement", "Headers", "Intl", "MessageChannel",
				"MessageEvent", "PerformanceObserver",
				"RTCPeerConnection", "Request", "ResizeObserver", "Response", "SharedWorker", "TextDecoder",
				"TextEncoder", "WebSocket", "addEventListener", "atob", "btoa", "caches", "createImageBitmap", "crypto", "document", "fetch", "getSelection",
				"globalThis", "history", "localStorage", "location", "navigator", "queueMicrotask", "requestAnimationFrame", "window"]),
		},
		rules: { "max-lines": ["error", 200] },
	},
	{
		files: ["**/www/js/*.js"],
		ignores: ["**/text.js"],
		rules: { "no-restricted-syntax": ["error", ...["Literal[value=", "TemplateElement[value.raw="].map((part) =>
			({ selector: `${part}/^[A-Z“][^<>]* [^<>]*[a-z“]/]`, message: "words are in text.js" }))] },
	},
	{
		files: ["**/www/js/text.js"],
		rules: { "max-lines": "off" },
	},
	{
		files: ["**/*.mjs"],
		languageOptions: {
			globals: globals([...everywhere, "Blob", "MutationObserver",
				"PageTransitionEvent", "Response", "dispatchEvent",
				"WebSocket", "atob", "btoa", "crypto",
				"document", "fetch", "getComputedStyle", "localStorage", "location", "process", "window"]),
		},
	},
];
