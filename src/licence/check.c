/* SPDX-License-Identifier: Apache-2.0 */
#include "base/buffer.h"
#include "base/error.h"
#include "base/file.h"
#include "base/line.h"
#include "base/options.h"
#include "base/runtime.h"
#include "base/timestamp.h"
#include "licence/keys.h"
#include "token/compact.h"

#include <entitle/licence.h>

#include <string.h>
#include <sys/stat.h>

/* Where a licence is as long as one can be, its line has an end, too. */
enum { WARN_BEFORE_S = 14 * 24 * 3600, FILE_SIZE_MAX = ENT_TOKEN_LENGTH_MAX + 2 };

static bool
is_given(const char *text)
{
    return text != NULL && text[0] != '\0';
}

static entitle_status
refuse_setting(entitle_error *error, const char *message, const char *hint)
{
    ent_fail(error, ENTITLE_CONFIGURATION, "%s", message);
    ent_hint(error, "%s", hint);
    return ENTITLE_CONFIGURATION;
}

static entitle_status
add_sealed(
    const entitle_licence_question *question,
    entitle_licence_keys *keys,
    entitle_error *error)
{
    entitle_status status = ENTITLE_OK;

    for (size_t i = 0; i < question->sealed_key_count && status == ENTITLE_OK; i++) {
        const entitle_sealed_licence_key *key = &question->sealed_keys[i];

        status =
            entitle_licence_keys_add(keys, key->id, key->pem, strlen(key->pem), error);
    }
    return status;
}

/* Keys that were given are only compared with the sealed ones, never used. */
static entitle_status
compare_with_given(
    const entitle_licence_question *question,
    const char *directory,
    const entitle_licence_keys *sealed,
    entitle_error *error)
{
    entitle_licence_keys *given = NULL;
    entitle_status status = entitle_licence_keys_new(question->runtime, &given, error);

    if (status == ENTITLE_OUT_OF_MEMORY) {
        return status;
    }
    if (status == ENTITLE_OK) {
        status = entitle_licence_keys_add_directory(given, directory, error);
    }
    if (status != ENTITLE_OK || !ent_licence_keys_are_same(given, sealed)) {
        status = ent_fail(
            error,
            ENTITLE_SEALED,
            "this build is sealed with other licence keys than those given");
        ent_hint(error, "remove the licence keys from the settings: they are built in");
    }
    entitle_licence_keys_free(given);
    return status;
}

static entitle_status
load_keys(
    const entitle_licence_options *options,
    const entitle_licence_question *question,
    entitle_licence_keys **out,
    entitle_error *error)
{
    entitle_status status = entitle_licence_keys_new(question->runtime, out, error);

    if (status != ENTITLE_OK) {
        return status;
    }
    if (question->sealed_keys != NULL) {
        status = add_sealed(question, *out, error);
        return status == ENTITLE_OK && is_given(options->keys)
                   ? compare_with_given(question, options->keys, *out, error)
                   : status;
    }
    if (!is_given(options->keys)) {
        return refuse_setting(
            error,
            "no public keys for licences were given",
            "give the folder that holds the seller's public keys as <id>.pem "
            "(--licence-keys or ENTITLE_LICENCE_KEYS)");
    }
    return entitle_licence_keys_add_directory(*out, options->keys, error);
}

/* Of the reasons for which a file is not read, the one that is about its content. */
static bool
is_too_long(const char *path)
{
    struct stat about;

    return stat(path, &about) == 0 && S_ISREG(about.st_mode) &&
           about.st_size > FILE_SIZE_MAX;
}

static entitle_status
load_licence(
    const entitle_licence_options *options, ent_buffer *text, entitle_error *error)
{
    if (!is_given(options->licence)) {
        return refuse_setting(
            error,
            "no licence was given",
            "give the file that holds the licence (--licence or ENTITLE_LICENCE)");
    }
    entitle_status status = ent_file_read(options->licence, text, error);
    if (status == ENTITLE_IO_ERROR && is_too_long(options->licence)) {
        status = ent_fail(
            error, ENTITLE_MALFORMED_TOKEN, "the licence is longer than 64 KiB");
        ent_hint(error, "give the licence alone: no licence is that long");
    } else if (status == ENTITLE_IO_ERROR) {
        ent_hint(error, "check the path of the licence and who may read it");
    }
    if (status != ENTITLE_OK) {
        return status;
    }
    /* A line that ends as lines do is no other licence. */
    if (text->length > 0 && text->bytes[text->length - 1] == '\n') {
        text->length--;
        if (text->length > 0 && text->bytes[text->length - 1] == '\r') {
            text->length--;
        }
    }
    return ENTITLE_OK;
}

