/*
 * Two lines, an Origin and a Host.  An origin that is allowed has no byte that
 * an origin cannot have; it equals itself as the list, in either case, and
 * nothing that is put in front of or behind it is allowed in its place.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "auth/origin.h"
#include "feed.h"

#define MOST	600

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
upper(char *s)
{
	for (; *s != '\0'; s++)
		if (*s >= 'a' && *s <= 'z')
			*s = (char)(*s - 'a' + 'A');
}

static void
spoilt_is_refused(const char *origin, const char *host)
{
	static const char *const around[][2] = {
		{ " ", "" }, { "", " " }, { "", "/" }, { "", "." },
		{ "", "," }, { "", ":" }, { "", "\n" }, { "x", "" },
		{ "//", "" }, { "", "@x" }, { "", " x" }, { "", "?" },
		{ "", "#" }, { "", "\\" },
	};
	char text[MOST + 8];
	size_t i;

	for (i = 0; i < sizeof(around) / sizeof(around[0]); i++) {
		(void)snprintf(text, sizeof(text), "%s%s%s", around[i][0],
		    origin, around[i][1]);
		must(!origin_allowed(text, "", host, false));
		must(!origin_allowed(text, origin, host, false));
	}
}

static void
check(const char *origin, const char *host)
{
	static const char bytes[] = "abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.:/[]";
	char shouted[MOST];
	bool own = origin_allowed(origin, "", host, false);
	bool listed = origin_allowed(origin, origin, NULL, false);

	must(!own || listed);
	must(own || !origin_allowed(origin, "", host, true));
	if (!listed)
		return;
	must(origin_list_valid(origin));
	must(strspn(origin, bytes) == strlen(origin));
	must(strchr(strchr(origin, '/') + strlen("//"), '/') == NULL);
	(void)snprintf(shouted, sizeof(shouted), "%s", origin);
	upper(shouted);
	must(origin_allowed(shouted, origin, NULL, false));
	must(origin_allowed(origin, shouted, NULL, false));
	must(origin_allowed(shouted, "", host, false) == own);
	spoilt_is_refused(origin, host);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char text[MOST] = "";
	char *lf;

	if (size >= sizeof(text))
		return 0;
	memcpy(text, data, size);
	lf = strchr(text, '\n');
	if (lf)
		*lf = '\0';
	check(text, lf ? lf + 1 : "a.example");
	return 0;
}
