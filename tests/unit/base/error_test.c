/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"
#include "support/cmocka.h"

#include <string.h>

/*
 * The reasons of a decision by whose move it is, which is also the exit status. Scripts
 * go by both, so neither may change.
 */
static const struct {
    entitle_status status;
    const char *name;
    entitle_category category;
} reasons[] = {
    { ENTITLE_VERIFIED, "verified", ENTITLE_CATEGORY_DONE },
    { ENTITLE_DRY_RUN_ACCEPTED, "dry_run_accepted", ENTITLE_CATEGORY_DONE },
    { ENTITLE_STARTED_UNVERIFIED, "started_unverified", ENTITLE_CATEGORY_DONE },
    { ENTITLE_NOT_ENTITLED, "not_entitled", ENTITLE_CATEGORY_NOT_ENTITLED },
    { ENTITLE_MALFORMED_TOKEN, "malformed_token", ENTITLE_CATEGORY_NOT_AUTHENTIC },
    { ENTITLE_ALGORITHM_NOT_ALLOWED,
      "algorithm_not_allowed",
      ENTITLE_CATEGORY_NOT_AUTHENTIC },
    { ENTITLE_BAD_HEADER, "bad_header", ENTITLE_CATEGORY_NOT_AUTHENTIC },
    { ENTITLE_BAD_SIGNATURE, "bad_signature", ENTITLE_CATEGORY_NOT_AUTHENTIC },
    { ENTITLE_BAD_PAYLOAD, "bad_payload", ENTITLE_CATEGORY_NOT_AUTHENTIC },
    { ENTITLE_CLAIM_CONFLICT, "claim_conflict", ENTITLE_CATEGORY_NOT_AUTHENTIC },
    { ENTITLE_PRODUCT_CODE_MISMATCH,
      "product_code_mismatch",
      ENTITLE_CATEGORY_NOT_AUTHENTIC },
    { ENTITLE_NONCE_MISMATCH, "nonce_mismatch", ENTITLE_CATEGORY_NOT_AUTHENTIC },
    { ENTITLE_KEY_VERSION_MISMATCH,
      "key_version_mismatch",
      ENTITLE_CATEGORY_NOT_AUTHENTIC },
    { ENTITLE_ISSUED_IN_FUTURE, "issued_in_future", ENTITLE_CATEGORY_NOT_AUTHENTIC },
    { ENTITLE_NOT_YET_VALID, "not_yet_valid", ENTITLE_CATEGORY_NOT_AUTHENTIC },
    { ENTITLE_EXPIRED, "expired", ENTITLE_CATEGORY_NOT_AUTHENTIC },
    { ENTITLE_THROTTLED, "throttled", ENTITLE_CATEGORY_UNAVAILABLE },
    { ENTITLE_SERVICE_ERROR, "service_error", ENTITLE_CATEGORY_UNAVAILABLE },
    { ENTITLE_UNREACHABLE, "unreachable", ENTITLE_CATEGORY_UNAVAILABLE },
    { ENTITLE_TIMEOUT, "timeout", ENTITLE_CATEGORY_UNAVAILABLE },
    { ENTITLE_TLS_ERROR, "tls_error", ENTITLE_CATEGORY_UNAVAILABLE },
    { ENTITLE_BAD_RESPONSE, "bad_response", ENTITLE_CATEGORY_UNAVAILABLE },
    { ENTITLE_NO_CREDENTIALS, "no_credentials", ENTITLE_CATEGORY_CONFIGURATION },
    { ENTITLE_UNSUPPORTED_CREDENTIALS,
      "unsupported_credentials",
      ENTITLE_CATEGORY_CONFIGURATION },
    { ENTITLE_INVALID_CREDENTIALS,
      "invalid_credentials",
      ENTITLE_CATEGORY_CONFIGURATION },
    { ENTITLE_EXPIRED_CREDENTIALS,
      "expired_credentials",
      ENTITLE_CATEGORY_CONFIGURATION },
    { ENTITLE_ACCESS_DENIED, "access_denied", ENTITLE_CATEGORY_CONFIGURATION },
    { ENTITLE_NO_REGION, "no_region", ENTITLE_CATEGORY_CONFIGURATION },
    { ENTITLE_INVALID_REGION, "invalid_region", ENTITLE_CATEGORY_CONFIGURATION },
    { ENTITLE_PLATFORM_NOT_SUPPORTED,
      "platform_not_supported",
      ENTITLE_CATEGORY_CONFIGURATION },
    { ENTITLE_API_DISABLED, "api_disabled", ENTITLE_CATEGORY_CONFIGURATION },
    { ENTITLE_INVALID_PRODUCT_CODE,
      "invalid_product_code",
      ENTITLE_CATEGORY_CONFIGURATION },
    { ENTITLE_INVALID_KEY_VERSION,
      "invalid_key_version",
      ENTITLE_CATEGORY_CONFIGURATION },
    { ENTITLE_UNKNOWN_KEY_VERSION,
      "unknown_key_version",
      ENTITLE_CATEGORY_CONFIGURATION },
    { ENTITLE_KEYS_UNUSABLE, "keys_unusable", ENTITLE_CATEGORY_CONFIGURATION },
    { ENTITLE_KEY_ROTATED, "key_rotated", ENTITLE_CATEGORY_CONFIGURATION },
    { ENTITLE_CLOCK_SKEW, "clock_skew", ENTITLE_CATEGORY_CONFIGURATION },
    { ENTITLE_SEALED, "sealed", ENTITLE_CATEGORY_CONFIGURATION },
    { ENTITLE_CONFIGURATION, "configuration", ENTITLE_CATEGORY_CONFIGURATION },
    { ENTITLE_INTERNAL_ERROR, "internal_error", ENTITLE_CATEGORY_INTERNAL },
    { ENTITLE_INTERRUPTED, "interrupted", ENTITLE_CATEGORY_INTERRUPTED },
};

