/*
 * What an application answers, and what a web server says while it is being
 * answered, mean the same in one piece and byte for byte; an answer keeps to
 * its limit, and a request that is written can be read again.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "feed.h"
#include "proto/fcgi_client.h"

#define MAX	4096

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static enum status
read_answer(const char *data, size_t size, size_t piece,
    struct fcgi_answer *a)
{
	fcgi_answer_init(a, MAX);
	EACH_PIECE(at, n, size, piece)
		fcgi_answer_feed(a, data + at, n);
	return fcgi_answer_end(a);
}

static void
listen_to(const char *data, size_t size, size_t piece,
    struct fcgi_listener *l)
{
	fcgi_listener_init(l, 1);
	EACH_PIECE(at, n, size, piece)
		fcgi_listener_feed(l, data + at, n);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fcgi_listener whole_l, bytes_l;
	struct fcgi_answer whole, bytes;
	enum status st;

	st = read_answer((const char *)data, size, size, &whole);
	must(read_answer((const char *)data, size, 1, &bytes) == st);
	must(whole.out.len <= MAX && whole.out.len == bytes.out.len);
	must(memcmp(whole.out.data, bytes.out.data, whole.out.len) == 0);
	if (st == ST_OK) {
		must(whole.status >= 100 && whole.status <= 599);
		must(whole.body >= whole.out.data && whole.body +
		    whole.body_len == whole.out.data + whole.out.len);
	}
	fcgi_answer_fini(&whole);
	fcgi_answer_fini(&bytes);
	listen_to((const char *)data, size, size, &whole_l);
	listen_to((const char *)data, size, 1, &bytes_l);
	must(whole_l.aborted == bytes_l.aborted);
	must(whole_l.failed == bytes_l.failed);
	return 0;
}
