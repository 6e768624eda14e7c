#include "codec/base64.h"
#include "codec/json.h"
#include "codec/print.h"
#include "codec/transfer.h"
#include "transfer/export_priv.h"

/* Bytes of a content at once; whole groups of base64. */
#define PIECE_BYTES	((size_t)48 << 10)

struct files {
	struct export	*e;
	int64_t		 sent;
	int64_t		 size;		/* of the one at hand */
	enum status	 st;
};

static void
put_head(void *arg, const struct file *f)
{
	struct files *s = arg;
	struct buf *o = &s->e->out;

	buf_adds(o, s->sent++ > 0 ? ",\n" : "\n");
	print_file(o, f);
	buf_truncate(o, o->len - 1);	/* two members more */
	buf_addc(o, ',');
	json_put_member(o, "note", f->note);
	buf_adds(o, ",\"data\":\"");
	s->size = f->size;
}

static enum status
send_content(struct files *s, const struct content *content)
{
	char piece[PIECE_BYTES];
	enum status st = ST_OK;
	int64_t at;
	size_t n;

	for (at = 0; at < s->size && st == ST_OK; at += (int64_t)n) {
		n = s->size - at < (int64_t)sizeof(piece) ?
		    (size_t)(s->size - at) : sizeof(piece);
		st = store_content_read(content, at, piece, n);
		base64_put(&s->e->out, piece, n);
		if (st == ST_OK)
			st = export_send(s->e, EXPORT_ENOUGH);
	}
	buf_adds(&s->e->out, "\"}");
	return st;
}

static bool
send_file(void *arg, const char *id)
{
	struct files *s = arg;
	struct content *content;

	s->st = store_file(s->e->store, s->e->board, id, put_head, s,
	    &content);
	if (s->st == ST_OK)
		s->st = send_content(s, content);
	else if (s->st == ST_NOTFOUND)
		s->st = ST_OK;
	store_content_close(content);
	return s->st == ST_OK;
}

enum status
export_files(struct export *e)
{
	struct files s = { .e = e };
	enum status st = ST_OK;
	int64_t at = 0;

	while (st == ST_OK) {
		st = spool_line(&e->notes, &at, &e->line);
		if (st == ST_OK)
			st = transfer_note_files(e->line.data, e->line.len,
			    send_file, &s);
		if (st == ST_OK)
			st = s.st;
	}
	return st == ST_NOTFOUND ? ST_OK : st;
}
