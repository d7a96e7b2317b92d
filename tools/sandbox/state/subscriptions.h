/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_SUBSCRIPTIONS_H
#define SANDBOX_SUBSCRIPTIONS_H

#include "market/market.h"
#include "state/store.h"

/*
 * The market's subscriptions as they are by now. What the control interface changed is
 * kept in the store.
 */
typedef struct subscription_list subscription_list;

typedef struct sandbox_subscription {
    const market_subscription *agreement;
    int64_t starts_at_s;
    int64_t ends_at_s;
} sandbox_subscription;

ENTITLE_CHECKED entitle_status subscriptions_open(
    const entitle_runtime *runtime,
    sandbox_store *store,
    const sandbox_market *market,
    subscription_list **out,
    entitle_error *error);
void subscriptions_close(subscription_list *list);

/* To be called when the store has been erased: as the market says. */
void subscriptions_reset(subscription_list *list);

size_t subscriptions_count(const subscription_list *list);
const sandbox_subscription *
subscriptions_at(const subscription_list *list, size_t index);

/*
 * The one of that customer to that product which is active at `at_s`; without any such
 * one that is not; NULL: there never was one.
 */
const sandbox_subscription *subscriptions_find(
    const subscription_list *list,
    const market_product *product,
    const market_customer *customer,
    int64_t at_s);

/* The one of that licence, active or not. */
const sandbox_subscription *
subscriptions_of_license(const subscription_list *list, const char *license_arn);

bool subscription_is_active(const sandbox_subscription *subscription, int64_t at_s);

/*
 * Sets when all of that customer's (NULL: everyone's) subscriptions to that product
 * (NULL: to all) begin and end, in a transaction of its own. False: the store.
 */
bool subscriptions_set(
    subscription_list *list,
    const market_product *product,
    const market_customer *customer,
    int64_t starts_at_s,
    int64_t ends_at_s);

#endif