static void
fill_answer(
    const entitle_licence_verification *verification,
    int64_t now_s,
    entitle_licence_answer *answer)
{
    const entitle_licence *licence = entitle_licence_verification_licence(verification);
    int64_t expires_at_s = entitle_licence_expires_at_s(licence);

    ent_line_format(
        answer->message,
        sizeof(answer->message),
        "%s",
        entitle_licence_verification_message(verification));
    answer->issued_at_s = entitle_licence_issued_at_s(licence);
    if (expires_at_s - now_s < WARN_BEFORE_S) {
        char end[ENT_TIMESTAMP_SIZE];

        ent_timestamp_iso(expires_at_s, end);
        ent_line_format(
            answer->warning,
            sizeof(answer->warning),
            "the licence expires soon, at %s: ask the seller to renew it",
            end);
    }
}

/* ENTITLE_VERIFIED, or why the licence does not hold here and now. */
static entitle_status
verify(
    const entitle_licence_options *options,
    const entitle_licence_question *question,
    const entitle_licence_keys *keys,
    const ent_buffer *text,
    entitle_licence_answer *answer,
    entitle_error *error)
{
    const entitle_licence_expectation expectation = {
        .struct_size = sizeof(expectation),
        .product_code = question->product_code,
        .here = true,
        .transport = options->transport,
        .state_file = is_given(options->state_file) ? options->state_file : NULL,
    };
    entitle_licence_verification *verification = NULL;
    entitle_status status = entitle_licence_verify(
        keys, ent_buffer_text(text), text->length, &expectation, &verification, error);

    if (status != ENTITLE_OK) {
        return status;
    }
    status = entitle_licence_verification_reason(verification);
    if (status == ENTITLE_VERIFIED) {
        fill_answer(verification, ent_now_s(question->runtime), answer);
    } else {
        ent_fail(
            error, status, "%s", entitle_licence_verification_message(verification));
        ent_hint(error, "%s", entitle_licence_verification_hint(verification));
    }
    entitle_licence_verification_free(verification);
    return status;
}

static entitle_status
judge(
    void *context,
    const entitle_licence_question *question,
    entitle_licence_answer *answer,
    entitle_error *error)
{
    const entitle_licence_options *options = context;
    entitle_licence_keys *keys = NULL;
    ent_buffer text;

    ent_buffer_init(&text, question->runtime, FILE_SIZE_MAX);
    entitle_status status = load_keys(options, question, &keys, error);
    if (status == ENTITLE_OK) {
        status = load_licence(options, &text, error);
    }
    if (status == ENTITLE_OK) {
        status = verify(options, question, keys, &text, answer, error);
    }
    ent_buffer_clear(&text);
    entitle_licence_keys_free(keys);
    return status;
}

entitle_status
entitle_licence_route_init(
    entitle_licence_route *route,
    const entitle_licence_options *options,
    entitle_error *error)
{
    if (route == NULL || options == NULL) {
        return ent_fail(error, ENTITLE_INVALID_ARGUMENT, "no route or no options");
    }
    *route = (entitle_licence_route){
        .judge = { .struct_size = sizeof(route->judge),
                   .context = &route->options,
                   .judge = judge },
    };
    if (!ent_options_copy(&route->options, sizeof(route->options), options)) {
        return ent_fail(
            error,
            ENTITLE_INVALID_ARGUMENT,
            "entitle_licence_options is of another version");
    }
    return ENTITLE_OK;
}

entitle_status
entitle_licence_check(
    const entitle_licence_options *options,
    entitle_decision **out,
    entitle_error *error)
{
    entitle_licence_route route;

    if (out == NULL) {
        return ent_fail(
            error, ENTITLE_INVALID_ARGUMENT, "there is no place for a decision");
    }
    *out = NULL;
    entitle_status status = entitle_licence_route_init(&route, options, error);
    if (status != ENTITLE_OK) {
        return status;
    }
    const entitle_gate_options gate = {
        .struct_size = sizeof(gate),
        .product_code = route.options.product_code,
        .route = ENTITLE_ROUTE_LICENCE_FILE,
        .runtime = route.options.runtime,
        .licence = &route.judge,
    };
    return entitle_gate_check(&gate, out, error);
}
