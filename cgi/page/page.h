#ifndef CGI_PAGE_PAGE_H
#define CGI_PAGE_PAGE_H

#include "call/access.h"
#include "call/call.h"
#include "call/form.h"

/*
 * The pages for browsers that run no scripts, one room a page, each file with
 * all the words of its room.  What stands in them of people's words goes
 * through proto/html.h.
 */

enum status page_home(struct call *c, const struct claim *claim);
enum status page_home_post(struct call *c, const struct claim *claim);
enum status page_board(struct call *c, const struct claim *claim);
enum status page_board_post(struct call *c, const struct claim *claim);
enum status page_note(struct call *c, const struct claim *claim);
enum status page_live(struct call *c, const struct claim *claim);
/* As reply_problem, for who prefers a page. */
enum status page_problem(struct call *c);

/* One page under way; what it says is appended to `o`. */
struct page {
	struct call	*c;
	struct buf	*o;
	const char	*mount;		/* of the responder; safe in a URL */
	char		 token[ID_SIZE];
	char		 key[KEY_SIZE];
	bool		 writes;	/* its reader may change the board */
};

/* Prepares what forms need.  ST_INVALID with c->problem, ST_IO. */
enum status page_init(struct page *p, struct call *c);
/* Doctype, head and what stands above every page. */
void page_begin(struct page *p, const char *title);
/* What stands below every page. */
void page_end(struct page *p);
/* Ends the document and sends it. */
enum status page_send(struct page *p, int http);
/* The headers of every page; `styles` is what the CSP lets style it. */
void page_headers(struct call *c, const char *styles);
/* 303 (RFC 9110, 15.4.4) to a place below the mount. */
enum status page_see(struct call *c, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/*
 * A form with its hidden fields: `board` NULL for the home page's.  The caller
 * adds the rest and calls page_form_end, with the words of its button.
 */
void page_form(struct page *p, const char *board, const char *verb);
void page_form_end(struct page *p, const char *button);
/* A labelled line to type in; `value` NULL for an empty one. */
void page_input(struct page *p, const char *label, enum form_name name,
    const char *value);
/* A labelled box of several lines. */
void page_textarea(struct page *p, const char *label, enum form_name name,
    const char *value);
/* `<p class="…">` and the words. */
void page_say(struct page *p, const char *class, const char *words);
/* The form to paste a link into; home's and the problems'. */
void page_paste(struct page *p, const char *link);

#endif
