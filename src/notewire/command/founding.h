#ifndef NOTEWIRE_COMMAND_FOUNDING_H
#define NOTEWIRE_COMMAND_FOUNDING_H

#include "auth/token.h"
#include "notewire/cli/cli.h"

#define FOUNDING_LINKS	3

/* A new board, with a link for each role. */
struct founding {
	char			id[ID_SIZE];
	const char		*title;
	struct token_made	 made[FOUNDING_LINKS];	/* read, write, admin */
	struct cursor		 at;
};

/* Makes it, of that title, with that id or, where it is NULL, a new one. */
int founding_make(struct cli *c, const char *id, struct founding *f);
/* Appends what people, or scripts, are told of it, and ends the line. */
void founding_put(struct cli *c, const struct founding *f);

#endif
