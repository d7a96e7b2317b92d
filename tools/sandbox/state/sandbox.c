/* SPDX-License-Identifier: Apache-2.0 */
#include "state/sandbox.h"

#include "base/error.h"
#include "base/memory.h"
#include "base/runtime.h"

#include <stdio.h>

enum { TOKEN_LIMIT = 64 * 1024 };

static entitle_status
choose_seed(sandbox_core *sandbox, const sandbox_options *options, entitle_error *error)
{
    const entitle_runtime *runtime = &sandbox->runtime;
    if (options->has_seed) {
        sandbox->seed = options->seed;
        return ENTITLE_OK;
    }
    if (!runtime->random(runtime->context, &sandbox->seed, sizeof(sandbox->seed))) {
        return ent_fail(error, ENTITLE_INTERNAL_ERROR, "no random bytes");
    }
    return ENTITLE_OK;
}

static entitle_status
open_market(sandbox_core *sandbox, const sandbox_options *options, entitle_error *error)
{
    const entitle_runtime *runtime = &sandbox->runtime;
    if (options->config == NULL) {
        return market_default(runtime, options->region, &sandbox->market, error);
    }
    return market_file_read(
        runtime, options->config, options->region, &sandbox->market, error);
}

/* What the store keeps, on top of what the market says. */
static entitle_status
open_state(sandbox_core *sandbox, entitle_error *error)
{
    const entitle_runtime *runtime = &sandbox->runtime;
    entitle_status status = store_open(runtime, sandbox->state, &sandbox->store, error);
    if (status == ENTITLE_OK) {
        status = service_clock_open(&sandbox->clock, sandbox->store, error);
    }
    if (status == ENTITLE_OK) {
        status = identities_open(
            runtime,
            sandbox->store,
            sandbox->market,
            sandbox_service_s(sandbox),
            &sandbox->identities,
            error);
    }
    if (status == ENTITLE_OK) {
        status = subscriptions_open(
            runtime, sandbox->store, sandbox->market, &sandbox->subscriptions, error);
    }
    if (status == ENTITLE_OK) {
        status = product_keys_open(
            runtime,
            sandbox->store,
            sandbox->market,
            sandbox->state,
            &sandbox->keys,
            error);
    }
    return status;
}

static entitle_status
fill(
    sandbox_core *sandbox,
    const sandbox_options *options,
    const char *state,
    entitle_error *error)
{
    int length = snprintf(sandbox->state, sizeof(sandbox->state), "%s", state);
    if (length < 0 || (size_t)length >= sizeof(sandbox->state)) {
        return ent_fail(error, ENTITLE_IO_ERROR, "the path of the state is too long");
    }
    entitle_status status = choose_seed(sandbox, options, error);
    if (status == ENTITLE_OK) {
        status = open_market(sandbox, options, error);
    }
    if (status == ENTITLE_OK) {
        status = open_state(sandbox, error);
    }
    if (status != ENTITLE_OK) {
        return status;
    }
    sandbox->region = sandbox->market->region;
    sandbox->account = sandbox->market->access_keys[0].account;
    faults_reset(&sandbox->faults, sandbox->seed);
    journal_reset(&sandbox->journal);
    sessions_reset(&sandbox->sessions);
    imds_tokens_reset(&sandbox->imds_tokens);
    return ENTITLE_OK;
}

entitle_status
sandbox_new(
    const sandbox_options *options,
    const char *state,
    sandbox_core **out,
    entitle_error *error)
{
    entitle_runtime runtime;
    entitle_status status = ent_runtime_fill(&runtime, NULL, error);
    if (status != ENTITLE_OK) {
        return status;
    }
    sandbox_core *fresh = ent_allocate(&runtime, sizeof(*fresh));
    if (fresh == NULL) {
        return ent_fail_memory(error);
    }
    fresh->runtime = runtime;
    (void)pthread_mutex_init(&fresh->changes, NULL);
    (void)pthread_mutex_init(&fresh->lock, NULL);
    ent_buffer_init(&fresh->last_token, &fresh->runtime, TOKEN_LIMIT);
    status = fill(fresh, options, state, error);
    if (status != ENTITLE_OK) {
        sandbox_free(fresh);
        return status;
    }
    *out = fresh;
    return ENTITLE_OK;
}

void
sandbox_free(sandbox_core *sandbox)
{
    if (sandbox == NULL) {
        return;
    }
    const entitle_runtime runtime = sandbox->runtime;
    (void)pthread_mutex_destroy(&sandbox->lock);
    (void)pthread_mutex_destroy(&sandbox->changes);
    product_keys_close(sandbox->keys);
    subscriptions_close(sandbox->subscriptions);
    identities_close(sandbox->identities);
    store_close(sandbox->store);
    market_free(sandbox->market);
    ent_buffer_clear(&sandbox->last_token);
    ent_release(&runtime, sandbox);
}

int64_t
sandbox_service_s(const sandbox_core *sandbox)
{
    return service_clock_now_s(&sandbox->clock, &sandbox->runtime);
}

/* Called with the locks held. */
static bool
forget_state(sandbox_core *sandbox)
{
    if (!store_begin(sandbox->store)) {
        return false;
    }
    if (!store_erase(sandbox->store) || !product_keys_keep(sandbox->keys)) {
        store_roll_back(sandbox->store);
        return false;
    }
    if (!store_commit(sandbox->store)) {
        return false;
    }
    sandbox->clock.offset_s = 0;
    subscriptions_reset(sandbox->subscriptions);
    return identities_reset(sandbox->identities, sandbox_service_s(sandbox));
}

bool
sandbox_reset(sandbox_core *sandbox)
{
    pthread_mutex_lock(&sandbox->changes);
    pthread_mutex_lock(&sandbox->lock);
    bool is_forgotten = forget_state(sandbox);
    if (is_forgotten) {
        faults_reset(&sandbox->faults, sandbox->seed);
        journal_reset(&sandbox->journal);
        sessions_reset(&sandbox->sessions);
        imds_tokens_reset(&sandbox->imds_tokens);
        product_keys_reset(sandbox->keys);
        ent_buffer_clear(&sandbox->last_token);
    }
    pthread_mutex_unlock(&sandbox->lock);
    pthread_mutex_unlock(&sandbox->changes);
    return is_forgotten;
}
