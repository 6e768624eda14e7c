#include "page/page.h"

#include <string.h>

#include "proto/html.h"

/* Nothing that a person typed is lost to a refusal: it stands there to copy. */
static void
put_typed(struct page *p, enum form_name name)
{
	const struct form *f = p->c->form;

	if (f == NULL || form_value(f, name)[0] == '\0')
		return;
	buf_adds(p->o, "<label>What you wrote <textarea readonly rows=\"6\" "
	    "cols=\"60\">");
	html_lines(p->o, form_value(f, name));
	buf_adds(p->o, "</textarea></label>\n");
}

/* A place to go on from: the board, where there is one to see. */
static void
put_way_on(struct page *p, bool lost)
{
	const struct path *path = &p->c->request.path;

	if (!lost && path->count >= 2 && strcmp(path->seg[0], "boards") == 0 &&
	    str_is_id(path->seg[1]))
		buf_addf(p->o, "<p><a href=\"%s/boards/%s\">To the board</a>"
		    "</p>\n", p->mount, path->seg[1]);
	else
		buf_addf(p->o, "<p><a href=\"%s/\">To the start</a></p>\n",
		    p->mount);
}

enum status
page_problem(struct call *c)
{
	const struct problem why = c->problem;
	int http = problem_http(why.kind);
	bool lost = http == 401 || http == 404;
	struct page p;
	enum status st;

	buf_reset(&c->out);
	st = page_init(&p, c);
	if (st && st != ST_INVALID)
		return st;
	page_begin(&p, problem_title(why.kind));
	if (why.detail[0] != '\0')
		page_say(&p, "notice", why.detail);
	put_typed(&p, FORM_TITLE);
	put_typed(&p, FORM_TEXT);
	put_way_on(&p, lost);
	if (lost && st == ST_OK)
		page_paste(&p, NULL);
	c->problem = why;		/* page_init may have found another */
	return page_send(&p, http);
}
