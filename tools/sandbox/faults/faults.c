/* SPDX-License-Identifier: Apache-2.0 */
#include "faults/faults.h"

#include "base/json.h"

#include <inttypes.h>
#include <string.h>

/* SplitMix64: small, and the same on every machine. */
static uint64_t
roll(uint64_t *dice)
{
    *dice += UINT64_C(0x9e3779b97f4a7c15);
    uint64_t value = *dice;
    value = (value ^ (value >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    value = (value ^ (value >> 27)) * UINT64_C(0x94d049bb133111eb);
    return value ^ (value >> 31);
}

static double
roll_fraction(uint64_t *dice)
{
    return (double)(roll(dice) >> 11) / (double)(UINT64_C(1) << 53);
}

void
faults_reset(fault_list *list, uint64_t seed)
{
    list->count = 0;
    list->seed = seed;
    list->dice = seed;
}

void
faults_replace(fault_list *list, const sandbox_fault *faults, size_t count)
{
    memcpy(list->faults, faults, count * sizeof(*faults));
    list->count = count;
    list->dice = list->seed;
}

static bool
is_about(const sandbox_fault *fault, const char *const *operations)
{
    for (; *operations != NULL; operations++) {
        if (strcmp(fault->operation, *operations) == 0) {
            return true;
        }
    }
    return false;
}

void
faults_take(fault_list *list, const char *const *operations, sandbox_fault *out)
{
    *out = (sandbox_fault){
        .kind = FAULT_NONE, .times = -1, .rate = -1, .retry_after_ms = -1
    };
    for (size_t i = 0; i < list->count; i++) {
        sandbox_fault *fault = &list->faults[i];
        if (!is_about(fault, operations) || fault->times == 0) {
            continue;
        }
        if (fault->rate >= 0 && roll_fraction(&list->dice) >= fault->rate) {
            continue;
        }
        if (fault->times > 0) {
            fault->times--;
        }
        *out = *fault;
        return;
    }
}

/* What can go wrong with the platform only. */
static void
write_platform_kind(const sandbox_fault *fault, ent_buffer *out)
{
    switch (fault->kind) {
    case FAULT_DOCUMENT:
        ent_buffer_append_format(
            out, ",\"document\":\"%s\"", document_twist_name(fault->document));
        break;
    case FAULT_LIFETIME:
        ent_buffer_append_format(out, ",\"expires_in_s\":%" PRId64, fault->amount);
        break;
    case FAULT_TOKEN_REQUIRED:
        ent_buffer_append_text(out, ",\"http_tokens\":\"required\"");
        break;
    default:
        break;
    }
}

static void
write_kind(const sandbox_fault *fault, ent_buffer *out)
{
    switch (fault->kind) {
    case FAULT_NONE:
        break;
    case FAULT_ERROR:
        ent_buffer_append_format(out, ",\"error\":\"%s\"", fault->error->name);
        if (fault->retry_after_ms >= 0) {
            ent_buffer_append_format(
                out, ",\"retry_after_ms\":%" PRId64, fault->retry_after_ms);
        }
        break;
    case FAULT_STATUS:
        ent_buffer_append_format(out, ",\"status\":%u,\"body\":", fault->http_status);
        ent_json_append_string(out, fault->body);
        break;
    case FAULT_DELAY:
        ent_buffer_append_format(out, ",\"delay_ms\":%" PRId64, fault->amount);
        break;
    case FAULT_DROP_REPLY:
        ent_buffer_append_text(out, ",\"drop_reply\":true");
        break;
    case FAULT_RESET:
        ent_buffer_append_text(out, ",\"reset\":true");
        break;
    case FAULT_SKEW:
        ent_buffer_append_format(out, ",\"skew_s\":%" PRId64, fault->amount);
        break;
    case FAULT_UNPROCESSED:
        ent_buffer_append_format(out, ",\"unprocessed\":%" PRId64, fault->amount);
        break;
    case FAULT_TOKEN:
        ent_buffer_append_format(
            out, ",\"token\":\"%s\"", token_twist_name(fault->twist));
        break;
    case FAULT_DOCUMENT:
    case FAULT_LIFETIME:
    case FAULT_TOKEN_REQUIRED:
        write_platform_kind(fault, out);
        break;
    }
}

void
faults_write(const fault_list *list, ent_buffer *out)
{
    const char *separator = "";
    ent_buffer_append_text(out, "[");
    for (size_t i = 0; i < list->count; i++) {
        const sandbox_fault *fault = &list->faults[i];
        if (fault->times == 0) {
            continue;
        }
        ent_buffer_append_format(out, "%s{\"operation\":", separator);
        ent_json_append_string(out, fault->operation);
        if (fault->times > 0) {
            ent_buffer_append_format(out, ",\"times\":%" PRId64, fault->times);
        }
        if (fault->rate >= 0) {
            ent_buffer_append_format(out, ",\"rate\":%.17g", fault->rate);
        }
        write_kind(fault, out);
        ent_buffer_append_text(out, "}");
        separator = ",";
    }
    ent_buffer_append_text(out, "]");
}
