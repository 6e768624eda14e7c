#include <string.h>

#include "act/file_doc.h"
#include "api/api.h"
#include "call/reply.h"
#include "proto/disposition.h"
#include "proto/range.h"

#define PIECE	((size_t)32 << 10)
/* A content never changes under its id, but who may see it does. */
#define CACHE	"private, no-cache"

/* Whether the client wants a part, and of this very content (RFC 9110, 13.1.5). */
static enum range_part
choose_part(const struct call *c, const struct file_doc *d, int64_t *from,
    int64_t *to)
{
	const char *header = exchange_env(c->x, "HTTP_RANGE");
	const char *condition = exchange_env(c->x, "HTTP_IF_RANGE");
	struct etag_list tag;
	struct range r;

	range_init(&r);
	if (c->request.method == METHOD_GET && header[0] != '\0')
		(void)range_parse(header, &r);	/* malformed: none (14.2) */
	/* a date names nothing of ours: no content has one */
	if (condition[0] != '\0' && (etag_parse(condition, &tag) || tag.star ||
	    tag.count != 1 || !etag_match(&tag, d->tag, false)))
		range_init(&r);
	return range_of(&r, d->size, from, to);
}

/* Whatever it is, no browser is to show or run it on its own. */
static void
put_headers(struct call *c, const struct file_doc *d)
{
	struct buf value;

	buf_init(&value, 2048);
	disposition_attachment(&value, d->name);
	if (buf_status(&value))
		buf_fail(&c->head, buf_status(&value));
	reply_header(c, "Content-Disposition", "%s", value.data);
	buf_fini(&value);
	reply_header(c, "Content-Security-Policy",
	    "default-src 'none'; sandbox");
	reply_header(c, "Cross-Origin-Resource-Policy", "same-origin");
	reply_header(c, "Accept-Ranges", "bytes");
	reply_etag(c, d->tag);
}

static enum status
send_bytes(struct call *c, const struct content *content, int64_t from,
    int64_t end)
{
	char piece[PIECE];
	enum status st;
	size_t n;

	for (; from < end; from += (int64_t)n) {
		n = end - from < (int64_t)sizeof(piece) ? (size_t)(end - from) :
		    sizeof(piece);
		st = store_content_read(content, from, piece, n);
		if (st == ST_OK)
			st = exchange_write(c->x, piece, n);
		if (st)
			return st;
	}
	return ST_OK;
}

static enum status
send_file(struct call *c, const struct file_doc *d,
    const struct content *content)
{
	enum range_part part;
	int64_t from, to;
	enum status st;

	part = choose_part(c, d, &from, &to);
	if (part == RANGE_NOTHING) {
		reply_header(c, "Content-Range", "bytes */%lld",
		    (long long)d->size);
		return call_problem(c, PROBLEM_BAD_RANGE,
		    "the file has %lld bytes", (long long)d->size);
	}
	put_headers(c, d);
	reply_header(c, "Content-Length", "%lld", (long long)(to - from + 1));
	if (part == RANGE_PART)
		reply_header(c, "Content-Range", "bytes %lld-%lld/%lld",
		    (long long)from, (long long)to, (long long)d->size);
	st = reply_head(c, part == RANGE_PART ? 206 : 200, d->type, CACHE);
	if (st || c->request.method == METHOD_HEAD)
		return st;
	return send_bytes(c, content, from, to + 1);
}

enum status
api_file_get(struct call *c, const struct claim *claim)
{
	struct content *content = NULL;
	struct file_doc d = { .json = NULL };
	enum status st;

	(void)claim;
	st = store_file(c->service->store, PATH_BOARD(c), PATH_FILE(c),
	    file_doc_fill, &d, &content);
	if (st)
		return st;
	if (etag_match(&c->request.if_none_match, d.tag, true)) {
		reply_etag(c, d.tag);
		st = reply_head(c, 304, NULL, CACHE);
	} else
		st = send_file(c, &d, content);
	store_content_close(content);
	return st;
}

enum status
api_file_delete(struct call *c, const struct claim *claim)
{
	struct mutation m = { .kind = MUT_FILE_DELETE, .board = PATH_BOARD(c),
	    .actor = c->access.link, .file = { .id = PATH_FILE(c) } };
	enum status st;

	(void)claim;
	st = store_apply_one(c->service->store, &m);
	return st ? st : reply_empty(c, 204);
}
