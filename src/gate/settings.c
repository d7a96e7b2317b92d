/* SPDX-License-Identifier: Apache-2.0 */
#include "gate/settings.h"

#include "base/error.h"
#include "gate/keys.h"
#include "gate/route.h"

#include <string.h>

enum { DEFAULT_DEADLINE_MS = 60000, PRODUCT_CODE_LIMIT = 255 };

/* The pattern of the API reference: ^[-a-zA-Z0-9/=:_.@]*$, at most 255 characters. */
static bool
is_product_code(const char *text)
{
    static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                  "0123456789-/=:_.@";
    size_t length = strlen(text);

    return length > 0 && length <= PRODUCT_CODE_LIMIT &&
           strspn(text, allowed) == length;
}

static entitle_status
settle_product_code(
    const char *given,
    const ent_seal *seal,
    ent_gate_settings *out,
    entitle_error *error)
{
    if (seal->product_code != NULL && given != NULL &&
        strcmp(given, seal->product_code) != 0) {
        ent_fail(
            error,
            ENTITLE_SEALED,
            "this build is sealed for product code %s, not %.64s",
            seal->product_code,
            given);
        ent_hint(error, "remove the product code from the settings: it is built in");
        return ENTITLE_SEALED;
    }
    out->product_code = seal->product_code != NULL ? seal->product_code : given;
    if (out->product_code == NULL || out->product_code[0] == '\0') {
        ent_fail(error, ENTITLE_CONFIGURATION, "no product code was given");
        ent_hint(
            error,
            "give the product code of the listing, from the AWS Marketplace Management "
            "Portal (--product-code or ENTITLE_PRODUCT_CODE)");
        return ENTITLE_CONFIGURATION;
    }
    if (!is_product_code(out->product_code)) {
        ent_fail(
            error,
            ENTITLE_CONFIGURATION,
            "'%.64s' is not a product code: 1 to 255 letters, digits and -/=:_.@",
            out->product_code);
        ent_hint(
            error, "copy the product code from the AWS Marketplace Management Portal");
        return ENTITLE_CONFIGURATION;
    }
    return ENTITLE_OK;
}

/* The highest sealed version, and no other: the seal chooses. */
static entitle_status
settle_sealed_key_version(
    const entitle_gate_options *options,
    const ent_seal *seal,
    ent_gate_settings *out,
    entitle_error *error)
{
    /* Whoever answers can refuse a version, and so choose the key that is asked for. */
    out->may_ask_older = options->key_version == 0 && seal->older_keys;
    if (options->key_version != 0 && options->key_version != out->key_version) {
        ent_fail(
            error,
            ENTITLE_SEALED,
            "this build is sealed for key version %u, not %u",
            out->key_version,
            options->key_version);
        ent_hint(error, "remove the key version from the settings: it is built in");
        return ENTITLE_SEALED;
    }
    return ENTITLE_OK;
}

static entitle_status
settle_key_version(
    const entitle_gate_options *options,
    const ent_seal *seal,
    ent_gate_settings *out,
    entitle_error *error)
{
    const entitle_key *highest = entitle_keyring_at(out->keyring, 0);

    if (highest == NULL) {
        ent_fail(error, ENTITLE_KEYS_UNUSABLE, "there is no public key to verify with");
        ent_hint(
            error, "add the public key from the AWS Marketplace Management Portal");
        return ENTITLE_KEYS_UNUSABLE;
    }
    out->key_version = entitle_key_version(highest);
    if (seal->product_code != NULL) {
        return settle_sealed_key_version(options, seal, out, error);
    }
    out->may_ask_older = options->key_version == 0;
    if (options->key_version == 0) {
        return ENTITLE_OK;
    }
    if (entitle_keyring_find(out->keyring, options->key_version) == NULL) {
        ent_fail(
            error,
            ENTITLE_UNKNOWN_KEY_VERSION,
            "key version %u is asked for, and not held",
            options->key_version);
        ent_hint(error, "add its %u.pem to the keys", options->key_version);
        return ENTITLE_UNKNOWN_KEY_VERSION;
    }
    out->key_version = options->key_version;
    return ENTITLE_OK;
}

