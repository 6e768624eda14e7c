#ifndef CGI_API_EXPORT_H
#define CGI_API_EXPORT_H

#include "api/spool.h"
#include "call/call.h"

/*
 * A board on its way out.  Its notes are read in one transaction, so all are
 * as of one moment, into a spool, one printed note a line; from there they go
 * out as slowly as the client takes them, while nobody waits for it.
 */
struct export {
	struct call	*c;
	struct spool	 notes;
	struct buf	 board;		/* the board, as JSON */
	struct buf	 title;		/* of it */
	struct buf	 line;		/* the note at hand */
	struct buf	 places;	/* of notes, for an order of their own */
	enum status	 st;		/* what stopped the reading */
};

/* Sends c->out when there is enough of it, or at once. */
enum export_when { EXPORT_ENOUGH, EXPORT_NOW };
enum status export_send(struct export *e, enum export_when when);

/*
 * The notes as Markdown, in the order of the page, which is found first.
 * ST_TOOBIG: too many to be sorted.
 */
enum status export_markdown_sort(struct export *e);
enum status export_markdown(struct export *e);
/*
 * The files of the notes as JSON records with their contents, a line each; one
 * that was deleted meanwhile is left out.
 */
enum status export_files(struct export *e);

#endif
