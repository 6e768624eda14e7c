#include "codec/print.h"

#include <string.h>

#include "base/clock.h"
#include "base/str.h"
#include "codec/json.h"

/* Bytes of a UTF-8 character after its first, at most. */
#define UTF8_TAIL	3

static void
put_name(struct buf *b, const char *name)
{
	buf_add(b, ",\"", 2);
	buf_adds(b, name);
	buf_add(b, "\":", 2);
}

/* A further member: a number as text. */
static void
put_rev(struct buf *b, const char *name, int64_t rev)
{
	put_name(b, name);
	buf_addc(b, '"');
	json_put_int(b, rev);
	buf_addc(b, '"');
}

static void
put_time(struct buf *b, const char *name, int64_t wall_ms)
{
	put_name(b, name);
	print_time(b, wall_ms);
}

static void
put_by(struct buf *b, const char *label)
{
	put_name(b, "by");
	if (label[0] == '\0')
		buf_adds(b, "null");
	else
		json_put_string(b, label, strlen(label));
}

void
print_time(struct buf *b, int64_t wall_ms)
{
	char text[CLOCK_TEXT];

	if (wall_ms == 0) {
		buf_adds(b, "null");
		return;
	}
	clock_rfc3339(wall_ms, text);
	json_put_string(b, text, strlen(text));
}

void
print_note(struct buf *b, const struct note *n)
{
	buf_addc(b, '{');
	json_put_member(b, "id", n->id);
	put_rev(b, "rev", n->rev);
	put_time(b, "created_at", n->created_at);
	put_time(b, "updated_at", n->updated_at);
	put_time(b, "trashed_at", n->trashed_at);
	put_by(b, n->by);
	put_name(b, "files");
	buf_adds(b, n->files != NULL ? n->files : "[]");
	if (n->body_len <= 2) {		/* {} */
		buf_addc(b, '}');
		return;
	}
	/* The body is one line already: its members follow as they are. */
	buf_addc(b, ',');
	buf_add(b, n->body + 1, n->body_len - 1);
}

void
print_file(struct buf *b, const struct file *f)
{
	buf_addc(b, '{');
	json_put_member(b, "id", f->id);
	buf_addc(b, ',');
	json_put_member(b, "name", f->name);
	buf_addc(b, ',');
	json_put_member(b, "type", f->type);
	put_name(b, "size");
	json_put_int(b, f->size);
	put_time(b, "created_at", f->created_at);
	buf_addc(b, '}');
}

void
print_change(struct buf *b, const char *epoch, const struct change *c)
{
	buf_adds(b, "{\"seq\":\"");
	buf_adds(b, epoch);
	buf_addc(b, '-');
	json_put_int(b, c->seq);
	buf_add(b, "\",", 2);
	json_put_member(b, "id", c->id);
	if (strcmp(c->id, SUBJECT_BOARD) != 0 &&
	    strcmp(c->id, SUBJECT_LINKS) != 0) {
		buf_adds(b, ",\"changes\":[{\"rev\":\"");
		json_put_int(b, c->seq);
		buf_adds(b, "\"}]");
	}
	if (c->deleted)
		buf_adds(b, ",\"deleted\":true");
	else if (c->note != NULL) {
		put_name(b, "doc");
		print_note(b, c->note);
	}
	buf_addc(b, '}');
}

void
print_revision(struct buf *b, const struct revision *r)
{
	buf_adds(b, "{\"rev\":\"");
	json_put_int(b, r->rev);
	buf_addc(b, '"');
	put_time(b, "at", r->at);
	put_by(b, r->by);
	put_name(b, "doc");
	buf_add(b, r->body, r->body_len);
	buf_addc(b, '}');
}

void
print_link(struct buf *b, const struct link *l)
{
	buf_addc(b, '{');
	json_put_member(b, "id", l->id);
	buf_addc(b, ',');
	json_put_member(b, "role", role_name(l->role));
	buf_addc(b, ',');
	json_put_member(b, "label", l->label);
	put_time(b, "created_at", l->created_at);
	put_time(b, "expires_at", l->expires_at);
	buf_addc(b, '}');
}

/* A detail may quote a person, and may have been cut within a character. */
static size_t
whole_characters(const char *s)
{
	size_t len = strlen(s), cut;

	for (cut = 0; cut <= UTF8_TAIL && cut <= len; cut++)
		if (str_is_utf8(s, len - cut))
			return len - cut;
	return 0;
}

void
print_problem(struct buf *b, const struct problem *p)
{
	buf_adds(b, "{\"type\":\"urn:notewire:");
	buf_adds(b, problem_slug(p->kind));
	buf_add(b, "\",", 2);
	json_put_member(b, "title", problem_title(p->kind));
	put_name(b, "status");
	json_put_int(b, problem_http(p->kind));
	put_name(b, "detail");
	json_put_string(b, p->detail, whole_characters(p->detail));
	buf_addc(b, '}');
}
