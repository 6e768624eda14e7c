#ifndef SIM_TRACE_H
#define SIM_TRACE_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/*
 * What a store did to its directory, operation by operation, in the one order
 * in which it happened, together with what it was asked and when it answered.
 * Files and directories are nodes, numbered as they appear; the folder that
 * all is in is TRACE_BASE.
 */
#define TRACE_BASE	0U

enum trace_kind {
	TRACE_FILE,		/* `node` is a new file, without a name yet */
	TRACE_DIR,		/* `node` is a new directory */
	TRACE_LINK,		/* `node` is called NAME in `dir` */
	TRACE_UNLINK,		/* NAME in `dir` is no more */
	TRACE_MOVE,		/* NAME in `dir`, now NAME in the directory `at` */
	TRACE_WRITE,		/* bytes into `node` from `at` on */
	TRACE_RESIZE,		/* `node` has `at` bytes */
	TRACE_SYNC,		/* all of `node` so far is on the disk */
	TRACE_ASK,		/* thread `node` brings its batch `at` */
	TRACE_ANSWER,		/* and was told that it is durable */
};

/* `len` bytes follow, padded to 8: names end with a NUL each. */
struct trace_op {
	uint32_t	kind;
	uint32_t	node;
	uint32_t	dir;
	uint32_t	len;
	uint64_t	at;
};

/* 0, or -1 with errno. */
int trace_put(FILE *f, const struct trace_op *op, const void *bytes);

struct trace {
	void			*map;
	size_t			 size;
	const struct trace_op	**ops;
	size_t			 n;
};

/* Reads a trace that was written whole.  0, or -1; nothing is held then. */
int trace_load(const char *path, struct trace *out);
void trace_fini(struct trace *t);

/* What follows the operation, and the second name of a TRACE_MOVE. */
const void *trace_bytes(const struct trace_op *op);
const char *trace_second(const struct trace_op *op);

#endif
