#ifndef TESTS_BENCH_COMMANDS_H
#define TESTS_BENCH_COMMANDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Lines from whoever runs the program: a word and up to three numbers, as
 * "pass 50 4 1".  Dies on anything else.
 */
#define COMMAND_NUMBERS	3

struct command {
	char	word[16];
	size_t	n;
	int64_t	numbers[COMMAND_NUMBERS];
};

struct commands {
	char	bytes[256];
	size_t	len;
};

/* Reads what is on the standard input; false at its end.  Waits if nothing is. */
bool commands_read(struct commands *c);
/* Takes the next whole line; false when there is none. */
bool commands_next(struct commands *c, struct command *out);

#endif
