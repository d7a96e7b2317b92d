/* SPDX-License-Identifier: Apache-2.0 */
#include "state/subscriptions.h"

#include "base/error.h"
#include "base/memory.h"
#include "state/statements.h"

#include <stdlib.h>
#include <string.h>

struct subscription_list {
    entitle_runtime runtime;
    sandbox_store *store;
    size_t count;
    sandbox_subscription *subscriptions; /* in the market's order */
    /* The same twice over, for looking up; each call of a batch names 25 of them. */
    const sandbox_subscription **by_customer;
    const sandbox_subscription **by_license; /* those with a licence */
    size_t license_count;
};

static int
compare_places(const void *one, const void *other)
{
    return (one > other) - (one < other);
}

static int
compare_customers(const market_subscription *one, const market_subscription *other)
{
    int order = compare_places(one->product, other->product);
    return order != 0 ? order : compare_places(one->customer, other->customer);
}

static int
order_by_customer(const void *one, const void *other)
{
    const sandbox_subscription *const *left = one;
    const sandbox_subscription *const *right = other;
    int order = compare_customers((*left)->agreement, (*right)->agreement);
    return order != 0 ? order : compare_places(*left, *right);
}

static int
order_by_license(const void *one, const void *other)
{
    const sandbox_subscription *const *left = one;
    const sandbox_subscription *const *right = other;
    return strcmp(
        market_license_name((*left)->agreement->license_arn),
        market_license_name((*right)->agreement->license_arn));
}

static void
sort(subscription_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        const sandbox_subscription *subscription = &list->subscriptions[i];
        list->by_customer[i] = subscription;
        if (subscription->agreement->license_arn != NULL) {
            list->by_license[list->license_count++] = subscription;
        }
    }
    if (list->count > 1) {
        qsort(
            list->by_customer,
            list->count,
            sizeof(list->by_customer[0]),
            order_by_customer);
    }
    if (list->license_count > 1) {
        qsort(
            list->by_license,
            list->license_count,
            sizeof(list->by_license[0]),
            order_by_license);
    }
}

/* "" where there is none: a key of the table has no NULL. */
static const char *
stored_license(const market_subscription *agreement)
{
    return agreement->license_arn != NULL ? agreement->license_arn : "";
}

