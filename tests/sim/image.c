#include <stdlib.h>
#include <string.h>

#include "image_priv.h"

/* Room for one more of what has `n`. */
static void *
grow(void *array, size_t n, size_t size)
{
	/* powers of two only, so that most calls do nothing */
	if (n > 0 && (n & (n - 1)) != 0)
		return array;
	array = reallocarray(array, n == 0 ? 1 : 2 * n, size);
	if (array == NULL)
		abort();
	return array;
}

static void
add_node(struct image *im, bool dir)
{
	im->nodes = grow(im->nodes, im->nodes_n, sizeof(*im->nodes));
	im->nodes[im->nodes_n] = (struct image_node){ .dir = dir, .name = "" };
	im->nodes_n++;
}

struct image *
image_new(const struct trace *t)
{
	struct image *im = calloc(1, sizeof(*im));

	if (im == NULL)
		abort();
	im->trace = t;
	add_node(im, true);
	return im;
}

void
image_free(struct image *im)
{
	size_t i;

	for (i = 0; i < im->nodes_n; i++) {
		content_fini(&im->nodes[i].content);
		free(im->nodes[i].waiting);
	}
	free(im->nodes);
	free(im->names);
	free(im->waiting);
	free(im);
}

static void
take_name(struct image *im, uint32_t dir, const char *name)
{
	size_t i;

	for (i = 0; i < im->names_n; i++)
		if (im->names[i].dir == dir &&
		    strcmp(im->names[i].name, name) == 0) {
			im->names[i] = im->names[--im->names_n];
			return;
		}
}

static void
give_name(struct image *im, uint32_t dir, const char *name, uint32_t node)
{
	take_name(im, dir, name);
	im->names = grow(im->names, im->names_n, sizeof(*im->names));
	im->names[im->names_n++] = (struct image_name){ dir, node, name };
}

static void
apply_name(struct image *im, const struct trace_op *op)
{
	switch ((enum trace_kind)op->kind) {
	case TRACE_LINK:
		give_name(im, op->dir, trace_bytes(op), op->node);
		break;
	case TRACE_UNLINK:
		take_name(im, op->dir, trace_bytes(op));
		break;
	case TRACE_MOVE:
		take_name(im, op->dir, trace_bytes(op));
		give_name(im, (uint32_t)op->at, trace_second(op), op->node);
		break;
	case TRACE_FILE:
	case TRACE_DIR:
	case TRACE_WRITE:
	case TRACE_RESIZE:
	case TRACE_SYNC:
	case TRACE_ASK:
	case TRACE_ANSWER:
		abort();
	}
}

/* The directory whose sync makes the name's change last. */
static uint32_t
dir_of(const struct trace_op *op)
{
	return op->kind == TRACE_MOVE ? (uint32_t)op->at : op->dir;
}

/*
 * The move lasts, so what was done before to the name that it took away, in a
 * directory that is not synced yet, is of no more meaning.
 */
static void
forget_name(struct image *im, size_t *left, const struct trace_op *move)
{
	const struct trace_op *op;
	size_t i, kept = 0;

	for (i = 0; i < *left; i++) {
		op = im->waiting[i];
		if (op->kind == TRACE_MOVE || op->dir != move->dir ||
		    strcmp(trace_bytes(op), trace_bytes(move)) != 0)
			im->waiting[kept++] = op;
	}
	*left = kept;
}

static void
sync_dir(struct image *im, uint32_t dir)
{
	size_t i, left = 0;

	for (i = 0; i < im->waiting_n; i++) {
		if (dir_of(im->waiting[i]) != dir) {
			im->waiting[left++] = im->waiting[i];
			continue;
		}
		apply_name(im, im->waiting[i]);
		if (im->waiting[i]->kind == TRACE_MOVE)
			forget_name(im, &left, im->waiting[i]);
	}
	im->waiting_n = left;
}

static void
sync_file(struct image_node *n)
{
	size_t i;

	for (i = 0; i < n->waiting_n; i++)
		content_apply(&n->content, n->waiting[i]);
	n->waiting_n = 0;
}

static void
name_waits(struct image *im, const struct trace_op *op)
{
	if (op->kind == TRACE_LINK && im->nodes[op->node].name[0] == '\0')
		im->nodes[op->node].name = trace_bytes(op);
	im->waiting = grow(im->waiting, im->waiting_n, sizeof(*im->waiting));
	im->waiting[im->waiting_n++] = op;
}

static void
write_waits(struct image_node *n, const struct trace_op *op)
{
	n->waiting = grow(n->waiting, n->waiting_n, sizeof(*n->waiting));
	n->waiting[n->waiting_n++] = op;
}

static void
happen(struct image *im, const struct trace_op *op)
{
	switch ((enum trace_kind)op->kind) {
	case TRACE_FILE:
	case TRACE_DIR:
		add_node(im, op->kind == TRACE_DIR);
		break;
	case TRACE_LINK:
	case TRACE_UNLINK:
	case TRACE_MOVE:
		name_waits(im, op);
		break;
	case TRACE_WRITE:
	case TRACE_RESIZE:
		write_waits(&im->nodes[op->node], op);
		break;
	case TRACE_SYNC:
		if (im->nodes[op->node].dir)
			sync_dir(im, op->node);
		else
			sync_file(&im->nodes[op->node]);
		break;
	case TRACE_ASK:
	case TRACE_ANSWER:
		break;
	}
}

void
image_advance(struct image *im, size_t to)
{
	for (; im->at < to && im->at < im->trace->n; im->at++)
		happen(im, im->trace->ops[im->at]);
}

bool
image_unsynced(const struct image *im, const char *name)
{
	size_t i;

	for (i = 0; i < im->nodes_n; i++)
		if (im->nodes[i].waiting_n > 0 &&
		    strcmp(im->nodes[i].name, name) == 0)
			return true;
	return false;
}

enum fate
image_fate(const struct image *im, const char *name)
{
	size_t i;

	for (i = im->nodes_n; i-- > 0; )
		if (strcmp(im->nodes[i].name, name) == 0)
			return im->nodes[i].fate;
	return FATE_NONE;
}

void
image_cut(struct image *im, struct rng *r)
{
	bool in_order = rng_chance(r, 1, 2);
	size_t i, first = rng_below(r, im->waiting_n + 1);
	struct image_node *n;

	for (i = 0; i < im->waiting_n; i++)
		if (in_order ? i < first : rng_chance(r, 1, 2))
			apply_name(im, im->waiting[i]);
	im->waiting_n = 0;
	for (i = 0; i < im->nodes_n; i++) {
		n = &im->nodes[i];
		n->fate = content_cut(&n->content, n->waiting, n->waiting_n, r);
		n->waiting_n = 0;
	}
}

void
image_keep(struct image *im)
{
	size_t i;

	for (i = 0; i < im->waiting_n; i++)
		apply_name(im, im->waiting[i]);
	im->waiting_n = 0;
	for (i = 0; i < im->nodes_n; i++)
		sync_file(&im->nodes[i]);
}
