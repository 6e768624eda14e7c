#ifndef NOTEWIRED_CONTROL_H
#define NOTEWIRED_CONTROL_H

#include "notewired/loop/heritage.h"
#include "notewired/loop/listener.h"

/*
 * Where a successor asks for what it goes on with (heritage.h).  Only the own
 * user, or root, is answered.
 */
struct control {
	struct listener		 listener;
	/* What there is to give, and what to do once it is given. */
	void			(*list)(void *arg, struct heritage *h);
	void			(*given)(void *arg);
	void			*arg;
};

/* Listens on that socket, which is the control's from now on. */
enum status control_open(struct control *c, int fd);
void control_close(struct control *c);

#endif
