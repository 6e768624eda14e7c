#ifndef SIM_RNG_H
#define SIM_RNG_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Numbers that look random and are the same for the same seed: the state goes
 * on in equal steps, and each step's bits are mixed well.
 */
struct rng {
	uint64_t	state;
};

static inline uint64_t
rng_next(struct rng *r)
{
	uint64_t x;

	r->state += UINT64_C(0x9e3779b97f4a7c15);
	x = r->state;
	x = (x ^ x >> 32) * UINT64_C(0xd6e8feb86659fd93);
	x = (x ^ x >> 32) * UINT64_C(0xd6e8feb86659fd93);
	return x ^ x >> 32;
}

/* 0 … n - 1; n is at least 1. */
static inline uint64_t
rng_below(struct rng *r, uint64_t n)
{
	return rng_next(r) % n;
}

/* True in `hits` of `of` cases. */
static inline bool
rng_chance(struct rng *r, uint64_t hits, uint64_t of)
{
	return rng_below(r, of) < hits;
}

#endif
