/* SPDX-License-Identifier: Apache-2.0 */
#include "market/market_lists.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CUSTOMER_LIMIT = 100000, MADE_UP_SIZE = sizeof("cust-123456789012") };

/* One that the file does not give is made of the account. */
static const char *
make_identifier(market_reader *reader, const char *account)
{
    char text[MADE_UP_SIZE];
    (void)snprintf(text, sizeof(text), "cust-%s", account);
    const char *identifier = arena_copy(reader->arena, text);
    if (identifier == NULL) {
        reader_fail_memory(reader);
    }
    return identifier;
}

static void
read_customer(market_reader *reader, const ent_json *object, market_customer *out)
{
    static const char *const known[] = { "account", "identifier", NULL };
    if (!reader_open(reader, object, known)) {
        return;
    }
    const reader_member from = { .object = object };
    out->account = reader_required_text(reader, &from, "account", &market_rule_account);
    out->identifier = reader_text(reader, &from, "identifier", &market_rule_identifier);
    if (out->identifier == NULL && !reader_failed(reader)) {
        out->identifier = make_identifier(reader, out->account);
    }
}

/* Each with where it stands, so that what occurs twice can be said. */
static void
read_all(
    market_reader *reader, const ent_json *array, size_t count, market_customer *out)
{
    const ent_json *object = json_first(array);
    for (size_t i = 0; i < count; i++) {
        read_customer(reader, object, &out[i]);
        if (reader_failed(reader)) {
            return;
        }
        const ent_json *identifier = ent_json_member(object, "identifier");
        name_list_add(
            &reader->accounts,
            out[i].account,
            ent_json_member(object, "account"),
            NULL);
        name_list_add(
            &reader->identifiers,
            out[i].identifier,
            identifier != NULL ? identifier : object,
            NULL);
        object = json_next(object);
    }
    reader_require_distinct(reader, &reader->accounts, true);
    reader_require_distinct(reader, &reader->identifiers, true);
}

static int
compare_accounts(const void *left, const void *right)
{
    const market_customer *one = left;
    const market_customer *other = right;
    return strcmp(one->account, other->account);
}

static int
compare_identifiers(const void *left, const void *right)
{
    const market_customer *const *one = left;
    const market_customer *const *other = right;
    return strcmp((*one)->identifier, (*other)->identifier);
}

/* In both orders, so that a call finds its customer quickly. */
static void
arrange(market_reader *reader, market_customer *customers, size_t count)
{
    const char *first = customers[0].account;
    const market_customer **by_identifier =
        arena_allocate(reader->arena, count, sizeof(const market_customer *));
    if (by_identifier == NULL) {
        reader_fail_memory(reader);
        return;
    }
    qsort(customers, count, sizeof(*customers), compare_accounts);
    for (size_t i = 0; i < count; i++) {
        by_identifier[i] = &customers[i];
    }
    qsort(by_identifier, count, sizeof(*by_identifier), compare_identifiers);
    reader->market->customers = customers;
    reader->market->customers_by_identifier = by_identifier;
    reader->market->customer_count = count;
    reader->first_customer = market_find_account(reader->market, first);
}

void
market_read_customers(market_reader *reader)
{
    const ent_json *array = reader_top(reader, "customers");
    size_t count = reader_count(reader, array, 1, CUSTOMER_LIMIT);
    market_customer *customers =
        arena_allocate(reader->arena, count, sizeof(*customers));
    if (customers == NULL ||
        !name_list_init(&reader->accounts, &reader->scratch, count) ||
        !name_list_init(&reader->identifiers, &reader->scratch, count)) {
        reader_fail_memory(reader);
        return;
    }
    read_all(reader, array, count, customers);
    if (!reader_failed(reader)) {
        arrange(reader, customers, count);
    }
}

const market_customer *
market_read_customer_reference(market_reader *reader, const ent_json *object)
{
    const reader_member from = { .object = object };
    const char *name = reader_text(reader, &from, "customer", &market_rule_customer);
    if (name == NULL) {
        return reader_failed(reader) ? NULL : reader->first_customer;
    }
    const market_customer *customer = market_find_account(reader->market, name);
    if (customer == NULL) {
        customer = market_find_identifier(reader->market, name);
    }
    if (customer == NULL) {
        reader_fault(
            reader,
            ent_json_member(object, "customer"),
            "name a customer by its account or its identifier, or leave it out for the "
            "first",
            "is no customer of this market");
    }
    return customer;
}