static void
reasons_keep_their_names_and_categories(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++) {
        assert_string_equal(entitle_status_name(reasons[i].status), reasons[i].name);
        assert_int_equal(
            entitle_status_category(reasons[i].status), reasons[i].category);
    }
}

static void
status_names_are_defined_for_every_value(void **state)
{
    (void)state;
    assert_string_equal(entitle_status_name(ENTITLE_OK), "ok");
    assert_string_equal(entitle_status_name((entitle_status)0x7777), "internal_error");
    assert_string_equal(entitle_status_text((entitle_status)-1), "internal error");
}

static void
status_category_is_the_high_byte_and_unknown_is_internal(void **state)
{
    (void)state;
#define ASSERT_CATEGORY(identifier, number, name, text)                                \
    assert_int_equal(entitle_status_category(ENTITLE_##identifier), (number) >> 8);    \
    assert_true(strlen(name) > 0 && strlen(text) > 0);
    ENTITLE_STATUS_MAP(ASSERT_CATEGORY)
#undef ASSERT_CATEGORY
    assert_int_equal(
        entitle_status_category((entitle_status)0x0901), ENTITLE_CATEGORY_INTERNAL);
}

static void
fail_fills_everything_and_accepts_null(void **state)
{
    entitle_error error;

    (void)state;
    memset(&error, 'x', sizeof(error));
    assert_int_equal(
        ent_fail(&error, ENTITLE_TIMEOUT, "after %d\n%s", 3, "attempts"),
        ENTITLE_TIMEOUT);
    assert_int_equal(error.status, ENTITLE_TIMEOUT);
    assert_string_equal(error.message, "after 3?attempts");
    assert_string_equal(error.hint, "");
    assert_string_equal(error.service_code, "");
    assert_string_equal(error.request_id, "");
    assert_int_equal(error.http_status, 0);

    ent_hint(&error, "wait %s", "longer");
    assert_string_equal(error.message, "after 3?attempts");
    assert_string_equal(error.hint, "wait longer");

    assert_int_equal(ent_fail(NULL, ENTITLE_TIMEOUT, "nobody looks"), ENTITLE_TIMEOUT);
    ent_hint(NULL, "nobody looks");
    assert_int_equal(ent_fail_memory(&error), ENTITLE_OUT_OF_MEMORY);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reasons_keep_their_names_and_categories),
        cmocka_unit_test(status_names_are_defined_for_every_value),
        cmocka_unit_test(status_category_is_the_high_byte_and_unknown_is_internal),
        cmocka_unit_test(fail_fills_everything_and_accepts_null),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
