/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json.h"
#include "base/random.h"
#include "signing/token_signer.h"

#include <inttypes.h>

/* AWS's pages show both spellings; the API reference has the first. */
typedef struct claim_names {
    const char *product_code;
    const char *key_version;
    const char *nonce;
    const char *rotated_at;
} claim_names;

static const claim_names pascal_names = {
    "ProductCode", "PublicKeyVersion", "Nonce", "PublicKeyRotationTimestamp"
};
static const claim_names camel_names = {
    "productCode", "publicKeyVersion", "nonce", "publicKeyRotationTimestamp"
};

static const char other_product[] = "anotherproductcode0000000";

static void
write_nonce(const token_order *order, const claim_names *names, ent_buffer *out)
{
    /* A replay is an answer to a question that was asked earlier. */
    bool is_other = order->twist == TOKEN_OTHER_NONCE || order->twist == TOKEN_REPLAY;
    char made_up[ENT_NONCE_SIZE];
    if (is_other && !ent_random_nonce(out->runtime, made_up)) {
        out->failed = true;
        return;
    }
    const char *nonce = is_other ? made_up : order->nonce;
    if (nonce == NULL) {
        return;
    }
    ent_buffer_append_format(out, ",\"%s\":", names->nonce);
    ent_json_append_string(out, nonce);
}

bool
token_claims_write(const token_order *order, ent_buffer *out)
{
    const claim_names *names =
        order->twist == TOKEN_CAMEL ? &camel_names : &pascal_names;
    bool lies_about_product = order->twist == TOKEN_OTHER_PRODUCT;
    uint32_t version = order->key_version;
    version += order->twist == TOKEN_OTHER_VERSION ? 1U : 0U;

    ent_buffer_append_format(out, "{\"%s\":", names->product_code);
    ent_json_append_string(
        out, lies_about_product ? other_product : order->product_code);
    if (order->twist == TOKEN_BOTH_SPELLINGS) {
        ent_buffer_append_format(
            out, ",\"%s\":\"%s\"", camel_names.product_code, other_product);
    }
    ent_buffer_append_format(out, ",\"%s\":%" PRIu32, names->key_version, version);
    write_nonce(order, names, out);
    ent_buffer_append_format(out, ",\"iat\":%" PRId64, order->issued_at_s);
    if (order->rotated_at_s != 0) {
        ent_buffer_append_format(
            out, ",\"%s\":%" PRId64, names->rotated_at, order->rotated_at_s);
    }
    return ent_buffer_append_text(out, "}") && !out->failed;
}
