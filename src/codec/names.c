#include "codec/names.h"

#include <stdbool.h>
#include <string.h>

/*
 * A node is a name (the leaf) and the branch that its arrival made, where its
 * bits part from the others'.  A reference is twice the node's number, plus
 * one for its leaf.
 */
struct node {
	uint32_t	at;		/* of its name in `bytes` */
	uint32_t	len;
	uint32_t	bit;		/* 8 × byte + bit, counted from the top */
	uint32_t	child[2];
};

#define NONE		UINT32_MAX
#define IS_LEAF(ref)	((ref) & 1)
#define LEAF(i)		((uint32_t)(i) << 1 | 1)
#define BRANCH(i)	((uint32_t)(i) << 1)

/* Positions in bits have to fit 32 of them, and so have references. */
#define MOST_BYTES	(UINT32_MAX / 16)
#define MOST_NAMES	(UINT32_MAX / 4 / sizeof(struct node))

void
names_init(struct names *n, size_t bytes, size_t count)
{
	if (bytes > MOST_BYTES)
		bytes = MOST_BYTES;
	if (count > MOST_NAMES)
		count = MOST_NAMES;
	buf_init(&n->bytes, bytes);
	buf_init(&n->nodes, count * sizeof(struct node));
	n->begun = 0;
}

void
names_fini(struct names *n)
{
	buf_fini(&n->bytes);
	buf_fini(&n->nodes);
}

void
names_open(struct names *n, struct names_set *set)
{
	set->bytes = n->bytes.len;
	set->nodes = n->nodes.len;
	set->root = NONE;
}

void
names_close(struct names *n, const struct names_set *set)
{
	buf_truncate(&n->bytes, set->bytes);
	buf_truncate(&n->nodes, set->nodes);
}

void
names_begin(struct names *n)
{
	n->begun = n->bytes.len;
}

void
names_put(struct names *n, const void *bytes, size_t len)
{
	buf_add(&n->bytes, bytes, len);
}

static struct node *
node_at(const struct names *n, uint32_t ref)
{
	return (struct node *)(void *)n->nodes.data + (ref >> 1);
}

/* A byte of a name; what is past its end reads as the NUL it does not hold. */
static unsigned
byte_of(const struct names *n, const struct node *name, uint32_t i)
{
	return i < name->len ? (unsigned char)n->bytes.data[name->at + i] : 0;
}

static unsigned
bit_of(const struct names *n, const struct node *name, uint32_t bit)
{
	return byte_of(n, name, bit / 8) >> (7 - bit % 8) & 1;
}

/* The first bit in which two names differ; false if they are the same. */
static bool
first_difference(const struct names *n, const struct node *a,
    const struct node *b, uint32_t *bit)
{
	uint32_t i = 0;
	unsigned diff;

	while (i < a->len && i < b->len && byte_of(n, a, i) == byte_of(n, b, i))
		i++;
	diff = byte_of(n, a, i) ^ byte_of(n, b, i);
	*bit = i * 8;
	if (diff == 0)
		return false;
	for (; (diff & 0x80) == 0; diff <<= 1)
		++*bit;
	return true;
}

/*
 * The place of the one leaf that `name` leads to: itself, or a name that has
 * the same bits wherever the path looked.
 */
static uint32_t *
leaf_for(const struct names *n, struct names_set *set, const struct node *name)
{
	uint32_t *ref = &set->root;
	struct node *at;

	while (!IS_LEAF(*ref)) {
		at = node_at(n, *ref);
		ref = &at->child[bit_of(n, name, at->bit)];
	}
	return ref;
}

/* Hangs the last node into the tree; ST_CONFLICT if its name is there. */
static enum status
insert(struct names *n, struct names_set *set, uint32_t number)
{
	struct node *added = node_at(n, BRANCH(number));
	uint32_t *place;
	unsigned side;

	if (set->root == NONE) {
		set->root = LEAF(number);
		return ST_OK;
	}
	place = leaf_for(n, set, added);
	if (!first_difference(n, node_at(n, *place), added, &added->bit))
		return ST_CONFLICT;
	side = bit_of(n, added, added->bit);
	added->child[side] = LEAF(number);
	added->child[1 - side] = *place;
	*place = BRANCH(number);
	return ST_OK;
}

static enum status
add_node(struct names *n, struct names_set *set)
{
	size_t before = n->nodes.len;
	struct node name = {
		.at = (uint32_t)n->begun,
		.len = (uint32_t)(n->bytes.len - n->begun),
	};
	enum status st;

	buf_add(&n->nodes, &name, sizeof(name));
	st = buf_status(&n->nodes);
	if (st == ST_OK)
		st = insert(n, set, (uint32_t)(before / sizeof(name)));
	if (st)
		buf_truncate(&n->nodes, before);
	return st;
}

enum status
names_commit(struct names *n, struct names_set *set)
{
	enum status st = buf_status(&n->bytes);

	if (st == ST_OK)
		st = add_node(n, set);
	if (st)
		buf_truncate(&n->bytes, n->begun);
	return st;
}

enum status
names_add(struct names *n, struct names_set *set, const char *name)
{
	names_begin(n);
	names_put(n, name, strlen(name));
	return names_commit(n, set);
}
