#include "expect.h"

#include <stdlib.h>
#include <string.h>

static void *
grow(void *array, size_t n, size_t size)
{
	array = reallocarray(array, n, size);
	if (array == NULL)
		abort();
	return array;
}

static struct expected_board *
board_of(struct expected *e, uint32_t number)
{
	size_t i;

	for (i = 0; i < e->boards_n; i++)
		if (e->boards[i].number == number)
			return &e->boards[i];
	e->boards = grow(e->boards, ++e->boards_n, sizeof(*e->boards));
	e->boards[i] = (struct expected_board){ .number = number };
	return &e->boards[i];
}

/* The step has a row in its board's log; `seq` is 0 where it was not told. */
static void
log_step(struct expected_board *b, const struct step *s, int64_t seq)
{
	size_t at = (size_t)seq;

	b->rows++;
	if (at >= b->steps_n) {
		b->steps = grow(b->steps, 2 * at + 2, sizeof(*b->steps));
		memset(&b->steps[b->steps_n], 0,
		    (2 * at + 2 - b->steps_n) * sizeof(*b->steps));
		b->steps_n = 2 * at + 2;
	}
	if (at > 0)
		b->steps[at] = s;
}

static void
play(struct expected *e, const struct batch *b, const struct answer *answers)
{
	struct expected_board *board;
	const struct step *s;
	size_t i;

	for (i = 0; i < b->n; i++) {
		s = &b->steps[i];
		own_play(&e->owns[b->thread], s);
		board = board_of(e, s->board);
		if (s->kind == STEP_BOARD || s->kind == STEP_BOARD_END)
			board->there = s->kind == STEP_BOARD;
		else
			log_step(board, s, answers ? answers[i].seq : 0);
	}
}

static void
answer(struct expected *e, const struct trace_op *op)
{
	const struct answer *answers = trace_bytes(op);
	struct batch *b = &e->asked[op->node];

	play(e, b, answers);
	memcpy(e->epoch, answers[0].epoch, EPOCH_SIZE);
	e->answered = grow(e->answered, e->answered_n + 1,
	    sizeof(*e->answered));
	e->answered[e->answered_n++] = *b;
	memset(b, 0, sizeof(*b));
}

struct expected *
expected_new(const struct trace *t, size_t cut)
{
	struct expected *e = calloc(1, sizeof(*e));
	const struct trace_op *op;
	size_t i;

	if (e == NULL)
		abort();
	for (i = 0; i < cut; i++) {
		op = t->ops[i];
		if (op->kind == TRACE_ASK)
			e->asked[op->node] = (struct batch){ op->node, op->at,
			    trace_bytes(op), op->len / sizeof(struct step) };
		else if (op->kind == TRACE_ANSWER)
			answer(e, op);
	}
	return e;
}

void
expected_free(struct expected *e)
{
	size_t i;

	for (i = 0; i < e->boards_n; i++)
		free(e->boards[i].steps);
	free(e->boards);
	free(e->answered);
	free(e);
}

void
expected_add(struct expected *e, uint32_t thread)
{
	play(e, &e->asked[thread], NULL);
}

const struct step *
batch_key(const struct batch *b)
{
	return &b->steps[b->n - 1];
}
