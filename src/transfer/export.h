#ifndef TRANSFER_EXPORT_H
#define TRANSFER_EXPORT_H

#include "config/config.h"
#include "store/store.h"
#include "transfer/spool.h"

/*
 * A board on its way out.  Its notes are read in one transaction, so all are
 * as of one moment, into a spool, one printed note a line; from there they go
 * out as slowly as their receiver takes them, while nobody waits for it.
 */
enum export_format {
	EXPORT_JSON = 0,	/* what import.h takes back */
	EXPORT_MARKDOWN,
};

typedef enum status export_sink_fn(void *arg, const char *bytes, size_t n);

struct export {
	struct store		*store;
	const struct config	*config;
	const char		*board;
	enum export_format	 format;
	bool			 head_only;	/* no note is wanted */
	export_sink_fn		*sink;		/* takes what comes */
	void			*arg;

	/* set by export_read */
	struct buf		 title;		/* of the board */

	/* private */
	struct spool		 notes;
	struct buf		 json;		/* the board */
	struct buf		 line;		/* the note at hand */
	struct buf		 places;	/* of notes, for an order of their own */
	struct buf		 out;		/* not yet with the sink */
	enum status		 st;		/* what stopped the reading */
};

/* "json", "markdown".  ST_INVALID. */
enum status export_format_parse(const char *name, enum export_format *out);

/* The caller fills in the first seven. */
void export_init(struct export *e);
void export_fini(struct export *e);
/*
 * ST_NOTFOUND: no such board; ST_TOOBIG: too many notes to be sorted, for
 * Markdown; ST_FULL, ST_BUSY, ST_NOMEM, ST_IO.
 */
enum status export_read(struct export *e);
/* What the sink answers, or the failures of reading. */
enum status export_write(struct export *e);

#endif
