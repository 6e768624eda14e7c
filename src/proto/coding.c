#include "proto/coding.h"

#include <string.h>
#include <strings.h>

#define OWS	" \t"

/* ";q=0.5" after a coding, n bytes: whether it is a weight above 0. */
static bool
has_weight(const char *at, size_t n)
{
	const char *end = at + n;
	size_t digits;

	at += strspn(at, OWS);
	if (at == end)
		return true;		/* none: it is 1 */
	if (*at++ != ';')
		return false;
	at += strspn(at, OWS);
	if ((*at != 'q' && *at != 'Q') || at[1] != '=')
		return false;
	at += 2;
	while (end > at && strchr(OWS, end[-1]) != NULL)
		end--;
	digits = strspn(at, "0123456789.");
	return digits > 0 && at + digits == end &&
	    strspn(at, "0.") < digits;
}

bool
coding_accepted(const char *header, const char *coding)
{
	size_t n = strlen(coding), len;

	for (;; header += len) {
		header += strspn(header, "," OWS);
		len = strcspn(header, ",");
		if (len == 0)
			return false;
		if (len >= n && strncasecmp(header, coding, n) == 0 &&
		    (header[n] == '\0' || strchr(";," OWS, header[n]) != NULL))
			return has_weight(header + n, len - n);
	}
}
