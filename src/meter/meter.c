/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"
#include "base/memory.h"
#include "base/options.h"
#include "base/runtime.h"
#include "base/text.h"
#include "ledger/postgres.h"
#include "ledger/sqlite.h"
#include "meter/ledger_path.h"
#include "meter/meter_state.h"
#include "metering/product_code.h"

#include <entitle/instance.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>

int64_t
ent_meter_now_s(const entitle_meter *meter)
{
    return ent_now_s(&meter->runtime);
}

ent_use_defaults
ent_meter_defaults(const entitle_meter *meter)
{
    return (ent_use_defaults){
        .runtime = &meter->runtime,
        .product_code = meter->product_code,
        .instance = meter->instance,
    };
}

static entitle_status
open_ledger(
    const entitle_meter *meter,
    const char *name,
    ent_ledger **out,
    entitle_error *error)
{
    if (meter->is_shared) {
        return ent_ledger_open_postgres(&meter->runtime, name, out, error);
    }
    return meter->must_exist
               ? ent_ledger_open_existing_sqlite(&meter->runtime, name, out, error)
               : ent_ledger_open_sqlite(&meter->runtime, name, out, error);
}

entitle_status
ent_meter_open_ledger(
    const entitle_meter *meter, ent_ledger **out, entitle_error *error)
{
    return open_ledger(meter, meter->ledger_path, out, error);
}

static entitle_status
copy_text(
    const entitle_meter *meter, const char *text, char **out, entitle_error *error)
{
    *out = ent_duplicate(&meter->runtime, text, strlen(text));
    return *out != NULL ? ENTITLE_OK : ent_fail_memory(error);
}

static entitle_status
name_instance(entitle_meter *meter, const char *given, entitle_error *error)
{
    if (given == NULL) {
        return entitle_instance_name(
            &meter->runtime, NULL, meter->instance, sizeof(meter->instance), error);
    }
    size_t length = strlen(given);
    if (length == 0 || length >= sizeof(meter->instance) ||
        !ent_text_is_visible_ascii(given)) {
        return ent_fail(
            error,
            ENTITLE_INVALID_ARGUMENT,
            "the instance's name is not 1 to %zu visible ASCII characters",
            sizeof(meter->instance) - 1);
    }
    memcpy(meter->instance, given, length + 1);
    return ENTITLE_OK;
}

/* What is wrong for each use is said before the first of them comes. */
static entitle_status
take_product_code(entitle_meter *meter, const char *code, entitle_error *error)
{
    entitle_status status = ent_product_code_check(code, error);

    return status == ENTITLE_OK ? copy_text(meter, code, &meter->product_code, error)
                                : status;
}

static entitle_status
take_options(
    entitle_meter *meter,
    const entitle_meter_options *options,
    const char **path,
    entitle_error *error)
{
    entitle_status status = ent_ledger_path_find(options->ledger, path, error);
    if (status == ENTITLE_OK) {
        meter->is_shared = ent_ledger_is_postgres(options->ledger);
    }
    if (status == ENTITLE_OK && options->product_code != NULL) {
        status = take_product_code(meter, options->product_code, error);
    }
    if (status == ENTITLE_OK) {
        status = name_instance(meter, options->instance, error);
    }
    if (status == ENTITLE_OK && options->buffer_ms < 0) {
        status = ent_fail(error, ENTITLE_INVALID_ARGUMENT, "buffer_ms is negative");
    }
    meter->must_exist = options->must_exist;
    meter->by_event = options->by_event;
    meter->buffer_ms = options->buffer_ms;
    meter->write_after_ms = options->buffer_ms - ent_quick_lag_ms(&meter->runtime);
    return status;
}

