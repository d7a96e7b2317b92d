/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_SANDBOX_H
#define SANDBOX_SANDBOX_H

#include "base/buffer.h"
#include "faults/faults.h"
#include "journal/journal.h"
#include "market/market_file.h"
#include "program/options.h"
#include "state/identities.h"
#include "state/imds_tokens.h"
#include "state/product_keys.h"
#include "state/records.h"
#include "state/registration_tokens.h"
#include "state/service_clock.h"
#include "state/sessions.h"
#include "state/store.h"
#include "state/subscriptions.h"

#include <pthread.h>

/*
 * All that the sandbox knows. Each connection has a thread of its own, so everything
 * below `lock` is touched with the lock held, and never for longer than it takes to
 * look something up or write it down: signing, key generation and waiting go without.
 */
typedef struct sandbox_core {
    entitle_runtime runtime;
    char state[SIGNING_PATH_SIZE];
    sandbox_market *market; /* never changes */
    const char *region;
    const char *account; /* in which the containers run */
    uint64_t seed;

    pthread_mutex_t changes; /* held while keys are made; taken before `lock` */
    pthread_mutex_t lock;
    sandbox_store *store;
    service_clock clock;
    identity_list *identities;
    subscription_list *subscriptions;
    product_keys *keys;
    fault_list faults;
    sandbox_journal journal;
    session_list sessions;
    imds_token_list imds_tokens;
    ent_buffer last_token; /* what the fault "replay" repeats */
    size_t record_readers;
} sandbox_core;

/* `state` is an existing folder. The sandbox is large: never on a stack. */
ENTITLE_CHECKED entitle_status sandbox_new(
    const sandbox_options *options,
    const char *state,
    sandbox_core **out,
    entitle_error *error);
void sandbox_free(sandbox_core *sandbox);

/* The service's time. Called with the lock held. */
int64_t sandbox_service_s(const sandbox_core *sandbox);

/* Everything back to the start. Takes the locks. False: the store. */
bool sandbox_reset(sandbox_core *sandbox);

#endif
