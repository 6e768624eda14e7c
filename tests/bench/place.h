#ifndef TESTS_BENCH_PLACE_H
#define TESTS_BENCH_PLACE_H

#include <stddef.h>
#include <sys/socket.h>

/*
 * Where a server listens, as text: "unix:PATH", or "tcp:ADDRESS:PORT" with a
 * numeric IPv4 address (port 0: any).  "tls:" is TCP to a server that speaks
 * TLS.  All functions die on failure.
 */
struct place {
	struct sockaddr_storage	addr;
	socklen_t		len;
	int			tls;
};

#define PLACE_TEXT	160

void place_parse(const char *text, struct place *p);
/* A listener at the place, non-blocking. */
int place_listen(const struct place *p);
/* Where a listener really is. */
void place_print(int listener, char text[PLACE_TEXT]);

/*
 * A blocking connection to the place.  Over TCP its own address is 127.0.0.1
 * plus `source`, so that ports do not run out and no server thinks them one
 * client.
 */
int place_connect(const struct place *p, unsigned source);
/* For either end: small frames leave at once. */
void place_no_delay(int fd);

/* As many descriptors as the system allows. */
void place_raise_files(void);

#endif
