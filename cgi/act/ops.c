#include "act/ops.h"

#include <stdlib.h>
#include <string.h>

#include "auth/token.h"

/* A canonical form may escape every byte of what it was read from. */
#define CANONICAL_GROWTH	6
#define CANONICAL_SLACK		1024

/* The mutation of an operation, and what it points to. */
struct step {
	unsigned char	 digest[DIGEST_SIZE];
	size_t		 op;		/* its index */
};

/* Operations on their way; those that fail the checks have no step. */
struct batch {
	struct call	*c;
	struct op	*ops;
	struct mutation	*mutations;
	struct step	*steps;
	size_t		 n;
	struct buf	 canonical;
};

static enum mutation_kind
kind_of(enum op_kind kind)
{
	switch (kind) {
	case OP_DELETE:
		return MUT_NOTE_TRASH;
	case OP_RESTORE:
		return MUT_NOTE_RESTORE;
	case OP_PURGE:
		return MUT_NOTE_PURGE;
	case OP_PUT:
	case OP_PATCH:
	case OP_PUT_ITEM:
	case OP_DELETE_ITEM:
		break;
	}
	return MUT_NOTE_EDIT;
}

static enum status
check(struct op *op, struct problem *why)
{
	if (op->pre == PRE_MISSING)
		return problem_set(why, PROBLEM_PRECONDITION_REQUIRED,
		    "If-Match: the note's revision, * for any; "
		    "If-None-Match: * for a new note");
	return op_check(op, why);
}

static enum status
add_digest(struct batch *b, struct op *op, struct step *step,
    struct mutation *m)
{
	enum status st;

	if (op->key[0] == '\0')
		return ST_OK;
	buf_reset(&b->canonical);
	op_canonical(op, &b->canonical);
	st = buf_status(&b->canonical);
	if (st == ST_OK)
		st = digest_bytes(b->canonical.data, b->canonical.len,
		    step->digest);
	m->note.key = op->key;
	m->note.digest = step->digest;
	return st;
}

static enum status
add(struct batch *b, size_t i, struct problem *why)
{
	struct mutation *m = &b->mutations[b->n];
	struct step *step = &b->steps[b->n];
	struct op *op = &b->ops[i];
	enum status st;

	op->note_max = b->c->service->config->note_bytes;
	op->new_id = token_new_id;
	st = check(op, why);
	if (st)
		return st;
	step->op = i;
	*m = (struct mutation){
		.kind = kind_of(op->kind),
		.board = b->c->access.board,
		.actor = b->c->access.link,
		.note = { .id = op->id, .pre = op->pre, .rev = op->rev,
		    .edit = { .fn = op_edit, .arg = op },
		    .to_rev = op->to_rev },
	};
	st = add_digest(b, op, step, m);
	if (st == ST_OK)
		b->n++;
	return st;
}

static void
fill_result(const struct mutation *m, const struct op *op,
    struct op_result *r)
{
	bool created = m->out.created || op->created;

	r->at = m->out.at;
	r->replayed = m->out.replayed;
	if (m->out.id[0] != '\0')
		memcpy(r->id, m->out.id, sizeof(r->id));
	if (m->out.st == ST_INVALID)
		r->problem = op->why;
	else if (m->out.st == ST_TOOBIG)
		(void)problem_set(&r->problem, PROBLEM_TOO_LARGE,
		    "a note may have %lld bytes", (long long)op->note_max);
	else if (m->out.st == ST_GONE)
		(void)problem_set(&r->problem, op->kind == OP_PUT ?
		    PROBLEM_EXISTS : PROBLEM_NOT_FOUND,
		    "the note was deleted for good");
	else if (m->out.st)
		(void)problem_set(&r->problem, problem_of_status(m->out.st),
		    "%s", "");
	r->http = m->out.st ? problem_http(r->problem.kind) :
	    created ? 201 : 200;
}

static enum status
play(struct batch *b, size_t n, struct op_result *results)
{
	struct op_result *r;
	enum status st;
	size_t i;

	for (i = 0; i < n; i++) {
		r = &results[i];
		memset(r, 0, sizeof(*r));
		memcpy(r->id, b->ops[i].id, sizeof(r->id));
		st = add(b, i, &r->problem);
		if (st && st != ST_INVALID)
			return st;
		r->http = problem_http(r->problem.kind);
	}
	if (b->n > 0) {
		st = store_apply(b->c->service->store, b->mutations, b->n);
		if (st)
			return st;
	}
	for (i = 0; i < b->n; i++)
		fill_result(&b->mutations[i], &b->ops[b->steps[i].op],
		    &results[b->steps[i].op]);
	return ST_OK;
}

enum status
ops_play(struct call *c, struct op *ops, size_t n, struct op_result *results)
{
	struct batch b = { .c = c, .ops = ops };
	enum status st = ST_NOMEM;

	buf_init(&b.canonical, c->body.max * CANONICAL_GROWTH +
	    CANONICAL_SLACK);
	b.mutations = calloc(n, sizeof(*b.mutations));
	b.steps = calloc(n, sizeof(*b.steps));
	if (b.mutations != NULL && b.steps != NULL)
		st = play(&b, n, results);
	free(b.mutations);
	free(b.steps);
	buf_fini(&b.canonical);
	return st;
}
