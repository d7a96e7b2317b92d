/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_USAGE_INPUT_H
#define SANDBOX_USAGE_INPUT_H

#include "service/input.h"

/*
 * What MeterUsage and BatchMeterUsage have in common: product codes, dimensions, times,
 * quantities, and usage that is split into allocations with tags.
 */

enum { USAGE_TAG_LIMIT = 5, USAGE_ALLOCATION_LIMIT = 2500 };

typedef struct usage_tag {
    const char *key;
    const char *value;
} usage_tag;

typedef struct usage_allocation {
    int64_t quantity;
    size_t tag_count; /* as sent: may be too many, of which the first are kept */
    usage_tag tags[USAGE_TAG_LIMIT];
    unsigned char order[USAGE_TAG_LIMIT]; /* of the tags, by key and value */
} usage_allocation;

typedef struct usage_allocations {
    usage_allocation *items; /* in the order sent; owned; NULL: none */
    size_t count;
    const usage_allocation **sorted; /* the same by their tags; owned */
} usage_allocations;

/* A usage record without those to whom it belongs. Texts are the input's. */
typedef struct usage_input {
    const char *dimension;
    int64_t timestamp_ms;
    int64_t quantity; /* 0 when absent */
    usage_allocations allocations;
} usage_input;

/* The names that the members have, which differ between the two operations. */
typedef struct usage_names {
    const char *dimension; /* "UsageDimension", "Dimension" */
    const char *quantity;  /* "UsageQuantity", "Quantity" */
} usage_names;

extern const usage_names usage_names_of_meter;
extern const usage_names usage_names_of_batch;

extern const input_text_constraint usage_product_code; /* optional */
extern const input_text_constraint usage_product_code_required;

/* False for want of memory only: then the call has failed. To be cleared either way. */
bool usage_read(const input_object *object, const usage_names *names, usage_input *out);
void usage_clear(usage_input *usage);

/* By their tags, whatever the order in which these were sent. */
int usage_compare_tags(const usage_allocation *left, const usage_allocation *right);

/* As JSON: in the order sent, and in one that is the same for the same allocations. */
void usage_write_allocations(const usage_allocations *allocations, ent_buffer *out);
void usage_write_canonical(const usage_allocations *allocations, ent_buffer *out);

void usage_write_integer(int64_t number, ent_buffer *out);

/* As JSON, in seconds: "1767323045", "1767323045.678" */
void usage_write_time(int64_t timestamp_ms, ent_buffer *out);

/* The whole second in which it lies. */
int64_t usage_second(int64_t timestamp_ms);

/* Whether oldest <= timestamp <= newest, to the millisecond. */
bool usage_is_between(int64_t timestamp_ms, int64_t oldest_s, int64_t newest_s);

#endif