/* A choice that zero leaves to the seal, or to `ordinary` where there is none. */
static entitle_status
settle_choice(
    const ent_seal *seal,
    unsigned sealed,
    unsigned given,
    unsigned ordinary,
    unsigned *out,
    entitle_error *error)
{
    if (seal->product_code != NULL && given != 0 && given != sealed) {
        ent_fail(
            error,
            ENTITLE_SEALED,
            "this build is sealed with another answer to trouble than the one given");
        ent_hint(error, "remove on-unavailable and on-rotation from the settings");
        return ENTITLE_SEALED;
    }
    *out = seal->product_code != NULL ? sealed : given != 0 ? given : ordinary;
    return ENTITLE_OK;
}

static entitle_status
settle_choices(
    const entitle_gate_options *options,
    const ent_seal *seal,
    ent_gate_settings *out,
    entitle_error *error)
{
    unsigned on_unavailable = ENTITLE_ON_UNAVAILABLE_DENY;
    unsigned on_rotation = ENTITLE_ON_ROTATION_WARN;
    entitle_status status = settle_choice(
        seal,
        seal->on_unavailable,
        options->on_unavailable,
        ENTITLE_ON_UNAVAILABLE_DENY,
        &on_unavailable,
        error);

    if (status == ENTITLE_OK) {
        status = settle_choice(
            seal,
            seal->on_rotation,
            options->on_rotation,
            ENTITLE_ON_ROTATION_WARN,
            &on_rotation,
            error);
    }
    out->start_when_unavailable = on_unavailable == ENTITLE_ON_UNAVAILABLE_START;
    out->deny_after_rotation = on_rotation != ENTITLE_ON_ROTATION_WARN;
    return status;
}

/* AWS signs nothing on the other routes, so a seal has none of its keys for them. */
static entitle_status
refuse_other_keys(
    const entitle_gate_options *options, const ent_seal *seal, entitle_error *error)
{
    if (seal->product_code == NULL ||
        (options->keyring == NULL && options->keys == NULL &&
         options->key_version == 0)) {
        return ENTITLE_OK;
    }
    ent_fail(
        error,
        ENTITLE_SEALED,
        "this build is sealed with a route that takes no keys, and some were given");
    ent_hint(error, "remove keys and key version from the settings");
    return ENTITLE_SEALED;
}

static entitle_status
settle_keys(
    const entitle_gate_options *options,
    const ent_seal *seal,
    const entitle_runtime *runtime,
    ent_gate_settings *out,
    entitle_error *error)
{
    entitle_status status;

    if (out->route != ENTITLE_ROUTE_REGISTER_USAGE) {
        return refuse_other_keys(options, seal, error);
    }
    status = ent_gate_settle_keys(
        options, seal, runtime, &out->keyring, &out->own_keyring, error);
    return status == ENTITLE_OK ? settle_key_version(options, seal, out, error)
                                : status;
}

entitle_status
ent_gate_settle(
    const entitle_gate_options *options,
    const ent_seal *seal,
    const entitle_runtime *runtime,
    ent_gate_settings *out,
    entitle_error *error)
{
    entitle_status status;

    *out = (ent_gate_settings){
        .deadline_ms =
            options->deadline_ms > 0 ? options->deadline_ms : DEFAULT_DEADLINE_MS,
        .may_ask_any_host = seal->product_code == NULL || seal->any_endpoint,
    };
    status = settle_product_code(options->product_code, seal, out, error);
    if (status == ENTITLE_OK) {
        status = ent_gate_settle_route(options, seal, out, error);
    }
    if (status == ENTITLE_OK) {
        status = settle_choices(options, seal, out, error);
    }
    if (status == ENTITLE_OK) {
        status = settle_keys(options, seal, runtime, out, error);
    }
    out->must_be_ordinary_tls =
        seal->product_code != NULL && out->route == ENTITLE_ROUTE_METER_USAGE;
    return status;
}

void
ent_gate_settings_clear(ent_gate_settings *settings)
{
    entitle_keyring_free(settings->own_keyring);
    settings->own_keyring = NULL;
    settings->keyring = NULL;
}
