#include "notewired/follow/letter.h"

#include <stdlib.h>
#include <string.h>

#include "codec/print.h"

/* More than one change with the largest note ever takes. */
#define BYTES_MAX	((size_t)64 << 20)

struct letter *
letter_new(enum letter_kind kind, const char *board)
{
	struct letter *l = calloc(1, sizeof(*l));

	if (l == NULL)
		return NULL;
	l->kind = kind;
	buf_init(&l->bytes, BYTES_MAX);
	if (str_copy(l->board, sizeof(l->board), board)) {
		free(l);
		return NULL;
	}
	return l;
}

void
letter_free(struct letter *l)
{
	if (l == NULL)
		return;
	buf_fini(&l->bytes);
	free(l->rows);
	free(l);
}

static struct letter_row *
add_row(struct letter *l)
{
	size_t cap = l->rows_cap ? l->rows_cap * 2 : 4;
	struct letter_row *rows;

	if (l->rows_n == l->rows_cap) {
		rows = realloc(l->rows, cap * sizeof(*rows));
		if (rows == NULL)
			return NULL;
		l->rows = rows;
		l->rows_cap = cap;
	}
	return &l->rows[l->rows_n++];
}

void
letter_add(struct letter *l, const char *epoch, const struct change *ch)
{
	struct letter_row *row = add_row(l);
	struct change bare = *ch;

	if (row == NULL) {
		buf_fail(&l->bytes, ST_NOMEM);
		return;
	}
	row->seq = ch->seq;
	row->links = strcmp(ch->id, SUBJECT_LINKS) == 0;
	row->full = (uint32_t)l->bytes.len;
	print_change(&l->bytes, epoch, ch);
	row->bare = (uint32_t)l->bytes.len;
	bare.note = NULL;
	print_change(&l->bytes, epoch, &bare);
	row->end = (uint32_t)l->bytes.len;
	if (buf_status(&l->bytes))
		l->rows_n--;
}

const char *
letter_json(const struct letter *l, size_t row, bool docs, size_t *len)
{
	const struct letter_row *r = &l->rows[row];

	*len = docs ? r->bare - r->full : r->end - r->bare;
	return l->bytes.data + (docs ? r->full : r->bare);
}
