/* SPDX-License-Identifier: Apache-2.0 */
#include "aws/credentials_cache.h"

#include "base/log.h"
#include "base/runtime.h"

#include <stddef.h>

typedef enum freshness {
    FRESH,
    DUE,    /* still good, but to be renewed */
    EXPIRED /* also: nothing is held */
} freshness;

static freshness
freshness_of(const ent_credentials_cache *cache, const entitle_runtime *runtime)
{
    const entitle_credentials *held = &cache->held;
    int64_t left_s = held->expires_at_s - ent_now_s(runtime);

    if (!cache->is_filled) {
        return EXPIRED;
    }
    if (held->expires_at_s == 0 || left_s > ENT_CREDENTIALS_EARLY_S) {
        return FRESH;
    }
    return left_s > 0 || held->kind == ENTITLE_CREDENTIALS_INSTANCE_ROLE ? DUE
                                                                         : EXPIRED;
}

static void
log_failure(
    const ent_credentials_cache *cache,
    const ent_credentials_request *request,
    entitle_status failure)
{
    ent_log(
        request->runtime,
        ENTITLE_LOG_WARNING,
        "the AWS credentials (%s) cannot be renewed: %s; going on with those held",
        entitle_credentials_kind_name(cache->held.kind),
        entitle_status_text(failure));
}

entitle_status
ent_credentials_cache_provide(
    ent_credentials_cache *cache,
    ent_credentials_source *source,
    const ent_credentials_request *request,
    bool refresh,
    entitle_credentials *out,
    entitle_error *error)
{
    const entitle_runtime *runtime = request->runtime;
    freshness age = freshness_of(cache, runtime);
    int64_t now_ms = runtime->monotonic_ms(runtime->context);
    entitle_status status;

    if (!refresh && (age == FRESH || (age == DUE && now_ms < cache->ask_again_at_ms))) {
        *out = cache->held;
        return ENTITLE_OK;
    }
    status = source(request, out, error);
    cache->ask_again_at_ms = now_ms + ENT_CREDENTIALS_PAUSE_MS;
    if (status == ENTITLE_OK) {
        cache->held = *out;
        cache->is_filled = true;
        return ENTITLE_OK;
    }
    if (refresh || age == EXPIRED || status == ENTITLE_INTERRUPTED) {
        return status;
    }
    log_failure(cache, request, status);
    *out = cache->held;
    return ENTITLE_OK;
}
