#include "notewire/command/drawing.h"

#include <errno.h>

#include <qrencode.h>

/* Light modules around a code (ISO/IEC 18004, 6.3.8). */
#define QUIET	4

/* Whether the module is dark; those around the code are not. */
static bool
is_dark(const QRcode *code, int x, int y)
{
	x -= QUIET;
	y -= QUIET;
	return x >= 0 && y >= 0 && x < code->width && y < code->width &&
	    code->data[y * code->width + x] & 1;
}

/*
 * Two modules a character, one above the other, black on white whatever the
 * terminal's own colours are.
 */
static void
put_blocks(struct buf *o, const QRcode *code)
{
	static const char *const blocks[2][2] = {
		{ " ", "\xe2\x96\x84" },		/* U+2584, lower half */
		{ "\xe2\x96\x80", "\xe2\x96\x88" },	/* upper half, full */
	};
	int x, y, side = code->width + 2 * QUIET;

	for (y = 0; y < side; y += 2) {
		buf_adds(o, "\033[30;107m");
		for (x = 0; x < side; x++)
			buf_adds(o, blocks[is_dark(code, x, y)]
			    [is_dark(code, x, y + 1)]);
		buf_adds(o, "\033[0m\n");
	}
}

static void
put_svg(struct buf *o, const QRcode *code)
{
	int x, y, side = code->width + 2 * QUIET;

	buf_addf(o, "<svg xmlns=\"http://www.w3.org/2000/svg\" "
	    "viewBox=\"0 0 %d %d\" shape-rendering=\"crispEdges\">"
	    "<rect width=\"%d\" height=\"%d\" fill=\"#fff\"/><path d=\"", side,
	    side, side, side);
	for (y = 0; y < side; y++)
		for (x = 0; x < side; x++)
			if (is_dark(code, x, y))
				buf_addf(o, "M%d %dh1v1h-1z", x, y);
	buf_adds(o, "\"/></svg>\n");
}

enum status
drawing_put(struct buf *o, const char *text, bool svg)
{
	QRcode *code = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_M);

	if (code == NULL)
		return errno == ERANGE ? ST_TOOBIG : ST_NOMEM;
	(svg ? put_svg : put_blocks)(o, code);
	QRcode_free(code);
	return buf_status(o);
}
