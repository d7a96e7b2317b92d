/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_METER_BATCH_SEARCH_H
#define ENT_METER_BATCH_SEARCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * AWS refuses a whole batch for one record that it does not like, and does not say
 * which. This finds it by halving: what to send next, given which sets were refused.
 * One culprit of 25 takes at most 6 calls more: 5 to find it, as what a refused set
 * has left after its accepted part need not be sent to be known, and one for all the
 * others. Where the culprit must stand alone, it is sent by itself all the same, for
 * what the others were refused for may have been mended meanwhile: one call more.
 * Records are bits. Pure.
 */
typedef struct ent_batch_search {
    uint32_t undecided; /* neither accepted nor found to be a culprit */
    uint32_t suspects;  /* at least one of them is a culprit; 0: nothing is known */
    uint32_t asked;     /* what was sent last */
    size_t culprit_count;
    bool stands_alone; /* only who was refused alone is a culprit */
} ent_batch_search;

/*
 * Of `records`, all sent together, one at least is to blame. Returns it where it is
 * the only one, else 0.
 */
uint32_t
ent_batch_search_begin(ent_batch_search *search, uint32_t records, bool stands_alone);

/* What is to be sent next; 0: all is decided. */
uint32_t ent_batch_search_next(ent_batch_search *search);

/*
 * What became of it. Returns the culprit that this has given away, or 0. Its refusal is
 * the last one that was told.
 */
uint32_t ent_batch_search_accept(ent_batch_search *search);
uint32_t ent_batch_search_refuse(ent_batch_search *search, bool stands_alone);

#endif
