#include "page/page_note.h"

#include <string.h>

#include "codec/note.h"
#include "page/page.h"
#include "page/page_card.h"
#include "proto/html.h"

struct room {
	struct page		 p;
	const struct form	*mine;	/* an edit that came too late, or NULL */
	enum status		 st;
};

static const char *const colors[] = { "default", "red", "orange", "yellow",
	"green", "teal", "blue", "purple", "pink", "brown", "gray" };
#define COLORS	(sizeof(colors) / sizeof(colors[0]))

static void
put_colors(struct page *p, const char *now)
{
	size_t i;

	buf_addf(p->o, "<label>Colour <select name=\"%s\">",
	    form_field(FORM_COLOR));
	for (i = 0; i < COLORS; i++)
		buf_addf(p->o, "<option%s>%s</option>",
		    strcmp(now, colors[i]) == 0 ? " selected" : "", colors[i]);
	buf_adds(p->o, "</select></label>\n");
}

/* What a field starts with: what the note says, or what an edit wanted. */
static const char *
start(const struct form *mine, enum form_name name, const char *now)
{
	return mine != NULL && form_has(mine, name) ? form_value(mine, name) :
	    now;
}

static void
put_edit(struct room *r, const struct note *n, const struct note_draft *d)
{
	struct page *p = &r->p;
	struct buf *o = p->o;

	buf_adds(o, "<section id=\"edit\">\n");
	html_element(o, "h2", r->mine != NULL ? "Your version" : "Edit");
	page_card_form(p, PATH_BOARD(p->c), n, "edit");
	page_input(p, "Title", FORM_TITLE,
	    start(r->mine, FORM_TITLE, d->title));
	if (d->kind == NOTE_TEXT)
		page_textarea(p, "Text", FORM_TEXT,
		    start(r->mine, FORM_TEXT, d->text));
	put_colors(p, start(r->mine, FORM_COLOR, d->color));
	page_form_end(p, r->mine != NULL ? "Save over the other" : "Save");
	buf_adds(o, "</section>\n");
}

static void
put_put_back(struct room *r, const struct note *n)
{
	page_say(&r->p, "notice", "This note is in the trash.");
	if (!r->p.writes)
		return;
	page_card_form(&r->p, PATH_BOARD(r->p.c), n, "undo");
	page_form_end(&r->p, "Put it back");
}

/* The note is somebody else's kind now, or gone: the words stand to be copied. */
static void
put_lost(struct room *r)
{
	buf_adds(r->p.o, "<label>What you wrote <textarea readonly rows=\"6\" "
	    "cols=\"60\">");
	html_lines(r->p.o, form_value(r->mine, FORM_TEXT));
	buf_adds(r->p.o, "</textarea></label>\n");
}

static bool
show(void *arg, const struct note *n)
{
	struct room *r = arg;
	struct cJSON *json = NULL;
	struct note_draft d;
	bool lost;

	r->st = page_card_read(n, &d, &json);
	lost = r->mine != NULL && form_value(r->mine, FORM_TEXT)[0] != '\0' &&
	    (n->trashed_at != 0 || d.kind != NOTE_TEXT);
	if (n->trashed_at != 0)
		put_put_back(r, n);
	if (r->st == ST_OK)
		r->st = page_card(&r->p, PATH_BOARD(r->p.c), n, CARD_NOTE);
	if (lost)
		put_lost(r);
	if (r->st == ST_OK && n->trashed_at == 0 && r->p.writes)
		put_edit(r, n, &d);
	note_fini(&d);
	json_free(json);
	return true;
}

static enum status
show_note(struct room *r, const char *id, int http)
{
	struct call *c = r->p.c;
	enum status st;

	buf_addf(r->p.o, "<p class=\"ways\"><a href=\"%s/boards/%s\">To the "
	    "board</a></p>\n", r->p.mount, PATH_BOARD(c));
	st = store_note(c->service->store, PATH_BOARD(c), id, show, r);
	if (st == ST_OK)
		st = r->st;
	if (st == ST_OK)
		return page_send(&r->p, http);
	buf_reset(&c->out);
	return st;
}

enum status
page_note(struct call *c, const struct claim *claim)
{
	struct room r = { .mine = NULL };
	enum status st;

	(void)claim;
	st = page_init(&r.p, c);
	if (st)
		return st;
	page_begin(&r.p, "A note");
	return show_note(&r, PATH_NOTE(c), 200);
}

enum status
page_note_conflict(struct call *c, const char *id)
{
	struct room r = { .mine = NULL };
	enum status st;

	if (strcmp(form_value(c->form, FORM_DO), "edit") == 0)
		r.mine = c->form;
	st = page_init(&r.p, c);
	if (st)
		return st;
	page_begin(&r.p, problem_title(PROBLEM_PRECONDITION_FAILED));
	page_say(&r.p, "notice", r.mine != NULL ? "Somebody else was faster. "
	    "This is the note now; your version is below it, not yet saved." :
	    "Somebody else was faster, so nothing was done. This is the note "
	    "now.");
	return show_note(&r, id, problem_http(PROBLEM_PRECONDITION_FAILED));
}
