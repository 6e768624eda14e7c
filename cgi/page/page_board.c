#include "page/page.h"

#include <stdlib.h>
#include <string.h>

#include "codec/note.h"
#include "page/page_card.h"
#include "proto/html.h"
#include "proto/query.h"

#define UNTITLED	"Board without a title"

/* Where one card stands in the heap of them, and what places it on the page. */
struct place {
	size_t	at, len;
	bool	pinned;
	double	pos;
	int64_t	created_at;
	char	id[ID_SIZE];
};

struct room {
	struct page	 p;
	struct buf	 cards;		/* as the store shows them */
	struct place	*place;
	size_t		 n, room;
	enum card_tools	 tools;
	struct cursor	*head;
	enum status	 st;		/* of a card that could not be shown */
};

static const char *
words_of(enum role role)
{
	switch (role) {
	case ROLE_ADMIN:	return "You may do everything here.";
	case ROLE_WRITE:	return "You may read and write.";
	case ROLE_READ:		return "You may read.";
	case ROLE_NONE:		break;
	}
	return "";
}

static void
put_top(struct room *r, const char *board, const char *title)
{
	struct page *p = &r->p;
	struct buf *o = p->o;

	page_begin(p, title[0] ? title : UNTITLED);
	page_say(p, "about", words_of(p->c->access.role));
	if (r->tools == CARD_LIVE)
		buf_addf(o, "<p class=\"ways\"><a href=\"%s/boards/%s\">"
		    "To the board</a> ", p->mount, board);
	else
		buf_addf(o, "<p class=\"ways\"><a href=\"%s/boards/%s\">"
		    "Reload</a> <a href=\"%s/boards/%s/live\">Live view</a> ",
		    p->mount, board, p->mount, board);
	if (p->writes && r->tools != CARD_LIVE)
		buf_adds(o, "<a href=\"#add\">Add a note</a> ");
	buf_addf(o, "<a href=\"%s/\">Your boards</a></p>\n", p->mount);
}

/* The note of ?undo=, while it is in the trash. */
static bool
put_undo(void *arg, const struct note *n)
{
	struct room *r = arg;
	struct page *p = &r->p;
	struct cJSON *json = NULL;
	struct note_draft d;

	if (n->trashed_at == 0 || !p->writes)
		return true;
	r->st = page_card_read(n, &d, &json);
	buf_adds(p->o, "<div class=\"notice\">Deleted: ");
	html_element(p->o, "bdi", r->st == ST_OK && d.title[0] ? d.title :
	    "a note");
	page_card_form(p, PATH_BOARD(p->c), n, "undo");
	page_form_end(p, "Undo");
	buf_adds(p->o, "</div>\n");
	note_fini(&d);
	json_free(json);
	return true;
}

/* What page_board_post left in the query after a delete. */
static enum status
put_notice(struct room *r)
{
	struct call *c = r->p.c;
	char id[ID_SIZE];
	struct query_field field = { .name = "undo", .dst = id,
	    .size = sizeof(id) };
	enum status st;

	if (query_parse(c->request.query, &field, 1))
		return call_problem(c, PROBLEM_BAD_QUERY,
		    "percent-encoded UTF-8, each name once");
	if (!str_is_id(id))
		return ST_OK;
	st = store_note(c->service->store, PATH_BOARD(c), id, put_undo, r);
	return st == ST_NOTFOUND ? ST_OK : st ? st : r->st;
}

static bool
take_board(void *arg, const struct board *b, enum role role)
{
	struct room *r = arg;

	(void)role;
	*r->head = b->head;
	put_top(r, b->id, b->title);
	return buf_status(r->p.o) == ST_OK;
}

static enum status
grow(struct room *r)
{
	size_t room = r->room ? 2 * r->room : 64;
	struct place *more;

	if (r->n < r->room)
		return ST_OK;
	more = reallocarray(r->place, room, sizeof(*more));
	if (more == NULL)
		return ST_NOMEM;
	r->place = more;
	r->room = room;
	return ST_OK;
}

