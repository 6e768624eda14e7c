#include <string.h>

#include "api/api.h"
#include "api/import.h"
#include "auth/token.h"
#include "call/reply.h"
#include "codec/base64.h"
#include "codec/file_type.h"

#define PIECE_BYTES	((size_t)32 << 10)
/* Deeper than any record; all values of a text, whatever it is made of. */
#define DEPTH		16
#define VALUES		(INT64_C(1) << 32)
/* What a note's record may have beside its body: times, label, files. */
#define NOTE_EXTRA	((size_t)512 << 10)

/* Spooling. */

static enum status
too_large(struct call *c)
{
	return call_problem(c, PROBLEM_TOO_LARGE,
	    "an import may have %lld bytes",
	    (long long)c->service->config->import_bytes);
}

static enum status
check_request(struct call *c)
{
	uint64_t length = exchange_length(c->x);

	if (c->request.other_charset ||
	    strcmp(c->request.media_type, "application/json") != 0)
		return call_problem(c, PROBLEM_UNSUPPORTED_MEDIA_TYPE,
		    "send application/json");
	if (length != EXCHANGE_OPEN &&
	    length > (uint64_t)c->service->config->import_bytes)
		return too_large(c);
	return ST_OK;
}

static enum status
spool_body(struct import *im)
{
	const struct config *config = im->c->service->config;
	char piece[PIECE_BYTES];
	enum status st;
	size_t got;

	st = spool_open(&im->text, config->data_dir, config->disk_floor);
	while (st == ST_OK) {
		st = exchange_read(im->c->x, piece, sizeof(piece), &got);
		if (st)
			return call_body_problem(im->c, st);
		if (got == 0)
			return spool_end(&im->text);
		st = spool_add(&im->text, piece, got);
		if (st == ST_OK && im->text.size > config->import_bytes)
			return too_large(im->c);
	}
	return st;
}

/* Walking. */

enum status
import_walk(struct import *im, struct json_split_sink *sink)
{
	const struct config *config = im->c->service->config;
	const struct json_split_options o = {
		.limits = { .depth = DEPTH, .values = VALUES },
		/* as it may be escaped */
		.value_max = 6 * (size_t)config->note_bytes + NOTE_EXTRA,
		.long_name = IMPORT_DATA,
	};
	struct problem *why = &im->c->problem;
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
import_content(struct import *im, struct upload *u, struct file_body *out)
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
	const struct config *config = im->c->service->config;

	return call_problem(im->c, PROBLEM_QUOTA_EXCEEDED,
	    "a board may have %lld bytes of files, a note %d files, "
	    "the service %lld bytes", (long long)config->board_bytes,
	    FILES_A_NOTE, (long long)config->store_bytes);
}

/* The whole. */

static void
put_count(struct buf *o, const char *name, const struct import_count *n)
{
	buf_addf(o, "\"%s\":{\"created\":%lld,\"skipped\":%lld},", name,
	    (long long)n->created, (long long)n->skipped);
}

static enum status
reply_counts(struct import *im)
{
	const struct tail_query now = { .board = PATH_BOARD(im->c),
	    .now = true };
	struct buf *o = &im->c->out;
	char at[CURSOR_TEXT];
	struct tail tail;
	enum status st;

	st = store_tail(im->c->service->store, &now, &tail, NULL, NULL);
	if (st)
		return st;
	cursor_format(&tail.head, at);
	buf_addc(o, '{');
	put_count(o, "notes", &im->notes);
	put_count(o, "files", &im->files);
	buf_addf(o, "\"last_seq\":\"%s\"}", at);
	return reply_json(im->c, 200);
}

enum status
api_import(struct call *c, const struct claim *claim)
{
	struct import im = { .c = c, .rules = {
	    .note_max = c->service->config->note_bytes,
	    .new_id = token_new_id } };
	enum status st;

	(void)claim;
	st = check_request(c);
	if (st)
		return st;
	spool_init(&im.text);
	st = spool_body(&im);
	if (st == ST_OK)
		st = import_check(&im);
	if (st == ST_OK)
		st = import_apply(&im);
	spool_close(&im.text);
	return st ? st : reply_counts(&im);
}