/* The first place in `by_customer` that is not before the wanted pair. */
static size_t
lower_bound(const subscription_list *list, const market_subscription *wanted)
{
    size_t low = 0;
    size_t high = list->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (compare_customers(list->by_customer[middle]->agreement, wanted) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

static void
apply(const subscription_list *list, const sandbox_market *market, sqlite3_stmt *row)
{
    const market_subscription wanted = {
        .product = market_find_product(market, statement_text(row, 0)),
        .customer = market_find_account(market, statement_text(row, 1)),
    };
    if (wanted.product == NULL || wanted.customer == NULL) {
        return;
    }
    for (size_t i = lower_bound(list, &wanted); i < list->count; i++) {
        const sandbox_subscription *found = list->by_customer[i];
        if (compare_customers(found->agreement, &wanted) != 0) {
            return;
        }
        if (strcmp(stored_license(found->agreement), statement_text(row, 2)) == 0) {
            sandbox_subscription *mine =
                &list->subscriptions[found - list->subscriptions];
            mine->starts_at_s = sqlite3_column_int64(row, 3);
            mine->ends_at_s = sqlite3_column_int64(row, 4);
        }
    }
}

static bool
load(const subscription_list *list, const sandbox_market *market)
{
    sqlite3_stmt *rows = store_statement_of(list->store, STATEMENT_SUBSCRIPTIONS);
    int rc = SQLITE_ROW;
    while ((rc = sqlite3_step(rows)) == SQLITE_ROW) {
        apply(list, market, rows);
    }
    (void)sqlite3_reset(rows);
    return rc == SQLITE_DONE;
}

static bool
allocate(subscription_list *list, size_t count)
{
    const entitle_runtime *runtime = &list->runtime;
    size_t room = count == 0 ? 1 : count;
    list->subscriptions = ent_allocate(runtime, room * sizeof(*list->subscriptions));
    list->by_customer =
        ent_allocate(runtime, room * sizeof(const sandbox_subscription *));
    list->by_license =
        ent_allocate(runtime, room * sizeof(const sandbox_subscription *));
    return list->subscriptions != NULL && list->by_customer != NULL &&
           list->by_license != NULL;
}

entitle_status
subscriptions_open(
    const entitle_runtime *runtime,
    sandbox_store *store,
    const sandbox_market *market,
    subscription_list **out,
    entitle_error *error)
{
    subscription_list *list = ent_allocate(runtime, sizeof(*list));
    if (list == NULL) {
        return ent_fail_memory(error);
    }
    list->runtime = *runtime;
    list->store = store;
    if (!allocate(list, market->subscription_count)) {
        subscriptions_close(list);
        return ent_fail_memory(error);
    }
    list->count = market->subscription_count;
    for (size_t i = 0; i < list->count; i++) {
        list->subscriptions[i].agreement = &market->subscriptions[i];
    }
    subscriptions_reset(list);
    sort(list);
    if (!load(list, market)) {
        subscriptions_close(list);
        return ent_fail(error, ENTITLE_IO_ERROR, "cannot read the subscriptions");
    }
    *out = list;
    return ENTITLE_OK;
}

void
subscriptions_close(subscription_list *list)
{
    if (list == NULL) {
        return;
    }
    const entitle_runtime runtime = list->runtime;
    ent_release(&runtime, (void *)list->by_license);
    ent_release(&runtime, (void *)list->by_customer);
    ent_release(&runtime, list->subscriptions);
    ent_release(&runtime, list);
}

void
subscriptions_reset(subscription_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        sandbox_subscription *subscription = &list->subscriptions[i];
        subscription->starts_at_s = subscription->agreement->starts_at_s;
        subscription->ends_at_s = subscription->agreement->ends_at_s;
    }
}

size_t
subscriptions_count(const subscription_list *list)
{
    return list->count;
}

const sandbox_subscription *
subscriptions_at(const subscription_list *list, size_t index)
{
    return &list->subscriptions[index];
}

bool
subscription_is_active(const sandbox_subscription *subscription, int64_t at_s)
{
    return subscription->starts_at_s <= at_s && at_s < subscription->ends_at_s;
}

const sandbox_subscription *
subscriptions_find(
    const subscription_list *list,
    const market_product *product,
    const market_customer *customer,
    int64_t at_s)
{
    const market_subscription wanted = { .product = product, .customer = customer };
    const sandbox_subscription *inactive = NULL;
    for (size_t i = lower_bound(list, &wanted); i < list->count; i++) {
        const sandbox_subscription *candidate = list->by_customer[i];
        if (compare_customers(candidate->agreement, &wanted) != 0) {
            break;
        }
        if (subscription_is_active(candidate, at_s)) {
            return candidate;
        }
        inactive = candidate;
    }
    return inactive;
}

const sandbox_subscription *
subscriptions_of_license(const subscription_list *list, const char *license_arn)
{
    const char *name = market_license_name(license_arn);
    size_t low = 0;
    size_t high = list->license_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const sandbox_subscription *candidate = list->by_license[middle];
        int order =
            strcmp(market_license_name(candidate->agreement->license_arn), name);
        if (order == 0) {
            return candidate;
        }
        if (order < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return NULL;
}

static bool
concerns(
    const sandbox_subscription *subscription,
    const market_product *product,
    const market_customer *customer)
{
    const market_subscription *agreement = subscription->agreement;
    return (product == NULL || agreement->product == product) &&
           (customer == NULL || agreement->customer == customer);
}

static bool
write_one(
    const subscription_list *list,
    const market_subscription *agreement,
    int64_t starts_at_s,
    int64_t ends_at_s)
{
    sqlite3_stmt *statement =
        store_statement_of(list->store, STATEMENT_SUBSCRIPTION_WRITE);
    statement_bind_text(statement, 1, agreement->product->code);
    statement_bind_text(statement, 2, agreement->customer->account);
    statement_bind_text(statement, 3, stored_license(agreement));
    (void)sqlite3_bind_int64(statement, 4, starts_at_s);
    (void)sqlite3_bind_int64(statement, 5, ends_at_s);
    return statement_run(statement);
}

static bool
write_all(
    const subscription_list *list,
    const market_product *product,
    const market_customer *customer,
    int64_t starts_at_s,
    int64_t ends_at_s)
{
    for (size_t i = 0; i < list->count; i++) {
        const sandbox_subscription *subscription = &list->subscriptions[i];
        if (concerns(subscription, product, customer) &&
            !write_one(list, subscription->agreement, starts_at_s, ends_at_s)) {
            return false;
        }
    }
    return true;
}

bool
subscriptions_set(
    subscription_list *list,
    const market_product *product,
    const market_customer *customer,
    int64_t starts_at_s,
    int64_t ends_at_s)
{
    if (!store_begin(list->store)) {
        return false;
    }
    if (!write_all(list, product, customer, starts_at_s, ends_at_s)) {
        store_roll_back(list->store);
        return false;
    }
    if (!store_commit(list->store)) {
        return false;
    }
    for (size_t i = 0; i < list->count; i++) {
        sandbox_subscription *subscription = &list->subscriptions[i];
        if (concerns(subscription, product, customer)) {
            subscription->starts_at_s = starts_at_s;
            subscription->ends_at_s = ends_at_s;
        }
    }
    return true;
}
