/* SPDX-License-Identifier: Apache-2.0 */
#include "market/market_lists.h"

enum { REGISTRATION_LIMIT = 100000, USES_LIMIT = 1000000 };

/* How many subscriptions come before those of this product and customer. */
static size_t
find_agreements(
    const sandbox_market *market,
    const market_product *product,
    const market_customer *customer)
{
    size_t low = 0;
    size_t high = market->subscription_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const market_subscription *one = &market->subscriptions[middle];
        bool is_before = one->product < product ||
                         (one->product == product && one->customer < customer);
        if (is_before) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

static bool
is_of(
    const sandbox_market *market,
    size_t index,
    const market_product *product,
    const market_customer *customer)
{
    return index < market->subscription_count &&
           market->subscriptions[index].product == product &&
           market->subscriptions[index].customer == customer;
}

static size_t
find_by_license(market_reader *reader, const ent_json *object, const char *license)
{
    const sandbox_market *market = reader->market;
    const market_subscription *found =
        name_list_find(&reader->licenses, market_license_name(license));
    if (found == NULL) {
        reader_fault(
            reader,
            ent_json_member(object, "license_arn"),
            "the licence has to be that of a subscription",
            "is no licence of this market");
        return 0;
    }
    bool fits = true;
    if (ent_json_member(object, "product") != NULL) {
        fits = market_read_product_reference(reader, object) == found->product;
    }
    if (ent_json_member(object, "customer") != NULL) {
        fits =
            market_read_customer_reference(reader, object) == found->customer && fits;
    }
    if (!fits) {
        reader_fault(
            reader,
            ent_json_member(object, "license_arn"),
            "leave \"product\" and \"customer\" out: the licence says both",
            "belongs to another product or customer");
    }
    return (size_t)(found - market->subscriptions);
}

/* The agreement that a token tells of. */
static size_t
read_agreement(market_reader *reader, const ent_json *object)
{
    const reader_member from = { .object = object };
    const sandbox_market *market = reader->market;
    const char *license =
        reader_text(reader, &from, "license_arn", &market_rule_license);
    if (license != NULL) {
        return find_by_license(reader, object, license);
    }
    const market_product *product = market_read_product_reference(reader, object);
    const market_customer *customer = market_read_customer_reference(reader, object);
    if (reader_failed(reader)) {
        return 0;
    }
    size_t index = find_agreements(market, product, customer);
    if (!is_of(market, index, product, customer)) {
        reader_fault(
            reader,
            object,
            "a registration token belongs to a subscription; it may be over",
            "the customer has no subscription to the product");
    } else if (is_of(market, index + 1, product, customer)) {
        reader_fault(
            reader,
            object,
            "say which with \"license_arn\"",
            "the customer has several subscriptions to the product");
    }
    return index;
}

static void
read_token(
    market_reader *reader, const ent_json *object, market_registration_token *out)
{
    static const char *const known[] = { "token", "product",     "customer", "expires",
                                         "uses",  "license_arn", NULL };
    if (!reader_open(reader, object, known)) {
        return;
    }
    const reader_member from = { .object = object };
    out->token = reader_required_text(reader, &from, "token", &market_rule_token);
    out->subscription = read_agreement(reader, object);
    out->expires_at_s = reader_time(reader, object, "expires", INT64_MAX);
    out->uses = (uint32_t)reader_integer(reader, &from, "uses", 0, USES_LIMIT);
}

static void
read_all(
    market_reader *reader,
    const ent_json *array,
    size_t count,
    market_registration_token *out)
{
    name_list names;
    if (!name_list_init(&names, &reader->scratch, count)) {
        reader_fail_memory(reader);
        return;
    }
    const ent_json *object = json_first(array);
    for (size_t i = 0; i < count && !reader_failed(reader); i++) {
        read_token(reader, object, &out[i]);
        if (!reader_failed(reader)) {
            name_list_add(&names, out[i].token, ent_json_member(object, "token"), NULL);
        }
        object = json_next(object);
    }
    reader_require_distinct(reader, &names, false);
}

/* The default market's token, for the first subscription of this one. */
static void
make_default(
    market_reader *reader, const ent_json *array, market_registration_token *out)
{
    const reader_member from = { .object = json_first(array) };
    out->token = reader_required_text(reader, &from, "token", &market_rule_token);
    out->subscription = reader->first_subscription;
    out->expires_at_s = INT64_MAX;
}

void
market_read_registration_tokens(market_reader *reader)
{
    bool is_listed = reader_has_top(reader, "registration_tokens");
    const ent_json *array = reader_top(reader, "registration_tokens");
    size_t count = is_listed ? reader_count(reader, array, 0, REGISTRATION_LIMIT)
                             : reader->market->subscription_count > 0;
    market_registration_token *tokens =
        arena_allocate(reader->arena, count, sizeof(*tokens));
    if (tokens == NULL) {
        reader_fail_memory(reader);
        return;
    }
    if (is_listed) {
        read_all(reader, array, count, tokens);
    } else if (count > 0) {
        make_default(reader, array, tokens);
    }
    reader->market->registration_tokens = tokens;
    reader->market->registration_token_count = count;
}
