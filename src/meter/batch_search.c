/* SPDX-License-Identifier: Apache-2.0 */
#include "meter/batch_search.h"

/*
 * With so many found, a batch is likely to be full of them, and to ask for each by
 * itself is less than to search.
 */
enum { CULPRITS_OF_A_BAD_BATCH = 3 };

static uint32_t
lowest_of(uint32_t set)
{
    return set & (~set + 1);
}

static size_t
count_of(uint32_t set)
{
    size_t count = 0;

    for (; set != 0; set &= set - 1) {
        count++;
    }
    return count;
}

static uint32_t
half_of(uint32_t set)
{
    uint32_t half = 0;

    for (size_t left = count_of(set) / 2; left > 0; left--) {
        half |= lowest_of(set & ~half);
    }
    return half;
}

static uint32_t
convict(ent_batch_search *search)
{
    uint32_t culprit = search->suspects;

    search->suspects = 0;
    search->undecided &= ~culprit;
    search->culprit_count++;
    return culprit;
}

uint32_t
ent_batch_search_begin(ent_batch_search *search, uint32_t records, bool stands_alone)
{
    *search = (ent_batch_search){ .undecided = records, .asked = records };
    return ent_batch_search_refuse(search, stands_alone);
}

uint32_t
ent_batch_search_next(ent_batch_search *search)
{
    if (count_of(search->suspects) == 1) {
        search->asked = search->suspects;
    } else if (search->suspects != 0) {
        search->asked = half_of(search->suspects);
    } else if (search->culprit_count < CULPRITS_OF_A_BAD_BATCH) {
        search->asked = search->undecided;
    } else {
        search->asked = lowest_of(search->undecided);
    }
    return search->asked;
}

uint32_t
ent_batch_search_accept(ent_batch_search *search)
{
    search->undecided &= ~search->asked;
    search->suspects &= ~search->asked;
    return count_of(search->suspects) == 1 && !search->stands_alone ? convict(search)
                                                                    : 0;
}

uint32_t
ent_batch_search_refuse(ent_batch_search *search, bool stands_alone)
{
    search->suspects = search->asked;
    search->stands_alone = stands_alone;
    return count_of(search->suspects) == 1 ? convict(search) : 0;
}
