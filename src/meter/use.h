/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_METER_USE_H
#define ENT_METER_USE_H

#include "ledger/ledger.h"

#include <entitle/meter.h>

enum {
    /* Five tags of 100 and 256 characters, and what JSON adds. */
    ENT_USE_TAGS_LIMIT = 16 * 1024,
    ENT_USE_ID_LIMIT = 255,
    ENT_USE_INSTANCE_SIZE = 256,
    /* Of what ResolveCustomer names a customer by, in bytes. */
    ENT_USE_NAME_LIMIT = 255,
    ENT_USE_LICENSE_LIMIT = 2043 /* before it gets its "arn:" */
};

/* What uses take from their meter. */
typedef struct ent_use_defaults {
    const entitle_runtime *runtime;
    const char *product_code; /* NULL: none */
    const char *instance;
} ent_use_defaults;

/*
 * A use as the ledger wants it. The event's texts are the caller's and those in here.
 */
typedef struct ent_use {
    ent_usage_event event;
    char *tags;        /* NULL: none */
    char *license_arn; /* NULL: none */
} ent_use;

/* A copy of a use from a caller with a header of any version, its time filled in. */
ENTITLE_CHECKED entitle_status ent_use_copy(
    const entitle_use *from, int64_t now_s, entitle_use *out, entitle_error *error);

/*
 * Checks it against all that AWS would refuse. ENTITLE_INVALID_INPUT, with the member
 * and the rule; `where` begins the message. `out` is to be cleared in either case.
 */
ENTITLE_CHECKED entitle_status ent_use_read(
    const entitle_use *use,
    const ent_use_defaults *defaults,
    const char *where,
    int64_t now_s,
    ent_use *out,
    entitle_error *error);

/* Also after a failure. */
void ent_use_clear(const entitle_runtime *runtime, ent_use *use);

#endif
