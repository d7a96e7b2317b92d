/* SPDX-License-Identifier: Apache-2.0 */

/*
 * entitle_verify() with a token that anyone may have made. There is one token in the
 * world that is in order (signed_token.h), so whatever else is found valid is forged:
 * base64url is accepted in its canonical form only, so there is no second way to write
 * it, either.
 */
#include "fuzz.h"
#include "signed_token.h"
#include "support/fake_runtime.h"

#include <entitle/token.h>

#include <string.h>

static bool
is_the_signed_token(const uint8_t *bytes, size_t length)
{
    return length == strlen(signed_token) && memcmp(bytes, signed_token, length) == 0;
}

/* Every check up to a failure passes, and none after it is reached. */
static void
require_ladder(const entitle_verification *verification)
{
    bool failed = false;

    for (int i = 0; i < ENTITLE_CHECK_COUNT; i++) {
        entitle_check_result result =
            entitle_verification_check(verification, (entitle_check)i);
        FUZZ_REQUIRE(result != ENTITLE_CHECK_NOT_CHECKED);
        FUZZ_REQUIRE((result == ENTITLE_CHECK_NOT_REACHED) == failed);
        failed = failed || result == ENTITLE_CHECK_FAIL;
    }
    FUZZ_REQUIRE(failed != entitle_verification_is_valid(verification));
}

static void
require_refused_or_signed(
    const entitle_verification *verification, const uint8_t *bytes, size_t length)
{
    const entitle_claims *claims = entitle_verification_claims(verification);
    entitle_status reason = entitle_verification_reason(verification);
    bool is_signed = is_the_signed_token(bytes, length);

    FUZZ_REQUIRE(entitle_verification_is_valid(verification) == is_signed);
    FUZZ_REQUIRE((reason == ENTITLE_VERIFIED) == is_signed);
    FUZZ_REQUIRE(
        is_signed || entitle_status_category(reason) == ENTITLE_CATEGORY_NOT_AUTHENTIC);
    FUZZ_REQUIRE(entitle_verification_message(verification)[0] != '\0');
    FUZZ_REQUIRE(
        claims == NULL ||
        entitle_verification_check(verification, ENTITLE_CHECK_PAYLOAD) ==
            ENTITLE_CHECK_PASS);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    static fake_runtime fake;
    static entitle_keyring *keyring;
    const entitle_expectation expectation = {
        .struct_size = sizeof(expectation),
        .product_code = SIGNED_PRODUCT_CODE,
        .nonce = SIGNED_NONCE,
        .at_s = FAKE_NOW_S,
    };
    entitle_verification *verification = NULL;

    if (keyring == NULL) {
        fake_runtime_init(&fake);
        keyring = signed_token_keyring_new(&fake.runtime);
    }
    int64_t blocks_before = fake.blocks_in_use;
    entitle_status status = entitle_verify(
        keyring, (const char *)bytes, length, &expectation, &verification, NULL);

    FUZZ_REQUIRE(status == ENTITLE_OK);
    require_ladder(verification);
    require_refused_or_signed(verification, bytes, length);

    entitle_verification_free(verification);
    FUZZ_REQUIRE(fake.blocks_in_use == blocks_before);
    return 0;
}
