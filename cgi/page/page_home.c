#include "page/page.h"

#include <string.h>

#include "act/board_doc.h"
#include "act/found.h"
#include "call/reply.h"
#include "call/sign.h"
#include "call/site.h"
#include "proto/html.h"

#define HOME_TITLE	"Notewire"

/* Longer than any link; what is pasted beyond that is none. */
#define LINK_MAX	2048

static bool
put_board(void *arg, const struct board *b, enum role role)
{
	struct page *p = arg;

	buf_addf(p->o, "<li><a href=\"%s/boards/%s\">", p->mount, b->id);
	html_text(p->o, b->title[0] ? b->title : "Board without a title",
	    strlen(b->title[0] ? b->title : "Board without a title"));
	buf_addf(p->o, "</a> (%s)</li>\n", role_name(role));
	return buf_status(p->o) == ST_OK;
}

/* The boards of the session.  ST_EXPIRED: it is known no more. */
static enum status
put_boards(struct page *p, const struct claim *claim)
{
	enum status st;

	if (claim->who.session == NULL)
		return ST_OK;
	buf_adds(p->o, "<section>\n<h2>Your boards</h2>\n<ul>\n");
	st = store_session(p->c->service->store, claim->who.session,
	    put_board, p);
	buf_adds(p->o, "</ul>\n");
	if (st == ST_EXPIRED)
		page_say(p, "notice", "You were signed out, or it was too "
		    "long ago. Paste a link to come back.");
	else if (st)
		return st;
	page_form(p, NULL, "sign-out");
	page_form_end(p, "Sign out");
	buf_adds(p->o, "</section>\n");
	return ST_OK;
}

static void
put_make(struct page *p)
{
	if (p->c->service->config->create != CREATE_ANYONE)
		return;
	buf_adds(p->o, "<section>\n<h2>Make a board</h2>\n");
	page_form(p, NULL, "create");
	page_input(p, "Title", FORM_TITLE, NULL);
	page_form_end(p, "Make the board");
	buf_adds(p->o, "</section>\n");
}

/* The page, after a link that opened nothing with `notice` and the link. */
static enum status
show(struct call *c, const struct claim *claim, int http, const char *notice)
{
	struct page p;
	enum status st;

	st = page_init(&p, c);
	if (st)
		return st;
	page_begin(&p, HOME_TITLE);
	if (notice != NULL)
		page_say(&p, "notice", notice);
	st = put_boards(&p, claim);
	if (st) {
		buf_reset(&c->out);
		return st;
	}
	page_paste(&p, notice != NULL ? form_value(c->form, FORM_LINK) : NULL);
	put_make(&p);
	return page_send(&p, http);
}

enum status
page_home(struct call *c, const struct claim *claim)
{
	return show(c, claim, 200, NULL);
}

static enum status
open_link(struct call *c, const struct claim *claim)
{
	unsigned char digest[DIGEST_SIZE];
	char token[TOKEN_SIZE];
	enum status st;

	token_from_link(form_value(c->form, FORM_LINK), token);
	st = sign_find(c, token);
	if (st == ST_INVALID)
		return show(c, claim, 422, "That is not a link: it ends in # "
		    "and a letter, a dot and 22 characters.");
	if (st == ST_NOTFOUND)
		return show(c, claim, 404, "That link opens nothing. It may "
		    "have been taken back, or a character is missing.");
	if (st == ST_OK)
		st = sign_in(c, claim, digest);
	return st ? st : page_see(c, "/boards/%s", c->access.board);
}

static void
put_link(struct page *p, const struct founding *f, enum role role,
    const char *words)
{
	struct buf url;

	buf_init(&url, LINK_MAX);
	site_put_url(p->c, f->made[role - ROLE_READ].token, &url);
	if (buf_status(&url))
		buf_fail(p->o, buf_status(&url));
	html_element(p->o, "dt", words);
	buf_adds(p->o, "<dd>");
	html_element(p->o, "code", url.data);
	buf_adds(p->o, "</dd>\n");
	buf_fini(&url);
}

static enum status
show_founded(struct call *c, const struct founding *f)
{
	struct page p;
	enum status st;

	st = page_init(&p, c);
	if (st)
		return st;
	page_begin(&p, f->title);
	page_say(&p, "notice", "The board is made. Keep its links: they are "
	    "its keys, and they are shown only now.");
	buf_adds(p.o, "<dl>\n");
	put_link(&p, f, ROLE_READ, "To read");
	put_link(&p, f, ROLE_WRITE, "To read and write");
	put_link(&p, f, ROLE_ADMIN, "To do everything");
	buf_addf(p.o, "</dl>\n<p><a href=\"%s/boards/%s\">Open the board</a>"
	    "</p>\n", p.mount, f->board);
	return page_send(&p, 201);
}

static enum status
create(struct call *c, const struct claim *claim)
{
	struct board_doc d = { .title = form_value(c->form, FORM_TITLE) };
	unsigned char digest[DIGEST_SIZE];
	struct founding f;
	enum status st;

	st = found_allowed(c, claim);
	if (st)
		return st;
	if (strlen(d.title) > BOARD_TITLE_MAX)
		return call_problem(c, PROBLEM_INVALID,
		    "title: a text of at most %d bytes", BOARD_TITLE_MAX);
	if (d.title[0] == '\0')
		d.title = NULL;
	st = found_board(c, &d, &f);
	if (st == ST_OK)
		st = sign_find(c, f.made[ROLE_ADMIN - ROLE_READ].token);
	if (st == ST_OK)
		st = sign_in(c, claim, digest);
	return st ? st : show_founded(c, &f);
}

enum status
page_home_post(struct call *c, const struct claim *claim)
{
	const char *verb = form_value(c->form, FORM_DO);
	enum status st;

	if (strcmp(verb, "create") == 0)
		return create(c, claim);
	if (strcmp(verb, "sign-out") == 0) {
		st = sign_out(c, claim);
		return st ? st : page_see(c, "/");
	}
	if (verb[0] == '\0' || strcmp(verb, "open") == 0)
		return open_link(c, claim);
	return call_problem(c, PROBLEM_INVALID, "do: open, create or sign-out");
}
