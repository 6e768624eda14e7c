// @ts-check

/** @import { Stroke } from "./sketch.js" */

/** The paper, in its own units. */
export const WIDTH = 1200;
export const HEIGHT = 800;
export const COLORS = ["#1d1d1f", "#c0392b", "#1f6fb2", "#2d8a4e", "#e0a100"];
export const WIDTHS = [4, 10, 28];

/**
 * Draws strokes on white paper, which looks the same in the dark.
 * @param {HTMLCanvasElement} canvas
 * @param {Iterable<Stroke>} strokes
 */
export function paperDraw(canvas, strokes) {
	const pen = canvas.getContext("2d");
	if (!pen)
		return;
	pen.fillStyle = "#ffffff";
	pen.fillRect(0, 0, canvas.width, canvas.height);
	pen.setTransform(canvas.width / WIDTH, 0, 0, canvas.height / HEIGHT, 0, 0);
	pen.lineCap = pen.lineJoin = "round";
	for (const { color, width, points } of strokes) {
		pen.strokeStyle = COLORS[color % COLORS.length];
		pen.lineWidth = WIDTHS[width % WIDTHS.length];
		pen.beginPath();
		points.forEach(([x, y], n) => (n === 0 ? pen.moveTo(x * WIDTH, y * HEIGHT) : pen.lineTo(x * WIDTH, y * HEIGHT)));
		if (points.length === 1)
			pen.lineTo(points[0][0] * WIDTH, points[0][1] * HEIGHT);
		pen.stroke();
	}
	pen.resetTransform();
}

/** @param {number} width	in pixels */
export function paperNew(width) {
	const canvas = document.createElement("canvas");

	canvas.width = width;
	canvas.height = Math.round(width * HEIGHT / WIDTH);
	return canvas;
}
