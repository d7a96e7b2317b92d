/* SPDX-License-Identifier: Apache-2.0 */
#include "gate/keys.h"

#include "aws/partition.h"
#include "diagnosis/examination.h"
#include "gate/settings.h"

#include <stddef.h>

static const char check[] = "keys";

/* A key that cannot verify what the endpoint is going to answer. */
static bool
is_of_another_world(const ent_examination *examination, const entitle_key *key)
{
    return entitle_key_is_sandbox(key) && examination->endpoint != NULL &&
           ent_partition_is_metering_host(examination->endpoint->url.host);
}

static void
judge_key(const ent_examination *examination, const entitle_key *key, size_t count)
{
    entitle_diagnosis *diagnosis = examination->diagnosis;

    if (is_of_another_world(examination, key)) {
        ent_find_failure(
            diagnosis,
            check,
            "take the public key from the AWS Marketplace Management Portal",
            "version %u is a sandbox's, and cannot verify what AWS answers",
            entitle_key_version(key));
    } else if (entitle_key_is_sandbox(key)) {
        ent_find_warning(
            diagnosis,
            check,
            "take the public key from the AWS Marketplace Management Portal before the "
            "container is shipped",
            "version %u is a sandbox's: it proves nothing about AWS",
            entitle_key_version(key));
    } else {
        ent_find_ok(
            diagnosis,
            check,
            "version %u is asked for, of %zu held: RSA-%u, sha256:%.12s",
            entitle_key_version(key),
            count,
            entitle_key_bits(key),
            entitle_key_sha256(key));
    }
}

/* Nothing is wrong with what was not given; but the gate would not open without. */
static void
find_missing(const ent_examination *examination)
{
    if (examination->gate->product_code == NULL) {
        ent_find_warning(
            examination->diagnosis,
            "product-code",
            "give --product-code or ENTITLE_PRODUCT_CODE, or seal it in",
            "not given, so that the gate has nothing to ask for");
    }
    if (examination->gate->keys == NULL && examination->gate->keyring == NULL) {
        ent_find_warning(
            examination->diagnosis,
            check,
            "give --keys or ENTITLE_KEYS, or seal them in",
            "not given, so that no answer could be verified");
    }
}

/* What is wrong with the settings is told of where it belongs. */
static const char *
check_of(entitle_status status)
{
    switch (status) {
    case ENTITLE_KEYS_UNUSABLE:
    case ENTITLE_UNKNOWN_KEY_VERSION:
    case ENTITLE_IO_ERROR:
        return check;
    default:
        return "product-code";
    }
}

void
ent_examine_keys(ent_examination *examination)
{
    ent_gate_settings settings;
    entitle_error error;
    entitle_status status;

    if (!ent_examination_is_complete(examination)) {
        find_missing(examination);
        return;
    }
    status = ent_gate_settle(
        examination->gate,
        &ent_seal_compiled_in,
        examination->runtime,
        &settings,
        &error);
    if (status == ENTITLE_OK) {
        ent_find_ok(
            examination->diagnosis,
            "product-code",
            "%s%s",
            settings.product_code,
            ent_seal_compiled_in.product_code != NULL ? ", sealed" : "");
        judge_key(
            examination,
            entitle_keyring_find(settings.keyring, settings.key_version),
            entitle_keyring_count(settings.keyring));
    } else {
        ent_find_error(examination->diagnosis, check_of(status), &error);
    }
    ent_gate_settings_clear(&settings);
}
