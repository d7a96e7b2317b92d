/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_IDENTITIES_H
#define SANDBOX_IDENTITIES_H

#include "market/market.h"
#include "state/store.h"

enum { CONTAINER_KEY_SIZE = 65, CONTAINER_LIMIT = 256 };

/* One task, pod, instance, person or seller: who signs a call. */
typedef struct sandbox_identity {
    uint64_t number; /* never used again until a reset */
    identity_kind kind;
    char name[IDENTITY_NAME_SIZE]; /* "ecs-task/1" */
    char key[CONTAINER_KEY_SIZE];  /* that a container is known by; else "" */
    const char *account;           /* the market's */
    const char *seller;            /* the market's; NULL: nobody */
    const char *region;            /* the market's */
    int64_t began_at_s;            /* service's clock */
} sandbox_identity;

/*
 * Who exists: one identity for each access key of the market, and the last
 * CONTAINER_LIMIT containers that fetched credentials. Kept in the store, so that a
 * task goes on over a restart of the sandbox. What changes here is a transaction of its
 * own.
 */
typedef struct identity_list identity_list;

ENTITLE_CHECKED entitle_status identities_open(
    const entitle_runtime *runtime,
    sandbox_store *store,
    const sandbox_market *market,
    int64_t service_s,
    identity_list **out,
    entitle_error *error);
void identities_close(identity_list *list);

/* Of the access key at `index` of the market; never NULL. */
const sandbox_identity *identities_of_key(const identity_list *list, size_t index);

/* NULL when it is gone. */
const sandbox_identity *identities_find(const identity_list *list, uint64_t number);

/*
 * A new one for that access key from now on, even of the same kind. False: the store.
 */
bool identities_renew(
    identity_list *list, size_t index, identity_kind kind, int64_t service_s);

/*
 * The container of that kind and key, made when it is met for the first time; then the
 * oldest is forgotten where there are too many. NULL: the store.
 */
const sandbox_identity *identities_meet_container(
    identity_list *list, identity_kind kind, const char *key, int64_t service_s);

size_t identities_count_containers(const identity_list *list);
const sandbox_identity *identities_container(const identity_list *list, size_t index);

/*
 * To be called when the store has been erased: back to the start. False: the store;
 * then everybody stays who they were.
 */
bool identities_reset(identity_list *list, int64_t service_s);

/* Whether its first RegisterUsage for that product was honoured. */
bool identities_is_registered(
    const identity_list *list, uint64_t number, const market_product *product);

/* That it is now. False: the store. */
bool identities_register(
    identity_list *list, uint64_t number, const market_product *product);

#endif
