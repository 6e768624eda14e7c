#include "commands.h"

#include <string.h>
#include <unistd.h>

#include "base/str.h"
#include "bench.h"

bool
commands_read(struct commands *c)
{
	ssize_t n = read(STDIN_FILENO, c->bytes + c->len,
	    sizeof(c->bytes) - c->len);

	if (n < 0)
		bench_die("no standard input");
	if (n == 0 && c->len == sizeof(c->bytes))
		bench_die("too long a command");
	c->len += (size_t)n;
	return n > 0;
}

/* The next word of a line, made a string; NULL when there is none. */
static char *
word(char **line)
{
	char *begin = *line + strspn(*line, " ");
	size_t len = strcspn(begin, " ");

	if (len == 0)
		return NULL;
	*line = begin + len + (begin[len] != '\0');
	begin[len] = '\0';
	return begin;
}

static void
parse(char *line, struct command *out)
{
	char *text = word(&line);
	uint64_t number = 0;

	memset(out, 0, sizeof(*out));
	if (text == NULL || strlen(text) >= sizeof(out->word))
		bench_die("not a command");
	memcpy(out->word, text, strlen(text));
	while ((text = word(&line)) != NULL) {
		if (out->n == COMMAND_NUMBERS ||
		    str_uint(text, INT64_MAX, &number) != ST_OK)
			bench_die("%s: not a number it takes", text);
		out->numbers[out->n++] = (int64_t)number;
	}
}

bool
commands_next(struct commands *c, struct command *out)
{
	char *end = memchr(c->bytes, '\n', c->len);
	size_t taken;

	if (end == NULL)
		return false;
	*end = '\0';
	parse(c->bytes, out);
	taken = (size_t)(end - c->bytes) + 1;
	c->len -= taken;
	memmove(c->bytes, c->bytes + taken, c->len);
	return true;
}
