/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/text.h"
#include "metering/moment.h"
#include "metering/perform.h"
#include "metering/product_code.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

enum { NONCE_LIMIT = 255, BODY_LIMIT = 2048 };

struct entitle_registration {
    entitle_runtime runtime;
    char *signature;
    bool has_key_rotated_at;
    int64_t key_rotated_at_s;
    char request_id[64];
};

static entitle_status
check_arguments(
    const char *product_code,
    uint32_t key_version,
    const char *nonce,
    entitle_error *error)
{
    entitle_status status = ent_product_code_check(product_code, error);

    if (status != ENTITLE_OK) {
        return status;
    }
    if (key_version == 0) {
        return ent_fail(error, ENTITLE_INVALID_ARGUMENT, "a key version is at least 1");
    }
    if (nonce == NULL || strlen(nonce) > NONCE_LIMIT ||
        !ent_text_is_visible_ascii(nonce)) {
        return ent_fail(
            error,
            ENTITLE_INVALID_ARGUMENT,
            "a nonce is 1 to %d visible ASCII characters",
            NONCE_LIMIT);
    }
    return ENTITLE_OK;
}

static bool
write_body(
    const char *product_code, uint32_t key_version, const char *nonce, ent_buffer *out)
{
    ent_buffer_append_text(out, "{\"ProductCode\":");
    ent_json_append_string(out, product_code);
    ent_buffer_append_format(
        out, ",\"PublicKeyVersion\":%lu,\"Nonce\":", (unsigned long)key_version);
    ent_json_append_string(out, nonce);
    ent_buffer_append_text(out, "}");
    return !out->failed;
}

static void
read_rotation(
    const entitle_runtime *runtime,
    const ent_json *answer,
    entitle_registration *registration)
{
    const ent_json *member = ent_json_member(answer, "PublicKeyRotationTimestamp");

    if (member == NULL || ent_json_is_null(member)) {
        return;
    }
    registration->has_key_rotated_at =
        ent_moment_read(member, &registration->key_rotated_at_s);
    if (!registration->has_key_rotated_at) {
        ent_log(
            runtime,
            ENTITLE_LOG_WARNING,
            "PublicKeyRotationTimestamp cannot be read: ignored");
    }
}

static entitle_status
make_registration(
    const entitle_runtime *runtime,
    const ent_json_answer *answer,
    entitle_registration **out,
    entitle_error *error)
{
    const char *signature = ent_json_string(ent_json_member(answer->json, "Signature"));
    entitle_registration *registration = ent_allocate(runtime, sizeof(*registration));

    if (registration == NULL) {
        return ent_fail_memory(error);
    }
    registration->runtime = *runtime;
    registration->signature = ent_duplicate(runtime, signature, strlen(signature));
    if (registration->signature == NULL) {
        entitle_registration_free(registration);
        return ent_fail_memory(error);
    }
    read_rotation(runtime, answer->json, registration);
    (void)snprintf(
        registration->request_id,
        sizeof(registration->request_id),
        "%s",
        answer->request_id);
    *out = registration;
    return ENTITLE_OK;
}

static entitle_status
send_body(
    entitle_metering *metering,
    const ent_buffer *body,
    const char *nonce,
    entitle_registration **out,
    entitle_error *error)
{
    ent_json_answer answer;
    const ent_metering_request request = {
        .operation = &ent_operation_register_usage,
        .body = body->bytes,
        .body_length = body->length,
        .confidential = nonce,
    };
    entitle_status status = ent_metering_perform(metering, &request, &answer, error);

    if (status != ENTITLE_OK) {
        return status;
    }
    status = make_registration(&metering->runtime, &answer, out, error);
    ent_json_answer_clear(&answer);
    return status;
}

entitle_status
entitle_metering_register_usage(
    entitle_metering *metering,
    const char *product_code,
    uint32_t key_version,
    const char *nonce,
    entitle_registration **out,
    entitle_error *error)
{
    ent_buffer body;
    entitle_status status;

    *out = NULL;
    if (metering == NULL) {
        return ent_fail(error, ENTITLE_INVALID_ARGUMENT, "there is no metering client");
    }
    metering->service.attempts = 0;
    status = check_arguments(product_code, key_version, nonce, error);
    if (status != ENTITLE_OK) {
        return ent_metering_unsent(error, status);
    }
    ent_buffer_init(&body, &metering->runtime, BODY_LIMIT);
    if (write_body(product_code, key_version, nonce, &body)) {
        status = send_body(metering, &body, nonce, out, error);
    } else {
        status = ent_metering_unsent(error, ent_fail_memory(error));
    }
    ent_buffer_clear(&body);
    return status;
}

void
entitle_registration_free(entitle_registration *registration)
{
    if (registration == NULL) {
        return;
    }
    entitle_runtime runtime = registration->runtime;

    ent_release_secret(&runtime, registration->signature);
    ent_release(&runtime, registration);
}

const char *
entitle_registration_signature_unverified(const entitle_registration *registration)
{
    return registration != NULL ? registration->signature : "";
}

bool
entitle_registration_key_rotated_at(
    const entitle_registration *registration, int64_t *out_s)
{
    if (registration == NULL || !registration->has_key_rotated_at) {
        return false;
    }
    *out_s = registration->key_rotated_at_s;
    return true;
}

const char *
entitle_registration_request_id(const entitle_registration *registration)
{
    return registration != NULL ? registration->request_id : "";
}
