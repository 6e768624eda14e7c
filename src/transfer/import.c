#include "transfer/import.h"

#include <string.h>

#include "auth/digest.h"
#include "auth/token.h"
#include "codec/base64.h"
#include "codec/file_type.h"
#include "transfer/import_priv.h"

#define PIECE_BYTES	((size_t)32 << 10)
/* Deeper than any record; all values of a text, whatever it is made of. */
#define DEPTH		16
#define VALUES		(INT64_C(1) << 32)
/* What a note's record may have beside its body: times, label, files. */
#define NOTE_EXTRA	((size_t)512 << 10)

static enum status
too_large(struct import *im)
{
	return problem_set(&im->problem, PROBLEM_TOO_LARGE,
	    "an import may have %lld bytes",
	    (long long)im->config->import_bytes);
}

void
import_init(struct import *im)
{
	spool_init(&im->text);
	memset(&im->problem, 0, sizeof(im->problem));
	im->rules = (struct transfer_rules){
		.note_max = im->config->note_bytes, .new_id = token_new_id };
	im->notes = im->files = (struct import_count){ 0, 0 };
}

void
import_fini(struct import *im)
{
	spool_close(&im->text);
}

enum status
import_add(struct import *im, const void *bytes, size_t n)
{
	enum status st = ST_OK;

	if (im->text.fd == -1)
		st = spool_open(&im->text, im->config->data_dir,
		    im->config->disk_floor);
	if (st == ST_OK)
		st = spool_add(&im->text, bytes, n);
	return st == ST_OK && im->text.size > im->config->import_bytes ?
	    too_large(im) : st;
}

enum status
import_run(struct import *im)
{
	enum status st = import_add(im, "", 0);

	if (st == ST_OK)
		st = spool_end(&im->text);
	if (st == ST_OK)
		st = import_check(im);
	return st ? st : import_apply(im);
}

/* Walking. */

enum status
import_walk(struct import *im, struct json_split_sink *sink)
{
	const struct config *config = im->config;
	const struct json_split_options o = {
		.limits = { .depth = DEPTH, .values = VALUES },
		/* as it may be escaped */
		.value_max = 6 * (size_t)config->note_bytes + NOTE_EXTRA,
		.long_name = IMPORT_DATA,
	};
	struct problem *why = &im->problem;
	char piece[PIECE_BYTES];
	struct json_split s;
	enum status st = ST_OK;
	size_t got = 1;

	im->chunk = piece;
	im->data_len = 0;
	json_split_init(&s, &o, sink);
	for (im->chunk_at = 0; st == ST_OK; im->chunk_at += (int64_t)got) {
		st = spool_read(&im->text, im->chunk_at, piece, sizeof(piece),
		    &got);
		if (got == 0)
			break;
		st = json_split_feed(&s, piece, got, why);
	}
	if (st == ST_OK)
		st = json_split_end(&s, why);
	json_split_fini(&s);
	return st;
}

void
import_piece(struct import *im, const char *text, size_t n)
{
	if (im->data_len == 0)
		im->data_at = im->chunk_at + (text - im->chunk);
	im->data_len += (int64_t)n;
}

/* Contents. */

struct content_reader {
	struct base64	 base64;
	struct digest	 digest;
	struct upload	*upload;	/* NULL: only look */
	struct buf	 bytes;
	int64_t		 size;
	char		 look[FILE_TYPE_LOOK];
	size_t		 look_n;
};

/* JSON may write a slash with a backslash; no other escape is base64. */
static size_t
unescape(char *text, size_t n, bool *escaped)
{
	size_t i, kept = 0;

	for (i = 0; i < n; i++) {
		if (text[i] == '\\' && !*escaped) {
			*escaped = true;
			continue;
		}
		text[kept++] = *escaped && text[i] != '/' ? '\\' : text[i];
		*escaped = false;
	}
	return kept;
}

static enum status
take_bytes(struct content_reader *r)
{
	size_t n = sizeof(r->look) - r->look_n;

	if (n > r->bytes.len)
		n = r->bytes.len;
	memcpy(r->look + r->look_n, r->bytes.data, n);
	r->look_n += n;
	r->size += (int64_t)r->bytes.len;
	if (r->upload == NULL)
		return ST_OK;
	digest_add(&r->digest, r->bytes.data, r->bytes.len);
	return store_upload_add(r->upload, r->bytes.data, r->bytes.len);
}

static enum status
read_content(struct import *im, struct content_reader *r)
{
	int64_t at = im->data_at, end = at + im->data_len;
	char piece[PIECE_BYTES];
	bool escaped = false;
	enum status st = ST_OK;
	size_t n;

	while (at < end && st == ST_OK) {
		n = end - at < (int64_t)sizeof(piece) ? (size_t)(end - at) :
		    sizeof(piece);
		st = spool_read(&im->text, at, piece, n, &n);
		if (st == ST_OK && n == 0)
			st = ST_IO;
		at += (int64_t)n;
		buf_reset(&r->bytes);
		if (st == ST_OK)
			st = base64_feed(&r->base64, piece,
			    unescape(piece, n, &escaped), &r->bytes);
		if (st == ST_OK)
			st = take_bytes(r);
	}
	return st ? st : base64_end(&r->base64);
}

enum status
import_content(struct import *im, struct upload *u, struct import_content *out)
{
	struct content_reader r = { .upload = u };
	enum status st, hashed;

	base64_init(&r.base64);
	digest_init(&r.digest);
	buf_init(&r.bytes, PIECE_BYTES);
	st = read_content(im, &r);
	hashed = digest_end(&r.digest, out->digest);
	buf_fini(&r.bytes);
	im->data_len = 0;
	out->upload = u;
	out->size = r.size;
	out->type = file_type_of(r.look, r.look_n);
	if (st == ST_OK)
		st = hashed;
	return st || u == NULL ? st : store_upload_end(u);
}

enum status
import_full(struct import *im)
{
	const struct config *config = im->config;

	return problem_set(&im->problem, PROBLEM_QUOTA_EXCEEDED,
	    "a board may have %lld bytes of files, a note %d files, "
	    "the service %lld bytes", (long long)config->board_bytes,
	    FILES_A_NOTE, (long long)config->store_bytes);
}
