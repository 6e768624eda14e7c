#ifndef CGI_PAGE_PAGE_CARD_H
#define CGI_PAGE_PAGE_CARD_H

#include "page/page.h"

/* A note as the pages show it. */

/* The forms that go with it, where its reader may write. */
enum card_tools {
	CARD_READ,		/* none */
	CARD_BOARD,		/* ticks, a new item, delete, a link to edit */
	CARD_NOTE,		/* the note's own page: takes items away, too */
	CARD_LIVE,		/* none, and newer versions of it may follow */
};

/*
 * Appends the note as an article with the id "n-" and its own.  ST_NOMEM, or
 * ST_INVALID for a body that is none.
 */
enum status page_card(struct page *p, const char *board, const struct note *n,
    enum card_tools tools);

/*
 * A whole page but its end: the board's title, the ways from it, its notes in
 * their order, all as of the moment `*head`.  ST_NOTFOUND, ST_INVALID with
 * c->problem for a malformed query, ST_NOMEM.
 */
enum status page_notes(struct page *p, enum card_tools tools,
    struct cursor *head);

/*
 * The note's body taken apart; `*json` owns its strings.  In any case the
 * caller calls note_fini, then json_free.
 */
struct note_draft;
struct cJSON;
enum status page_card_read(const struct note *n, struct note_draft *d,
    struct cJSON **json);

/* A form about this note: the board's, with its id and revision. */
void page_card_form(struct page *p, const char *board, const struct note *n,
    const char *verb);

#endif
