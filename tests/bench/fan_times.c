#include "fan_times.h"

#include <stddef.h>

#define PARTS		(UINT64_C(1) << TIMES_PART)

/* Up to PARTS each value has a class; from there on each octave has PARTS. */
static size_t
class_of(uint64_t ns)
{
	unsigned octave;

	if (ns < PARTS)
		return (size_t)ns;
	octave = 63 - (unsigned)__builtin_clzll(ns) - TIMES_PART;
	return (size_t)((octave + 1) * PARTS + (ns >> octave) - PARTS);
}

static int64_t
least_of(size_t class)
{
	uint64_t octave = class / PARTS, part = class % PARTS;

	if (octave == 0)
		return (int64_t)part;
	return (int64_t)((PARTS + part) << (octave - 1));
}

void
fan_times_add(struct fan_times *t, int64_t ns)
{
	t->n++;
	t->classes[class_of(ns > 0 ? (uint64_t)ns : 0)]++;
}

int64_t
fan_times_quantile(const struct fan_times *t, double share)
{
	uint64_t before = 0, wanted = (uint64_t)((double)t->n * share);
	size_t i;

	for (i = 0; i < TIMES_CLASSES; i++) {
		before += t->classes[i];
		if (before > wanted || (before == t->n && before > 0))
			return least_of(i);
	}
	return 0;
}
