#ifndef NOTEWIRED_FOLLOW_FOLLOWER_H
#define NOTEWIRED_FOLLOW_FOLLOWER_H

#include "notewired/follow/letter.h"

/*
 * The second thread: it reads the store, and nothing else ever waits for a
 * disk.  It follows the logs of the boards that somebody watches, and fetches
 * for readers what lies further back.  Letters are answered in order, and what
 * a fetch shows has been told as news before.
 */
struct follower;

/*
 * `wake` is called, from the other thread, when there are answers; ST_NOMEM,
 * ST_BUSY.  The store must outlive it.
 */
enum status follower_new(struct store *s, void (*wake)(void *arg), void *arg,
    struct follower **out);
/* Ends the thread; what was not answered is dropped.  Accepts NULL. */
void follower_free(struct follower *f);

/* Hands a letter over. */
void follower_ask(struct follower *f, struct letter *l);
/* The oldest answer, the caller's from now on; NULL: none. */
struct letter *follower_answer(struct follower *f);

#endif