/* Only what is there can be resolved: after it was opened, which makes it. */
static entitle_status
keep_path(entitle_meter *meter, const char *path, entitle_error *error)
{
    char resolved[ENT_LEDGER_PATH_SIZE];

    if (meter->is_shared) {
        return copy_text(meter, path, &meter->ledger_path, error);
    }
    if (!ent_ledger_path_resolve(path, resolved)) {
        ent_fail(
            error,
            ENTITLE_IO_ERROR,
            "the ledger '%.200s' cannot be found: %s",
            path,
            strerror(errno));
        ent_hint(error, "see where the path leads, and whether this user may go there");
        return ENTITLE_IO_ERROR;
    }
    return copy_text(meter, resolved, &meter->ledger_path, error);
}

static entitle_status
open_parts(entitle_meter *meter, const char *path, entitle_error *error)
{
    entitle_status status = open_ledger(meter, path, &meter->ledger, error);
    if (status != ENTITLE_OK) {
        return status;
    }
    meter->has_commits =
        ent_commit_queue_init(&meter->commits, meter->ledger, &meter->ledger_lock);
    if (!meter->has_commits) {
        return ent_fail_memory(error);
    }
    status = keep_path(meter, path, error);
    if (status == ENTITLE_OK && meter->buffer_ms > 0 && !meter->by_event) {
        meter->pending = ent_pending_new(&meter->runtime);
        return meter->pending != NULL ? ENTITLE_OK : ent_fail_memory(error);
    }
    return status;
}

entitle_status
ent_meter_is_missing(entitle_error *error)
{
    return ent_fail(
        error, ENTITLE_INVALID_ARGUMENT, "the meter, or what goes with it, is NULL");
}

static bool
make_locks(entitle_meter *meter)
{
    if (pthread_mutex_init(&meter->ledger_lock, NULL) != 0) {
        return false;
    }
    if (pthread_mutex_init(&meter->pending_lock, NULL) != 0) {
        (void)pthread_mutex_destroy(&meter->ledger_lock);
        return false;
    }
    return true;
}

static void
discard(entitle_meter *meter)
{
    entitle_runtime runtime = meter->runtime;

    if (meter->has_commits) {
        ent_commit_queue_clear(&meter->commits);
    }
    ent_pending_free(meter->pending);
    ent_ledger_close(meter->ledger);
    (void)pthread_mutex_destroy(&meter->pending_lock);
    (void)pthread_mutex_destroy(&meter->ledger_lock);
    ent_release(&runtime, meter->product_code);
    ent_release_secret(&runtime, meter->ledger_path);
    ent_release(&runtime, meter);
}

entitle_status
entitle_meter_new(
    const entitle_meter_options *options, entitle_meter **out, entitle_error *error)
{
    entitle_meter_options given = { .struct_size = sizeof(given) };
    entitle_runtime runtime;
    const char *path = NULL;

    *out = NULL;
    if (options == NULL || !ent_options_copy(&given, sizeof(given), options)) {
        return ent_fail(
            error, ENTITLE_INVALID_ARGUMENT, "the options are of an unknown version");
    }
    entitle_status status = ent_runtime_fill(&runtime, given.runtime, error);
    if (status != ENTITLE_OK) {
        return status;
    }
    entitle_meter *meter = ent_allocate(&runtime, sizeof(*meter));
    if (meter == NULL) {
        return ent_fail_memory(error);
    }
    meter->runtime = runtime;
    if (!make_locks(meter)) {
        ent_release(&runtime, meter);
        return ent_fail_memory(error);
    }
    status = take_options(meter, &given, &path, error);
    if (status == ENTITLE_OK) {
        status = open_parts(meter, path, error);
    }
    if (status != ENTITLE_OK) {
        discard(meter);
        return status;
    }
    *out = meter;
    return ENTITLE_OK;
}

entitle_status
entitle_meter_free(entitle_meter *meter)
{
    if (meter == NULL) {
        return ENTITLE_OK;
    }
    entitle_status status = entitle_meter_sync(meter, NULL);

    discard(meter);
    return status;
}

const char *
entitle_meter_instance(const entitle_meter *meter)
{
    return meter != NULL ? meter->instance : "";
}
