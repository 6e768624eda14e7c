#include "page/page.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "auth/token.h"
#include "feed/feed_stream.h"
#include "page/page_card.h"

/*
 * A board that stays live without scripts: the document never ends, each
 * change is appended to it, and a style rule hides what it takes the place of.
 */

/* Rows of the log that are read at once. */
#define LIVE_ROWS	500

struct live {
	struct page	 p;
	struct feed	*f;
	char		 nonce[ID_SIZE];	/* of the style rules */
};

/* The notes at once; the log goes on from there. */
static enum status
open_page(void *arg, struct call *c)
{
	struct live *l = arg;
	char styles[64];
	enum status st;

	st = page_init(&l->p, c);
	if (st == ST_OK)
		st = page_notes(&l->p, CARD_LIVE, &l->f->query.after);
	if (st)
		return st;
	(void)snprintf(styles, sizeof(styles), "'self' 'nonce-%s'", l->nonce);
	page_headers(c, styles);
	return ST_OK;
}

/*
 * Hides the versions of a note so far, but `rev` (0: none).  Of rules that
 * weigh the same the last one counts: hence the doubled class.
 */
static void
put_rule(struct live *l, const char *note, int64_t rev)
{
	struct buf *o = l->p.o;

	buf_addf(o, "<style nonce=\"%s\">.n-%s.n-%s{display:none}", l->nonce,
	    note, note);
	if (rev != 0)
		buf_addf(o, ".n-%s.r-%" PRId64 "{display:block}", note, rev);
	buf_adds(o, "</style>\n");
}

static void
put_change(void *arg, struct buf *out, const struct cursor *at,
    const struct change *ch)
{
	struct live *l = arg;
	enum status st = ST_OK;

	(void)at;
	l->p.o = out;
	if (strcmp(ch->id, SUBJECT_LINKS) == 0)
		return;
	if (strcmp(ch->id, SUBJECT_BOARD) == 0)
		page_say(&l->p, "notice", "The board's title or settings have "
		    "changed; load the page again to see them.");
	else if (ch->deleted || (ch->note && ch->note->trashed_at != 0))
		put_rule(l, ch->id, 0);
	else if (ch->note != NULL) {
		put_rule(l, ch->id, ch->note->rev);
		st = page_card(&l->p, l->f->query.board, ch->note, CARD_LIVE);
	}
	if (st)
		buf_fail(out, st);
}

/* Why a live page ends. */
static const char *
words_of(const struct notice *n)
{
	static const struct {
		const char *reason, *words;
	} all[] = {
		{ "revoked", "The link was taken back, or you signed out." },
		{ "expired", "The link or your session has run out." },
		{ "gone", "The board is gone." },
		{ "busy", "Too many are watching now; this is how it stood." },
		{ "shutdown", "The service starts again." },
	};
	size_t i;

	for (i = 0; n->kind == NOTICE_END && i < sizeof(all) / sizeof(all[0]);
	    i++)
		if (n->reason && strcmp(all[i].reason, n->reason) == 0)
			return all[i].words;
	return "This page has been open for long enough.";
}

static void
put_notice(void *arg, struct buf *out, const struct notice *n)
{
	struct live *l = arg;

	l->p.o = out;
	switch (n->kind) {
	case NOTICE_OPEN:
		break;
	case NOTICE_UP_TO_DATE:
	case NOTICE_HEARTBEAT:
		buf_addf(out, "<!-- %s -->\n", notice_name(n->kind));
		break;
	case NOTICE_RESET:
	case NOTICE_END:
		page_say(&l->p, "notice", words_of(n));
		buf_addf(out, "<p><a href=\"%s/boards/%s/live\">Load it again"
		    "</a></p>\n", l->p.mount, l->f->query.board);
		page_end(&l->p);
		break;
	}
}

enum status
page_live(struct call *c, const struct claim *claim)
{
	static const struct feed_form form = {
		.type = "text/html; charset=utf-8",
		.open = open_page,
		.change = put_change,
		.notice = put_notice,
	};
	struct feed f = { .query = { .board = PATH_BOARD(c), .docs = true,
	    .limit = LIVE_ROWS },
	    .heartbeat_ms = c->service->config->heartbeat_ms };
	struct live l = { .f = &f };
	enum status st;

	st = token_new_id(l.nonce);
	return st ? st : feed_stream(c, claim, &f, &form, &l);
}
