/* SPDX-License-Identifier: Apache-2.0 */
#include "market/market_lists.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SUBSCRIPTION_LIMIT = 200000, LICENSE_SIZE = 128, COUNTED_DIGITS = 16 };

/* On the way into the market's order. */
typedef struct numbered_subscription {
    market_subscription subscription;
    const ent_json *node; /* NULL: made up */
    size_t place;         /* in the file */
} numbered_subscription;

static int
compare_licenses(const char *one, const char *other)
{
    if (one == NULL || other == NULL) {
        return (one != NULL) - (other != NULL);
    }
    return strcmp(one, other);
}

/* Products and customers stand in arrays, whose order is theirs. */
static int
compare_agreements(const market_subscription *one, const market_subscription *other)
{
    if (one->product != other->product) {
        return one->product < other->product ? -1 : 1;
    }
    if (one->customer != other->customer) {
        return one->customer < other->customer ? -1 : 1;
    }
    return compare_licenses(one->license_arn, other->license_arn);
}

static int
compare(const void *left, const void *right)
{
    const numbered_subscription *one = left;
    const numbered_subscription *other = right;
    int order = compare_agreements(&one->subscription, &other->subscription);
    if (order != 0) {
        return order;
    }
    return one->place < other->place ? -1 : one->place > other->place;
}

static void
read_subscription(
    market_reader *reader, const ent_json *object, market_subscription *out)
{
    static const char *const known[] = { "product", "customer", "license_arn",
                                         "starts",  "ends",     NULL };
    if (!reader_open(reader, object, known)) {
        return;
    }
    const reader_member from = { .object = object };
    out->product = market_read_product_reference(reader, object);
    out->customer = market_read_customer_reference(reader, object);
    out->license_arn = reader_text(reader, &from, "license_arn", &market_rule_license);
    out->starts_at_s = reader_time(reader, object, "starts", 0);
    out->ends_at_s = reader_time(reader, object, "ends", INT64_MAX);
    if (out->ends_at_s <= out->starts_at_s) {
        reader_fault(
            reader,
            ent_json_member(object, "ends"),
            "a subscription that is over has an end in the past, but after its start",
            "is not after \"starts\"");
    }
}

static void
read_all(
    market_reader *reader,
    const ent_json *array,
    size_t count,
    numbered_subscription *out)
{
    const ent_json *object = json_first(array);
    for (size_t i = 0; i < count && !reader_failed(reader); i++) {
        out[i].node = object;
        out[i].place = i;
        read_subscription(reader, object, &out[i].subscription);
        object = json_next(object);
    }
}

/* The default market's licence, counting up, so that each agreement has one. */
static const char *
make_license(market_reader *reader, size_t number)
{
    const ent_json *listed = ent_json_member(reader->defaults.root, "subscriptions");
    const char *pattern =
        ent_json_string(ent_json_member(json_first(listed), "license_arn"));
    size_t kept = strlen(pattern) - COUNTED_DIGITS;
    uint64_t counted = strtoull(pattern + kept, NULL, 16) + number;
    char text[LICENSE_SIZE];
    (void)snprintf(text, sizeof(text), "%.*s%016" PRIx64, (int)kept, pattern, counted);
    const char *license = arena_copy(reader->arena, text);
    if (license == NULL) {
        reader_fail_memory(reader);
    }
    return license;
}

/* Where the file lists none, every customer has every product. */
static void
make_all(market_reader *reader, numbered_subscription *out)
{
    const sandbox_market *market = reader->market;
    size_t first = (size_t)(reader->first_customer - market->customers);
    size_t made = 0;
    for (size_t i = 0; i < market->product_count; i++) {
        for (size_t j = 0; j < market->customer_count; j++) {
            const size_t customer = (first + j) % market->customer_count;
            out[made].place = made;
            out[made].subscription = (market_subscription){
                .product = &market->products[i],
                .customer = &market->customers[customer],
                .license_arn = make_license(reader, made),
                .ends_at_s = INT64_MAX,
            };
            made++;
        }
    }
}

/* Sorted already: those of the same customer and product stand side by side. */
static void
require_distinct(
    market_reader *reader, const numbered_subscription *sorted, size_t count)
{
    for (size_t i = 1; i < count && !reader_failed(reader); i++) {
        const numbered_subscription *one = &sorted[i - 1];
        const numbered_subscription *other = &sorted[i];
        if (other->subscription.license_arn != NULL ||
            compare_agreements(&one->subscription, &other->subscription) != 0) {
            continue;
        }
        json_place first = { .line = 1 };
        (void)json_document_find(&reader->file, one->node, &first);
        reader_fault(
            reader,
            other->node,
            "agreements of one customer for one product are told apart by "
            "\"license_arn\"",
            "is of the same product and customer as %s in line %zu",
            first.path,
            first.line);
    }
}

/* Licences name one agreement each, with or without "arn:" in front. */
static void
list_licenses(market_reader *reader, const numbered_subscription *sorted, size_t count)
{
    const market_subscription *subscriptions = reader->market->subscriptions;
    for (size_t i = 0; i < count; i++) {
        if (subscriptions[i].license_arn != NULL) {
            name_list_add(
                &reader->licenses,
                market_license_name(subscriptions[i].license_arn),
                sorted[i].node != NULL ? ent_json_member(sorted[i].node, "license_arn")
                                       : reader->file.root,
                &subscriptions[i]);
        }
    }
    reader_require_distinct(reader, &reader->licenses, true);
}

static void
keep(market_reader *reader, numbered_subscription *numbered, size_t count)
{
    market_subscription *subscriptions =
        arena_allocate(reader->arena, count, sizeof(*subscriptions));
    if (subscriptions == NULL ||
        !name_list_init(&reader->licenses, &reader->scratch, count)) {
        reader_fail_memory(reader);
        return;
    }
    qsort(numbered, count, sizeof(*numbered), compare);
    for (size_t i = 0; i < count; i++) {
        subscriptions[i] = numbered[i].subscription;
        if (numbered[i].place == 0) {
            reader->first_subscription = i;
        }
    }
    reader->market->subscriptions = subscriptions;
    reader->market->subscription_count = count;
    require_distinct(reader, numbered, count);
    list_licenses(reader, numbered, count);
}

static size_t
count_made(market_reader *reader)
{
    const sandbox_market *market = reader->market;
    size_t count = market->product_count * market->customer_count;
    if (count > SUBSCRIPTION_LIMIT) {
        reader_fault(
            reader,
            reader->file.root,
            "list the subscriptions: without a list every customer has every product",
            "would have %zu subscriptions, more than %d",
            count,
            SUBSCRIPTION_LIMIT);
    }
    return count;
}

void
market_read_subscriptions(market_reader *reader)
{
    bool is_listed = reader_has_top(reader, "subscriptions");
    const ent_json *array = reader_top(reader, "subscriptions");
    size_t count = is_listed ? reader_count(reader, array, 0, SUBSCRIPTION_LIMIT)
                             : count_made(reader);
    if (reader_failed(reader)) {
        return;
    }
    numbered_subscription *numbered =
        arena_allocate(&reader->scratch, count, sizeof(*numbered));
    if (numbered == NULL) {
        reader_fail_memory(reader);
        return;
    }
    if (is_listed) {
        read_all(reader, array, count, numbered);
    } else {
        make_all(reader, numbered);
    }
    if (!reader_failed(reader)) {
        keep(reader, numbered, count);
    }
}