/* Remembers what the note says of its own place. */
static enum status
place(struct place *at, const struct note *n)
{
	struct cJSON *json = NULL;
	struct note_draft d;
	enum status st;

	st = page_card_read(n, &d, &json);
	at->pinned = d.pinned;
	at->pos = d.pos;
	at->created_at = n->created_at;
	if (st == ST_OK)
		st = str_copy(at->id, sizeof(at->id), n->id);
	note_fini(&d);
	json_free(json);
	return st;
}

static bool
take_note(void *arg, const struct note *n)
{
	struct room *r = arg;
	struct page heap = r->p;
	struct place *at;

	heap.o = &r->cards;
	r->st = grow(r);
	if (r->st)
		return false;
	at = &r->place[r->n++];
	at->at = r->cards.len;
	r->st = place(at, n);
	if (r->st == ST_OK)
		r->st = page_card(&heap, PATH_BOARD(r->p.c), n,
		    r->tools);
	if (r->st == ST_OK)
		r->st = buf_status(&r->cards);
	at->len = r->cards.len - at->at;
	return r->st == ST_OK;
}

/* As the page with scripts sorts them: pinned, by place, the newest first. */
static int
by_place(const void *a, const void *b)
{
	const struct place *x = a, *y = b;

	if (x->pinned != y->pinned)
		return x->pinned ? -1 : 1;
	if (x->pos != y->pos)
		return x->pos < y->pos ? -1 : 1;
	if (x->created_at != y->created_at)
		return x->created_at > y->created_at ? -1 : 1;
	return strcmp(x->id, y->id);
}

static void
put_cards(struct room *r)
{
	struct buf *o = r->p.o;
	size_t i;

	if (r->n == 0) {
		page_say(&r->p, "about", "There are no notes yet.");
		return;
	}
	qsort(r->place, r->n, sizeof(*r->place), by_place);
	for (i = 0; i < r->n; i++)
		buf_add(o, r->cards.data + r->place[i].at, r->place[i].len);
}

static void
put_add(struct page *p)
{
	if (!p->writes)
		return;
	buf_adds(p->o, "<section id=\"add\">\n<h2>Add a note</h2>\n");
	page_form(p, PATH_BOARD(p->c), "add");
	page_input(p, "Title", FORM_TITLE, NULL);
	page_textarea(p, "Text", FORM_TEXT, NULL);
	buf_addf(p->o, "<label><input type=\"checkbox\" name=\"%s\" "
	    "value=\"checklist\"> as a checklist, one item a line</label>\n",
	    form_field(FORM_KIND));
	page_form_end(p, "Add the note");
	buf_adds(p->o, "</section>\n");
}

static enum status
fill(struct room *r)
{
	struct call *c = r->p.c;
	enum status st;

	st = store_snapshot(c->service->store, PATH_BOARD(c), take_board,
	    take_note, r);
	if (st == ST_OK)
		st = r->st;
	if (st == ST_OK)
		st = put_notice(r);
	if (st == ST_OK)
		put_cards(r);
	return st;
}

enum status
page_notes(struct page *p, enum card_tools tools, struct cursor *head)
{
	struct room r = { .p = *p, .tools = tools, .head = head };
	enum status st;

	buf_init(&r.cards, p->o->max);
	st = fill(&r);
	buf_fini(&r.cards);
	free(r.place);
	return st;
}

enum status
page_board(struct call *c, const struct claim *claim)
{
	struct cursor head;
	struct page p;
	enum status st;

	(void)claim;
	st = page_init(&p, c);
	if (st == ST_OK)
		st = page_notes(&p, CARD_BOARD, &head);
	if (st) {
		buf_reset(&c->out);
		return st;
	}
	put_add(&p);
	return page_send(&p, 200);
}
