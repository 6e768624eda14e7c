#include "base/clock.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define MS_PER_DAY	INT64_C(86400000)

static int64_t
read_us(clockid_t which)
{
	struct timespec ts;

	(void)clock_gettime(which, &ts);	/* cannot fail for these two */
	return (int64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

int64_t
clock_mono_ms(void)
{
	return read_us(CLOCK_MONOTONIC) / 1000;
}

int64_t
clock_mono_us(void)
{
	return read_us(CLOCK_MONOTONIC);
}

int64_t
clock_wall_ms(void)
{
	return read_us(CLOCK_REALTIME) / 1000;
}

void
clock_rfc3339(int64_t wall_ms, char out[CLOCK_TEXT])
{
	int64_t ms = wall_ms % 1000;
	time_t sec;
	struct tm tm;
	size_t n;

	if (ms < 0)
		ms += 1000;
	sec = (time_t)((wall_ms - ms) / 1000);
	memset(&tm, 0, sizeof(tm));
	(void)gmtime_r(&sec, &tm);
	/* %Y leaves out leading zeros. */
	(void)snprintf(out, CLOCK_TEXT, "%04u",
	    (unsigned)(tm.tm_year + 1900) % 10000);
	n = 4 + strftime(out + 4, CLOCK_TEXT - 4, "-%m-%dT%H:%M:%S", &tm);
	(void)snprintf(out + n, CLOCK_TEXT - n, ".%03uZ", (unsigned)ms % 1000);
}

/* Days from 1970-01-01 to that date of the proleptic Gregorian calendar. */
static int64_t
days_from_civil(int y, int m, int d)
{
	int64_t era, yoe, doy;

	y -= m <= 2;
	era = (y >= 0 ? y : y - 399) / 400;
	yoe = y - era * 400;
	doy = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
	return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

/* `n` digits at `*s`, moving it on; -1 when there is something else. */
static int
digits(const char **s, int n)
{
	int v = 0;

	for (; n > 0; n--, (*s)++) {
		if (**s < '0' || **s > '9')
			return -1;
		v = v * 10 + (**s - '0');
	}
	return v;
}

static int
literal(const char **s, char c)
{
	if (**s != c)
		return -1;
	(*s)++;
	return 0;
}

static int
days_in_month(int y, int m)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	bool leap = (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;

	return days[m - 1] + (m == 2 && leap);
}

/* Up to nine digits after the point, cut to milliseconds; -1 for none. */
static int
fraction_ms(const char **s)
{
	int ms = 0, n;

	for (n = 0; **s >= '0' && **s <= '9' && n < 9; n++, (*s)++)
		if (n < 3)
			ms = ms * 10 + (**s - '0');
	if (n == 0)
		return -1;
	for (; n < 3; n++)
		ms *= 10;
	return ms;
}

enum status
clock_parse_rfc3339(const char *s, int64_t *wall_ms)
{
	int y, mo, d, h, mi, sec, ms = 0;

	*wall_ms = 0;
	if ((y = digits(&s, 4)) < 0 || literal(&s, '-') ||
	    (mo = digits(&s, 2)) < 1 || mo > 12 || literal(&s, '-') ||
	    (d = digits(&s, 2)) < 1 || d > days_in_month(y, mo) ||
	    literal(&s, 'T') ||
	    (h = digits(&s, 2)) < 0 || h > 23 || literal(&s, ':') ||
	    (mi = digits(&s, 2)) < 0 || mi > 59 || literal(&s, ':') ||
	    (sec = digits(&s, 2)) < 0 || sec > 59)
		return ST_INVALID;
	if (*s == '.' && (s++, (ms = fraction_ms(&s)) < 0))
		return ST_INVALID;
	if (literal(&s, 'Z') || *s != '\0')
		return ST_INVALID;
	*wall_ms = days_from_civil(y, mo, d) * MS_PER_DAY +
	    ((h * 60 + mi) * 60 + sec) * INT64_C(1000) + ms;
	return ST_OK;
}
