/* SPDX-License-Identifier: Apache-2.0 */
#include "aws/clock_offset.h"
#include "aws/json_call_state.h"
#include "base/error.h"
#include "base/log.h"
#include "base/memory.h"

#include <stddef.h>
#include <string.h>

entitle_status
ent_json_call_provide(
    const ent_json_call_state *state,
    bool refresh,
    entitle_credentials *out,
    entitle_error *error)
{
    const entitle_credentials_provider *provider = state->service->credentials;
    int64_t left_ms = ent_deadline_left_ms(&state->call->deadline);

    ent_credentials_wipe(out);
    entitle_status status =
        provider->provide(provider->context, refresh, left_ms, out, error);
    if (status == ENTITLE_OK && out->access_key_id[0] == '\0') {
        return ent_fail(
            error, ENTITLE_INTERNAL_ERROR, "the credentials provider gave nothing");
    }
    return status;
}

static bool
are_same(const entitle_credentials *left, const entitle_credentials *right)
{
    return strcmp(left->access_key_id, right->access_key_id) == 0 &&
           ent_equal_in_constant_time(
               left->secret_access_key, right->secret_access_key) &&
           ent_equal_in_constant_time(left->session_token, right->session_token);
}

/*
 * Where another call has had them renewed since these were provided, the provider is
 * not made to do so again.
 */
static bool
provide_others(ent_json_call_state *state, entitle_credentials *fresh)
{
    ent_json_service *service = state->service;
    bool refresh = service->refreshes == state->refreshes;

    service->refreshes += refresh;
    return ent_json_call_provide(state, refresh, fresh, NULL) == ENTITLE_OK &&
           !are_same(fresh, &state->credentials);
}

/* Once, and only if that gave others: the same would be refused again. */
static bool
refresh_credentials(ent_json_call_state *state)
{
    const entitle_runtime *runtime = state->service->runtime;
    entitle_credentials *fresh;

    if (state->has_refreshed) {
        return false;
    }
    state->has_refreshed = true;
    fresh = ent_allocate(runtime, sizeof(*fresh));
    if (fresh == NULL) {
        return false;
    }
    if (provide_others(state, fresh)) {
        state->credentials = *fresh;
        state->has_credentials = true;
    }
    ent_credentials_wipe(fresh);
    ent_release(runtime, fresh);
    return state->has_credentials;
}

static bool
is_skew(int64_t difference_ms)
{
    return difference_ms >= ENT_CLOCK_SKEW_MS || difference_ms <= -ENT_CLOCK_SKEW_MS;
}

/* It may be that another call has set it since this one was dated. */
static bool
set_clock(ent_json_call_state *state)
{
    ent_json_service *service = state->service;
    bool is_news = is_skew(service->clock_offset_ms - service->signing_offset_ms);

    if (state->has_set_clock || !state->has_measured_clock ||
        !is_skew(service->clock_offset_ms - state->signing_offset_ms)) {
        return false;
    }
    service->signing_offset_ms = service->clock_offset_ms;
    state->has_set_clock = true;
    if (is_news) {
        ent_log(
            service->runtime,
            ENTITLE_LOG_WARNING,
            "this machine's clock is %lld s off; signing with the service's time",
            (long long)(service->clock_offset_ms / 1000));
    }
    return true;
}

bool
ent_json_call_mend(ent_json_call_state *state)
{
    uint32_t limit = state->service->retry_policy.attempt_limit;

    if (limit > 0 && state->attempt >= limit) {
        return false;
    }
    switch (state->outcome.suspect) {
    case ENT_SUSPECT_CREDENTIALS:
        return refresh_credentials(state);
    case ENT_SUSPECT_CLOCK:
        return set_clock(state);
    case ENT_SUSPECT_NOTHING:
        break;
    }
    return false;
}

void
ent_json_call_blame_clock(ent_json_call_state *state)
{
    const ent_json_service *service = state->service;
    entitle_error last = state->error;
    int64_t offset_s = service->clock_offset_ms / 1000;

    if (state->outcome.suspect != ENT_SUSPECT_CLOCK || offset_s == 0 ||
        (!state->has_set_clock && last.status != ENTITLE_CLOCK_SKEW)) {
        return;
    }
    ent_fail(
        &state->error,
        ENTITLE_CLOCK_SKEW,
        "this machine's clock is %lld s %s that of the service, which answered with %s",
        (long long)(offset_s < 0 ? -offset_s : offset_s),
        offset_s < 0 ? "ahead of" : "behind",
        last.service_code);
    ent_hint(
        &state->error, "set this machine's clock, for instance with an NTP service");
    state->error.http_status = last.http_status;
    memcpy(state->error.service_code, last.service_code, sizeof(last.service_code));
    memcpy(state->error.request_id, last.request_id, sizeof(last.request_id));
    state->outcome.status = ENTITLE_CLOCK_SKEW;
}
