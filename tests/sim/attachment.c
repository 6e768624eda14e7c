#include "attachment.h"

#include <stdlib.h>
#include <string.h>

#include "auth/digest.h"

#define PIECE	((size_t)16384)

/* The caller frees it. */
static unsigned char *
make_bytes(const struct step *s)
{
	struct rng r = { ((uint64_t)s->version << 32) + s->size };
	unsigned char *bytes = malloc(s->size + sizeof(uint64_t));
	uint64_t some;
	size_t at;

	if (bytes == NULL)
		abort();
	for (at = 0; at < s->size; at += sizeof(some)) {
		some = rng_next(&r);
		memcpy(bytes + at, &some, sizeof(some));
	}
	return bytes;
}

enum status
attachment_upload(struct store *s, const struct step *step,
    unsigned char digest[32], struct upload **out)
{
	unsigned char *bytes = make_bytes(step);
	char board[ID_SIZE], note[ID_SIZE], id[ID_SIZE];
	const struct upload_wish wish = { .board = board, .note = note,
	    .id = id, .size = step->size };
	size_t at, n;
	enum status st;

	step_id('b', step->board, board);
	step_id('n', step->note, note);
	step_id('f', step->subject, id);
	st = digest_bytes(bytes, step->size, digest);
	*out = NULL;
	if (st == ST_OK)
		st = store_upload_open(s, &wish, out);
	for (at = 0; at < step->size && st == ST_OK; at += n) {
		n = step->size - at < PIECE ? step->size - at : PIECE;
		st = store_upload_add(*out, bytes + at, n);
	}
	if (st == ST_OK)
		st = store_upload_end(*out);
	free(bytes);
	return st;
}

/* What the store says of the file fits. */
struct seen_file {
	const struct step	*step;
	bool			 fits;
};

static void
look(void *arg, const struct file *f)
{
	struct seen_file *seen = arg;
	char note[ID_SIZE];

	step_id('n', seen->step->note, note);
	seen->fits = f->size == (int64_t)seen->step->size &&
	    strcmp(f->note, note) == 0;
}

enum status
attachment_check(struct store *s, const struct step *step)
{
	struct seen_file seen = { step, false };
	char board[ID_SIZE], id[ID_SIZE];
	unsigned char *want = make_bytes(step), *got = malloc(step->size + 1);
	struct content *content;
	enum status st;

	if (got == NULL)
		abort();
	step_id('b', step->board, board);
	step_id('f', step->subject, id);
	st = store_file(s, board, id, look, &seen, &content);
	if (st == ST_OK && !seen.fits)
		st = ST_CONFLICT;
	if (st == ST_OK)
		st = store_content_read(content, 0, (char *)got, step->size);
	if (st == ST_OK && memcmp(want, got, step->size) != 0)
		st = ST_CONFLICT;
	store_content_close(content);
	free(want);
	free(got);
	return st;
}
