/* SPDX-License-Identifier: Apache-2.0 */
#include "metering/usage_allocations.h"

#include "base/error.h"
#include "base/memory.h"
#include "metering/text_rule.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WHERE_SIZE = 64, VALUE_WHERE_SIZE = WHERE_SIZE + 128 };

static const char hint_sum[] =
    "let the allocations add up to the quantity; entitle_allocations_fill() gives what "
    "is left to the one without tags";

/*
 * ^[a-zA-Z0-9+ -=._:\/@]+$ in the API model, whose " -=" is a range: from space to "=".
 * https://docs.aws.amazon.com/marketplace/latest/APIReference/API_marketplace-metering_Tag.html
 */
static bool
is_of_a_tag(char c)
{
    return (c >= ' ' && c <= '=') || (c >= '@' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
           c == '_';
}

#define TAG_HINT "use letters, digits, spaces and + - = . _ : / @"

static const ent_text_rule key_rule = {
    .name = "the key of a tag",
    .limit = 100,
    .allows = is_of_a_tag,
    .hint = TAG_HINT ", at most 100 of them",
};

static const ent_text_rule value_rule = {
    .name = "the value of a tag",
    .limit = 256,
    .allows = is_of_a_tag,
    .hint = TAG_HINT ", at most 256 of them; leave out a tag that has no value",
};

/* --- One allocation --------------------------------------------------------------- */

static entitle_status
check_distinct_keys(
    const entitle_allocation *allocation, const char *where, entitle_error *error)
{
    const entitle_tag *tags = allocation->tags;

    for (size_t i = 1; i < allocation->tag_count; i++) {
        for (size_t other = 0; other < i; other++) {
            if (strcmp(tags[i].key, tags[other].key) == 0) {
                ent_fail(
                    error,
                    ENTITLE_INVALID_INPUT,
                    "%sthe tag '%s' is there twice",
                    where,
                    tags[i].key);
                ent_hint(error, "give each tag one value");
                return ENTITLE_INVALID_INPUT;
            }
        }
    }
    return ENTITLE_OK;
}

static entitle_status
check_tag(const entitle_tag *tag, const char *where, entitle_error *error)
{
    char value_where[VALUE_WHERE_SIZE];
    entitle_status status = ent_text_rule_check(&key_rule, where, tag->key, error);

    if (status != ENTITLE_OK) {
        return status;
    }
    (void)snprintf(
        value_where, sizeof(value_where), "%stag '%.100s': ", where, tag->key);
    return ent_text_rule_check(&value_rule, value_where, tag->value, error);
}

static entitle_status
check_tags(
    const entitle_allocation *allocation, const char *where, entitle_error *error)
{
    entitle_status status = ENTITLE_OK;

    if (allocation->tag_count > ENTITLE_USAGE_TAG_LIMIT) {
        ent_fail(
            error,
            ENTITLE_INVALID_INPUT,
            "%s%zu tags are more than %u",
            where,
            allocation->tag_count,
            ENTITLE_USAGE_TAG_LIMIT);
        ent_hint(error, "label a part of the usage with fewer tags");
        return ENTITLE_INVALID_INPUT;
    }
    if (allocation->tag_count > 0 && allocation->tags == NULL) {
        return ent_fail(
            error, ENTITLE_INVALID_ARGUMENT, "%sthere are no tags to count", where);
    }
    for (size_t i = 0; i < allocation->tag_count && status == ENTITLE_OK; i++) {
        status = check_tag(&allocation->tags[i], where, error);
    }
    return status == ENTITLE_OK ? check_distinct_keys(allocation, where, error)
                                : status;
}

static entitle_status
check_allocation(const ent_usage_record *record, size_t index, entitle_error *error)
{
    const entitle_allocation *allocation = &record->allocations[index];
    char where[WHERE_SIZE];

    if (record->has_tags_of_its_own) {
        (void)snprintf(where, sizeof(where), "%s", record->where);
    } else {
        (void)snprintf(
            where, sizeof(where), "%sallocations[%zu]: ", record->where, index);
    }
    if (allocation->quantity > ENTITLE_USAGE_QUANTITY_LIMIT) {
        ent_fail(
            error,
            ENTITLE_INVALID_INPUT,
            "%sthe quantity %lu is more than a record can hold",
            where,
            (unsigned long)allocation->quantity);
        ent_hint(error, "%s", hint_sum);
        return ENTITLE_INVALID_INPUT;
    }
    return check_tags(allocation, where, error);
}

/* --- All of them ------------------------------------------------------------------ */

static int
compare_tags(const entitle_tag *left, const entitle_tag *right)
{
    int order = strcmp(left->key, right->key);

    return order != 0 ? order : strcmp(left->value, right->value);
}

/* By key: in what order the tags were given does not tell two sets apart. */
static void
sort_tags(const entitle_allocation *allocation, entitle_tag *out)
{
    for (size_t i = 0; i < allocation->tag_count; i++) {
        size_t at = i;
        for (; at > 0 && compare_tags(&out[at - 1], &allocation->tags[i]) > 0; at--) {
            out[at] = out[at - 1];
        }
        out[at] = allocation->tags[i];
    }
}

static int
compare_allocations(const void *left, const void *right)
{
    const entitle_allocation *const *one = left;
    const entitle_allocation *const *other = right;
    entitle_tag tags_of_one[ENTITLE_USAGE_TAG_LIMIT];
    entitle_tag tags_of_other[ENTITLE_USAGE_TAG_LIMIT];
    int order = 0;

    if ((*one)->tag_count != (*other)->tag_count) {
        return (*one)->tag_count < (*other)->tag_count ? -1 : 1;
    }
    sort_tags(*one, tags_of_one);
    sort_tags(*other, tags_of_other);
    for (size_t i = 0; i < (*one)->tag_count && order == 0; i++) {
        order = compare_tags(&tags_of_one[i], &tags_of_other[i]);
    }
    return order;
}

static entitle_status
check_distinct(
    const entitle_runtime *runtime,
    const ent_usage_record *record,
    entitle_error *error)
{
    size_t count = record->allocation_count;
    const entitle_allocation **sorted = ent_allocate(runtime, count * sizeof(*sorted));
    entitle_status status = ENTITLE_OK;

    if (sorted == NULL) {
        return ent_fail_memory(error);
    }
    for (size_t i = 0; i < count; i++) {
        sorted[i] = &record->allocations[i];
    }
    qsort(sorted, count, sizeof(*sorted), compare_allocations);
    for (size_t i = 1; i < count && status == ENTITLE_OK; i++) {
        if (compare_allocations(&sorted[i - 1], &sorted[i]) == 0) {
            status = ent_fail(
                error,
                ENTITLE_INVALID_INPUT,
                "%sallocations[%zu] and allocations[%zu] have the same tags",
                record->where,
                (size_t)(sorted[i - 1] - record->allocations),
                (size_t)(sorted[i] - record->allocations));
            ent_hint(error, "add up what has the same tags, also what has none");
        }
    }
    ent_release(runtime, sorted);
    return status;
}

static entitle_status
check_sum(const ent_usage_record *record, entitle_error *error)
{
    uint64_t sum = 0;

    for (size_t i = 0; i < record->allocation_count; i++) {
        sum += record->allocations[i].quantity;
    }
    if (sum == record->quantity) {
        return ENTITLE_OK;
    }
    ent_fail(
        error,
        ENTITLE_INVALID_INPUT,
        "%sthe allocations add up to %llu, and the quantity is %lu",
        record->where,
        (unsigned long long)sum,
        (unsigned long)record->quantity);
    ent_hint(error, "%s", hint_sum);
    return ENTITLE_INVALID_INPUT;
}

static entitle_status
check_count(const ent_usage_record *record, entitle_error *error)
{
    if (record->allocations == NULL) {
        return ent_fail(
            error,
            ENTITLE_INVALID_ARGUMENT,
            "%sthere are no allocations to count",
            record->where);
    }
    if (record->allocation_count <= ENTITLE_USAGE_ALLOCATION_LIMIT) {
        return ENTITLE_OK;
    }
    ent_fail(
        error,
        ENTITLE_INVALID_INPUT,
        "%s%zu allocations are more than %u",
        record->where,
        record->allocation_count,
        ENTITLE_USAGE_ALLOCATION_LIMIT);
    ent_hint(error, "label the usage with fewer tags, or tags that vary less");
    return ENTITLE_INVALID_INPUT;
}

entitle_status
ent_usage_allocations_check(
    const entitle_runtime *runtime,
    const ent_usage_record *record,
    entitle_error *error)
{
    entitle_status status;

    if (record->allocation_count == 0) {
        return ENTITLE_OK;
    }
    status = check_count(record, error);
    for (size_t i = 0; i < record->allocation_count && status == ENTITLE_OK; i++) {
        status = check_allocation(record, i, error);
    }
    if (status == ENTITLE_OK) {
        status = check_distinct(runtime, record, error);
    }
    return status == ENTITLE_OK ? check_sum(record, error) : status;
}
