#include "trace.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define PAD	((size_t)8)

static size_t
padded(size_t len)
{
	return (len + PAD - 1) / PAD * PAD;
}

int
trace_put(FILE *f, const struct trace_op *op, const void *bytes)
{
	static const char zero[PAD];
	size_t rest = padded(op->len) - op->len;

	if (fwrite(op, sizeof(*op), 1, f) != 1)
		return -1;
	if (op->len > 0 && fwrite(bytes, op->len, 1, f) != 1)
		return -1;
	return rest > 0 && fwrite(zero, rest, 1, f) != 1 ? -1 : 0;
}

/* Goes over the operations; their number, or -1 where the file is cut off. */
static ssize_t
list(const unsigned char *bytes, size_t size, const struct trace_op **ops)
{
	const struct trace_op *op;
	size_t at = 0, n = 0;

	while (at < size) {
		op = (const void *)(bytes + at);
		if (size - at < sizeof(*op) ||
		    size - at - sizeof(*op) < padded(op->len))
			return -1;
		if (ops != NULL)
			ops[n] = op;
		n++;
		at += sizeof(*op) + padded(op->len);
	}
	return (ssize_t)n;
}

int
trace_load(const char *path, struct trace *out)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat info;
	ssize_t n = -1;

	memset(out, 0, sizeof(*out));
	if (fd == -1)
		return -1;
	if (fstat(fd, &info) == 0 && info.st_size > 0) {
		out->size = (size_t)info.st_size;
		out->map = mmap(NULL, out->size, PROT_READ, MAP_PRIVATE, fd, 0);
		if (out->map == MAP_FAILED)
			out->map = NULL;
	}
	(void)close(fd);
	if (out->map != NULL)
		n = list(out->map, out->size, NULL);
	if (n > 0)
		out->ops = calloc((size_t)n, sizeof(*out->ops));
	if (out->ops == NULL) {
		trace_fini(out);
		return -1;
	}
	out->n = (size_t)list(out->map, out->size, out->ops);
	return 0;
}

void
trace_fini(struct trace *t)
{
	free(t->ops);
	if (t->map != NULL)
		(void)munmap(t->map, t->size);
	memset(t, 0, sizeof(*t));
}

const void *
trace_bytes(const struct trace_op *op)
{
	return op + 1;
}

const char *
trace_second(const struct trace_op *op)
{
	const char *first = trace_bytes(op);

	return first + strlen(first) + 1;
}
