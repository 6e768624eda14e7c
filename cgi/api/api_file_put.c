#include <string.h>

#include "act/file_doc.h"
#include "api/api.h"
#include "call/reply.h"
#include "codec/file_type.h"
#include "proto/query.h"

/* What an upload is called, and where it belongs. */
struct place {
	char	note[64];
	char	name[FILE_NAME_SIZE];
};

static enum status
read_place(struct call *c, struct place *p)
{
	struct query_field fields[] = {
		{ .name = "note", .dst = p->note, .size = sizeof(p->note) },
		{ .name = "name", .dst = p->name, .size = sizeof(p->name) },
	};

	if (query_parse(c->request.query, fields, 2))
		return call_problem(c, PROBLEM_BAD_QUERY,
		    "percent-encoded UTF-8, each name once; a file's name has "
		    "%d bytes at most", FILE_NAME_SIZE - 1);
	if (!fields[0].seen)
		return call_problem(c, PROBLEM_BAD_QUERY,
		    "note: the id of the file's note");
	if (!fields[1].seen)
		(void)str_copy(p->name, sizeof(p->name), "file");
	if (!file_name_allowed(p->name))
		return call_problem(c, PROBLEM_BAD_QUERY,
		    "name: 1 to %d bytes without control characters, / and \\",
		    FILE_NAME_SIZE - 1);
	return str_is_id(p->note) ? ST_OK : ST_NOTFOUND;
}

/* What the store answers, where it says more here than elsewhere. */
static enum status
explain(struct call *c, enum status st)
{
	const struct config *config = c->service->config;

	if (st == ST_CONFLICT)
		return call_problem(c, PROBLEM_EXISTS,
		    "the board has another file of that id");
	if (st == ST_LIMIT)
		return call_problem(c, PROBLEM_QUOTA_EXCEEDED,
		    "a board may have %lld bytes of files, a note %d files, "
		    "the service %lld bytes", (long long)config->board_bytes,
		    FILES_A_NOTE, (long long)config->store_bytes);
	return st;
}

/* Refuses before a byte is read what cannot become a file. */
static enum status
begin(struct call *c, const struct place *p, struct upload **out)
{
	const struct config *config = c->service->config;
	uint64_t length = exchange_length(c->x);
	struct upload_wish wish = { .board = PATH_BOARD(c), .note = p->note,
	    .id = PATH_FILE(c) };

	*out = NULL;
	if (length != EXCHANGE_OPEN) {
		if (length > (uint64_t)config->file_bytes)
			return call_problem(c, PROBLEM_TOO_LARGE,
			    "a file may have %lld bytes",
			    (long long)config->file_bytes);
		wish.size = (int64_t)length;
	}
	return explain(c, store_upload_open(c->service->store, &wish, out));
}

static enum status
add(struct call *c, const struct place *p, const struct file_body *b,
    bool *created)
{
	struct mutation m = {
		.kind = MUT_FILE_ADD,
		.board = PATH_BOARD(c),
		.actor = c->access.link,
		.file = { .id = PATH_FILE(c), .note = p->note, .name = p->name,
		    .type = b->type, .digest = b->digest, .upload = b->upload },
	};
	enum status st;

	st = store_apply_one(c->service->store, &m);
	*created = m.out.created;
	return explain(c, st);
}

static enum status
answer(struct call *c, bool created)
{
	struct file_doc d = { .json = &c->out };
	enum status st;

	st = store_file(c->service->store, PATH_BOARD(c), PATH_FILE(c),
	    file_doc_fill, &d, NULL);
	if (st)
		return st;
	if (created)
		reply_header(c, "Location", "%s/boards/%s/files/%s",
		    exchange_env(c->x, "SCRIPT_NAME"), PATH_BOARD(c),
		    PATH_FILE(c));
	reply_etag(c, d.tag);
	return reply_json(c, created ? 201 : 200);
}

enum status
api_file_put(struct call *c, const struct claim *claim)
{
	struct file_body b;
	struct place p;
	enum status st;
	bool created;

	(void)claim;
	st = read_place(c, &p);
	if (st == ST_OK)
		st = begin(c, &p, &b.upload);
	if (st)
		return st;
	st = file_body_read(c, &b);
	if (st == ST_OK)
		st = add(c, &p, &b, &created);
	store_upload_close(b.upload);
	return st ? st : answer(c, created);
}
