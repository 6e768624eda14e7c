#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdint.h>

#include "base/status.h"

/* Bytes that clock_rfc3339 needs, the NUL included. */
#define CLOCK_TEXT	25

/* Milliseconds of a clock that never jumps; for timers. */
int64_t clock_mono_ms(void);
/* Its microseconds, to measure by. */
int64_t clock_mono_us(void);
/* Milliseconds since 1970 UTC; for people to read, never for order. */
int64_t clock_wall_ms(void);
/* "2026-01-31T23:59:59.123Z" (RFC 3339), for years 0 to 9999. */
void clock_rfc3339(int64_t wall_ms, char out[CLOCK_TEXT]);
/* The reverse, UTC ("Z") only, with or without a fraction; ST_INVALID. */
enum status clock_parse_rfc3339(const char *text, int64_t *wall_ms);

#endif
