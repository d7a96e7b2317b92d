/* SPDX-License-Identifier: Apache-2.0 */
#include "service/register_usage_input.h"

#include <math.h>
#include <string.h>

enum { PRODUCT_CODE_MAXIMUM = 255, NONCE_MAXIMUM = 255 };

static const char product_code_characters[] =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-/=:_.@";

static bool
refuse_type(sandbox_call *call, const char *message)
{
    call_refuse(call, "SerializationException", &rule_json, message);
    return false;
}

static bool
refuse_value(sandbox_call *call, const char *message)
{
    call_refuse(call, "ValidationException", &rule_constraint, message);
    return false;
}

static const ent_json *
member(const register_usage_input *input, const char *name)
{
    const ent_json *value = ent_json_member(input->json, name);
    return ent_json_is_null(value) ? NULL : value;
}

static bool
read_text(
    sandbox_call *call,
    const register_usage_input *input,
    const char *name,
    const char **out)
{
    const ent_json *value = member(input, name);
    if (value == NULL) {
        return true;
    }
    *out = ent_json_string(value);
    return *out != NULL ||
           refuse_type(call, "A member that has to be a string is not one.");
}

/* AWS counts characters, not bytes. The parser has seen to it that this is UTF-8. */
static size_t
count_characters(const char *text)
{
    size_t count = 0;
    for (; *text != '\0'; text++) {
        count += ((unsigned char)*text & 0xc0U) != 0x80U ? 1 : 0;
    }
    return count;
}

/* `*present` tells an absent version from one that is not allowed. */
static bool
read_version(
    sandbox_call *call, const register_usage_input *input, double *out, bool *present)
{
    const ent_json *value = member(input, "PublicKeyVersion");
    *present = value != NULL;
    if (value == NULL) {
        return true;
    }
    bool is_integer = ent_json_number(value, out) && floor(*out) >= *out &&
                      *out >= INT32_MIN && *out <= INT32_MAX;
    return is_integer ||
           refuse_type(call, "PublicKeyVersion is not an integer of 32 bits.");
}

static bool
check_values(sandbox_call *call, const register_usage_input *input, double version)
{
    if (count_characters(input->product_code) > PRODUCT_CODE_MAXIMUM) {
        return refuse_value(
            call,
            "1 validation error detected: Value at 'productCode' failed to satisfy "
            "constraint: Member must have length less than or equal to 255");
    }
    if (input->product_code[strspn(input->product_code, product_code_characters)] !=
        '\0') {
        return refuse_value(
            call,
            "1 validation error detected: Value at 'productCode' failed to satisfy "
            "constraint: Member must satisfy regular expression pattern: "
            "^[-a-zA-Z0-9/=:_.@]*$");
    }
    if (version < 1) {
        return refuse_value(
            call,
            "1 validation error detected: Value at 'publicKeyVersion' failed to "
            "satisfy constraint: Member must have value greater than or equal to 1");
    }
    if (input->nonce != NULL && count_characters(input->nonce) > NONCE_MAXIMUM) {
        return refuse_value(
            call,
            "1 validation error detected: Value at 'nonce' failed to satisfy "
            "constraint: Member must have length less than or equal to 255");
    }
    return true;
}

bool
register_usage_read(sandbox_call *call, register_usage_input *out)
{
    const ent_buffer *body = &call->request->body;
    *out = (register_usage_input){ 0 };
    out->json = ent_json_parse_object(ent_buffer_text(body), body->length, NULL);
    if (out->json == NULL) {
        return refuse_type(call, "The request body is not a JSON object.");
    }
    double version = 0;
    bool has_version = false;
    if (!read_text(call, out, "ProductCode", &out->product_code) ||
        !read_version(call, out, &version, &has_version) ||
        !read_text(call, out, "Nonce", &out->nonce)) {
        return false;
    }
    if (out->product_code == NULL || !has_version) {
        return refuse_value(
            call,
            out->product_code == NULL
                ? "1 validation error detected: Value null at 'productCode' failed to "
                  "satisfy constraint: Member must not be null"
                : "1 validation error detected: Value null at 'publicKeyVersion' "
                  "failed to satisfy constraint: Member must not be null");
    }
    if (!check_values(call, out, version)) {
        return false;
    }
    out->key_version = (uint32_t)version;
    return true;
}

void
register_usage_clear(register_usage_input *input)
{
    ent_json_free(input->json);
    input->json = NULL;
}
