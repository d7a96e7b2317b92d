/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_MARKET_H
#define SANDBOX_MARKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum identity_kind {
    IDENTITY_ECS_TASK,
    IDENTITY_EKS_POD,
    IDENTITY_EC2,
    IDENTITY_LAPTOP,
    IDENTITY_SELLER,
    IDENTITY_EKS_POD_IDENTITY /* a pod whose credentials RegisterUsage does not take */
} identity_kind;

enum { IDENTITY_NAME_SIZE = 48, CONTAINER_KEY_SIZE = 65, CONTAINER_LIMIT = 256 };

/* One task, pod, instance, person or seller: who signs with an access key. */
typedef struct sandbox_identity {
    identity_kind kind;
    uint64_t number;
    char name[IDENTITY_NAME_SIZE]; /* "ecs-task/1" */
    char key[CONTAINER_KEY_SIZE];  /* that a container is known by; else "" */
    bool is_registered;            /* its first RegisterUsage was honoured */
} sandbox_identity;

typedef struct sandbox_customer {
    const char *account;
    const char *identifier;
    const char *license_arn;
    bool is_subscribed;
} sandbox_customer;

/* The seller's product, its buyer, and who the access key belongs to. */
typedef struct sandbox_market {
    const char *region;
    const char *product_code;
    const char *dimensions[2];
    const char *access_key_id;
    const char *secret_access_key; /* made up, and printed by `env` */
    const char *registration_token;
    sandbox_customer customer;
    sandbox_identity identity; /* of the access key */
    uint64_t identities_made;

    /* The last CONTAINER_LIMIT that fetched credentials. */
    sandbox_identity containers[CONTAINER_LIMIT];
    uint64_t containers_made;
} sandbox_market;

/* As on the first day: subscribed, and a fresh ECS task. */
void market_reset(sandbox_market *market, const char *region);

/* Another one from now on, even of the same kind. */
void market_set_identity(sandbox_market *market, identity_kind kind);

/*
 * The container of that kind and key; made when it is met for the first time, and then
 * the oldest is forgotten where there are too many.
 */
sandbox_identity *
market_meet_container(sandbox_market *market, identity_kind kind, const char *key);

/* The access key's identity or a container, or NULL when it is gone. */
sandbox_identity *market_find_identity(sandbox_market *market, uint64_t number);

size_t market_count_containers(const sandbox_market *market);

/* The customer of that account or identifier, or NULL. */
sandbox_customer *market_find_customer(sandbox_market *market, const char *name);

/* "ecs-task" */
const char *identity_kind_name(identity_kind kind);

/* False also for a kind that no access key can have. */
bool identity_kind_find(const char *name, identity_kind *out);

/* Whether RegisterUsage takes calls from there. */
bool identity_kind_is_container(identity_kind kind);

#endif
