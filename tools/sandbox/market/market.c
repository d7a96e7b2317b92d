/* SPDX-License-Identifier: Apache-2.0 */
#include "market/market.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const char *const kind_names[] = {
    [IDENTITY_ECS_TASK] = "ecs-task", [IDENTITY_EKS_POD] = "eks-pod",
    [IDENTITY_EC2] = "ec2",           [IDENTITY_LAPTOP] = "laptop",
    [IDENTITY_SELLER] = "seller",     [IDENTITY_EKS_POD_IDENTITY] = "eks-pod-identity",
};

/* The key pair that AWS's documentation uses for examples: nobody's. */
static const sandbox_market first_day = {
    .product_code = "cqcvf9f0ugw8rkbgmf1c9dxyz",
    .dimensions = { "requests", "gigabytes" },
    .access_key_id = "AKIAIOSFODNN7EXAMPLE",
    .secret_access_key = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    .registration_token = "sandbox-registration-token",
    .customer = {
        .account = "123456789012",
        .identifier = "cust-0001",
        .license_arn = "arn:aws:license-manager::294406891311:license:"
                       "l-0123456789abcdef0123456789abcdef",
        .is_subscribed = true,
    },
};

const char *
identity_kind_name(identity_kind kind)
{
    return kind_names[kind];
}

bool
identity_kind_find(const char *name, identity_kind *out)
{
    for (size_t i = 0; i < IDENTITY_EKS_POD_IDENTITY; i++) {
        if (strcmp(kind_names[i], name) == 0) {
            *out = (identity_kind)i;
            return true;
        }
    }
    return false;
}

bool
identity_kind_is_container(identity_kind kind)
{
    return kind == IDENTITY_ECS_TASK || kind == IDENTITY_EKS_POD;
}

static void
make_identity(sandbox_market *market, identity_kind kind, sandbox_identity *out)
{
    market->identities_made++;
    *out = (sandbox_identity){ .kind = kind, .number = market->identities_made };
    (void)snprintf(
        out->name,
        sizeof(out->name),
        "%s/%" PRIu64,
        identity_kind_name(kind),
        out->number);
}

void
market_set_identity(sandbox_market *market, identity_kind kind)
{
    make_identity(market, kind, &market->identity);
}

size_t
market_count_containers(const sandbox_market *market)
{
    return market->containers_made < CONTAINER_LIMIT ? (size_t)market->containers_made
                                                     : CONTAINER_LIMIT;
}

sandbox_identity *
market_meet_container(sandbox_market *market, identity_kind kind, const char *key)
{
    for (size_t i = 0; i < market_count_containers(market); i++) {
        sandbox_identity *container = &market->containers[i];
        if (container->kind == kind && strcmp(container->key, key) == 0) {
            return container;
        }
    }
    sandbox_identity *fresh =
        &market->containers[market->containers_made % CONTAINER_LIMIT];
    market->containers_made++;
    make_identity(market, kind, fresh);
    (void)snprintf(fresh->key, sizeof(fresh->key), "%s", key);
    return fresh;
}

sandbox_identity *
market_find_identity(sandbox_market *market, uint64_t number)
{
    if (market->identity.number == number) {
        return &market->identity;
    }
    for (size_t i = 0; i < market_count_containers(market); i++) {
        if (market->containers[i].number == number) {
            return &market->containers[i];
        }
    }
    return NULL;
}

void
market_reset(sandbox_market *market, const char *region)
{
    *market = first_day;
    market->region = region;
    market_set_identity(market, IDENTITY_ECS_TASK);
}

sandbox_customer *
market_find_customer(sandbox_market *market, const char *name)
{
    sandbox_customer *only = &market->customer;
    bool matches =
        strcmp(only->account, name) == 0 || strcmp(only->identifier, name) == 0;
    return matches ? only : NULL;
}
