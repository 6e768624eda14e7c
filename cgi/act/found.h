#ifndef CGI_ACT_FOUND_H
#define CGI_ACT_FOUND_H

#include "act/board_doc.h"
#include "auth/token.h"
#include "call/access.h"
#include "call/call.h"

/* The founding of a board, whoever asks and however it is answered. */

#define FOUND_LINKS	3

/* A new board and its links, with the secrets that nobody keeps. */
struct founding {
	char		 board[ID_SIZE];
	const char	*title;			/* the document's, or a constant */
	struct cursor	 at;
	struct new_link	 link[FOUND_LINKS];	/* read, write, admin */
	struct token_made made[FOUND_LINKS];
};

/* Whether this claim may make boards.  ST_INVALID with c->problem. */
enum status found_allowed(struct call *c, const struct claim *claim);
/*
 * Makes the board with a link for each role.  `*f` points into itself: it is
 * not to be copied.  ST_INVALID with c->problem, or the store's failures.
 */
enum status found_board(struct call *c, const struct board_doc *d,
    struct founding *f);

#endif
