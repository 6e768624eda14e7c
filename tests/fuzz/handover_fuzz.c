/*
 * What is taken holds the rules between its lines, can be printed, is read
 * back to the same, and is no longer taken with a line doubled or its last
 * byte missing; what is refused leaves nothing behind.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "proto/handover.h"
#include "feed.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_taken(const struct handover *h)
{
	struct handover again;
	struct buf b;

	must(strlen(h->board) == ID_LEN);
	must(h->role >= ROLE_READ && h->role <= ROLE_ADMIN);
	must(h->retry_min_ms <= h->retry_max_ms);
	must((h->kind == HANDOVER_FCGI) == (h->request != 0));
	must((h->feed == HANDOVER_HTMLFILE) == (h->nonce[0] != '\0'));
	must((h->claim == HANDOVER_ROW) == (h->row != 0));
	buf_init(&b, HANDOVER_MAX);
	handover_print(&b, h);
	must(buf_status(&b) == ST_OK);
	must(handover_parse(b.data, b.len, &again) == ST_OK);
	must(memcmp(h, &again, sizeof(again)) == 0);
	must(handover_parse(b.data, b.len - 1, &again) == ST_INVALID);
	buf_adds(&b, "kind=cgi\n");
	must(handover_parse(b.data, b.len, &again) == ST_INVALID);
	buf_fini(&b);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct handover zero;
	struct handover h;
	enum status st;

	st = handover_parse((const char *)data, size, &h);
	must(st == ST_OK || st == ST_INVALID);
	if (st == ST_OK)
		check_taken(&h);
	else
		must(memcmp(&h, &zero, sizeof(h)) == 0);
	return 0;
}
