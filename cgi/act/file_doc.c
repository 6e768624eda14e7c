#include "act/file_doc.h"

#include <stdio.h>
#include <string.h>

#include "codec/file_type.h"
#include "codec/print.h"

#define PIECE		((size_t)32 << 10)
/* Bytes of the digest that the tag shows: 160 bits tell any two contents apart. */
#define TAG_BYTES	20

_Static_assert(2 * TAG_BYTES < ETAG_SIZE, "a tag that a client can send back");

void
file_doc_fill(void *arg, const struct file *f)
{
	struct file_doc *d = arg;
	size_t i;

	(void)str_copy(d->name, sizeof(d->name), f->name);
	(void)str_copy(d->type, sizeof(d->type), f->type);
	for (i = 0; i < TAG_BYTES; i++)
		(void)snprintf(d->tag + 2 * i, 3, "%02x", f->digest[i]);
	d->size = f->size;
	if (d->json != NULL)
		print_file(d->json, f);
}

/* What is being read. */
struct reading {
	struct digest	digest;
	char		look[FILE_TYPE_LOOK];
	size_t		look_n;
	char		piece[PIECE];
};

static void
look_at(struct reading *r, size_t got)
{
	size_t n = sizeof(r->look) - r->look_n;

	if (n > got)
		n = got;
	memcpy(r->look + r->look_n, r->piece, n);
	r->look_n += n;
	digest_add(&r->digest, r->piece, got);
}

static enum status
read_all(struct call *c, struct file_body *b, struct reading *r)
{
	int64_t max = c->service->config->file_bytes;
	enum status st;
	size_t got;

	for (;;) {
		st = exchange_read(c->x, r->piece, sizeof(r->piece), &got);
		if (st)
			return call_body_problem(c, st);
		if (got == 0)
			return ST_OK;
		b->size += (int64_t)got;
		if (b->size > max)
			return call_problem(c, PROBLEM_TOO_LARGE,
			    "a file may have %lld bytes", (long long)max);
		look_at(r, got);
		st = store_upload_add(b->upload, r->piece, got);
		if (st)
			return st;
	}
}

enum status
file_body_read(struct call *c, struct file_body *b)
{
	struct reading r;
	enum status st, hashed;

	r.look_n = 0;
	b->size = 0;
	digest_init(&r.digest);
	st = read_all(c, b, &r);
	hashed = digest_end(&r.digest, b->digest);
	b->type = file_type_of(r.look, r.look_n);
	if (st == ST_OK)
		st = hashed;
	return st ? st : store_upload_end(b->upload);
}
