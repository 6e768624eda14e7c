#ifndef NOTEWIRED_SOCKET_ECHO_H
#define NOTEWIRED_SOCKET_ECHO_H

#include <stddef.h>

/*
 * A server that sends each message back, over the same connections and frames
 * as the daemon's own, so that suites from outside can try these.  `address` is
 * a port of 127.0.0.1, or "127.0.0.1:PORT", nothing else; 0 takes a free one,
 * which is printed.  Runs until a signal; an exit code (sysexits.h).
 */
int echo_run(const char *address, size_t max_message);

#endif
