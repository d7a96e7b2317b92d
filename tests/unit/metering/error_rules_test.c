/* SPDX-License-Identifier: Apache-2.0 */
#include "metering/error_rules.h"
#include "support/cmocka.h"
#include "support/metering_fixture.h"

#include <entitle/metering.h>

#include <stdio.h>
#include <string.h>

typedef struct outcome_case {
    const char *name;
    scripted_answer answer;
    entitle_status want;
    size_t want_requests; /* with the standard policy */
} outcome_case;

/* An error that is told at once. */
#define REFUSED(code, want)                                                            \
    {                                                                                  \
        code, METERING_ERROR(code), want, 1                                            \
    }

static const outcome_case outcome_cases[] = {
    REFUSED("CustomerNotEntitledException", ENTITLE_NOT_ENTITLED),
    REFUSED("CustomerNotSubscribedException", ENTITLE_NOT_ENTITLED),
    REFUSED("InvalidProductCodeException", ENTITLE_INVALID_PRODUCT_CODE),
    REFUSED("InvalidRegionException", ENTITLE_INVALID_REGION),
    REFUSED("InvalidEndpointRegionException", ENTITLE_INVALID_REGION),
    REFUSED("InvalidPublicKeyVersionException", ENTITLE_INVALID_KEY_VERSION),
    REFUSED("InvalidPublicKeyException", ENTITLE_INVALID_KEY_VERSION),
    REFUSED("PlatformNotSupportedException", ENTITLE_PLATFORM_NOT_SUPPORTED),
    REFUSED("DisabledApiException", ENTITLE_API_DISABLED),
    REFUSED("AccessDeniedException", ENTITLE_ACCESS_DENIED),
    REFUSED("UnauthorizedException", ENTITLE_ACCESS_DENIED),
    REFUSED("NotAuthorized", ENTITLE_ACCESS_DENIED),
    REFUSED("OptInRequired", ENTITLE_ACCESS_DENIED),
    REFUSED("InvalidSignatureException", ENTITLE_INVALID_CREDENTIALS),
    REFUSED("UnrecognizedClientException", ENTITLE_INVALID_CREDENTIALS),
    REFUSED("ExpiredTokenException", ENTITLE_EXPIRED_CREDENTIALS),
    REFUSED("MissingAuthenticationTokenException", ENTITLE_INVALID_CREDENTIALS),
    REFUSED("RequestExpired", ENTITLE_CLOCK_SKEW),
    REFUSED("ValidationException", ENTITLE_INVALID_INPUT),
    REFUSED("SerializationException", ENTITLE_INVALID_INPUT),
    REFUSED("TimestampOutOfBoundsException", ENTITLE_INVALID_INPUT),
    REFUSED("SignatureDoesNotMatch", ENTITLE_INVALID_CREDENTIALS),
    REFUSED("InvalidClientTokenId", ENTITLE_INVALID_CREDENTIALS),
    REFUSED("ExpiredToken", ENTITLE_EXPIRED_CREDENTIALS),
    REFUSED("IncompleteSignature", ENTITLE_INVALID_CREDENTIALS),
    REFUSED("IncompleteSignatureException", ENTITLE_INVALID_CREDENTIALS),
    REFUSED("MissingAuthenticationToken", ENTITLE_INVALID_CREDENTIALS),
    REFUSED("RequestTimeTooSkewed", ENTITLE_CLOCK_SKEW),
    REFUSED("RequestInTheFuture", ENTITLE_CLOCK_SKEW),
    REFUSED("AccessDenied", ENTITLE_ACCESS_DENIED),
    REFUSED("DuplicateRequestException", ENTITLE_INVALID_INPUT),
    REFUSED("IdempotencyConflictException", ENTITLE_INVALID_INPUT),
    REFUSED("InvalidTagException", ENTITLE_INVALID_INPUT),
    REFUSED("InvalidUsageAllocationsException", ENTITLE_INVALID_INPUT),
    REFUSED("InvalidUsageDimensionException", ENTITLE_INVALID_INPUT),
    REFUSED("InvalidCustomerIdentifierException", ENTITLE_INVALID_INPUT),
    REFUSED("InvalidLicenseException", ENTITLE_INVALID_INPUT),
    REFUSED("InvalidTokenException", ENTITLE_INVALID_INPUT),
    REFUSED("InvalidAction", ENTITLE_CONFIGURATION),
    REFUSED("InternalFailure", ENTITLE_SERVICE_ERROR),
    REFUSED("ServiceUnavailable", ENTITLE_SERVICE_ERROR),
    { "RequestTimeout", METERING_ERROR("RequestTimeout"), ENTITLE_TIMEOUT, 3 },
    { "RequestTimeoutException",
      METERING_ERROR("RequestTimeoutException"),
      ENTITLE_TIMEOUT,
      3 },
    REFUSED("UnknownOperationException", ENTITLE_CONFIGURATION),
    { "an unknown code",
      METERING_ERROR("SomethingNewException"),
      ENTITLE_CONFIGURATION,
      1 },
    { "HTML with 403",
      { .http_status = 403, .body = "<html>" },
      ENTITLE_CONFIGURATION,
      1 },
    { "ThrottlingException",
      METERING_ERROR("ThrottlingException"),
      ENTITLE_THROTTLED,
      3 },
    { "429", { .http_status = 429 }, ENTITLE_THROTTLED, 3 },
    { "500",
      { .http_status = 500, .body = "{\"__type\":\"InternalServiceErrorException\"}" },
      ENTITLE_SERVICE_ERROR,
      3 },
    { "500 that says not entitled",
      { .http_status = 500, .body = "{\"__type\":\"CustomerNotEntitledException\"}" },
      ENTITLE_SERVICE_ERROR,
      3 },
    { "503 with HTML",
      { .http_status = 503, .body = "<html>" },
      ENTITLE_SERVICE_ERROR,
      3 },
    { "501", { .http_status = 501 }, ENTITLE_SERVICE_ERROR, 1 },
    { "InternalServiceErrorException with 400",
      METERING_ERROR("InternalServiceErrorException"),
      ENTITLE_SERVICE_ERROR,
      1 },
    { "unreachable", { .failure = ENTITLE_UNREACHABLE }, ENTITLE_UNREACHABLE, 3 },
    { "TLS", { .failure = ENTITLE_TLS_ERROR }, ENTITLE_TLS_ERROR, 3 },
    { "silence", { .http_status = 200, .takes_ms = 11000 }, ENTITLE_TIMEOUT, 3 },
    { "not HTTP", { .failure = ENTITLE_BAD_RESPONSE }, ENTITLE_BAD_RESPONSE, 2 },
    { "a redirect",
      { .http_status = 302, .headers = { "Location: https://x/" } },
      ENTITLE_BAD_RESPONSE,
      2 },
    { "an empty 200", { .http_status = 200 }, ENTITLE_BAD_RESPONSE, 2 },
    { "HTML with 200",
      { .http_status = 200, .body = "<html>" },
      ENTITLE_BAD_RESPONSE,
      2 },
    { "an array", { .http_status = 200, .body = "[]" }, ENTITLE_BAD_RESPONSE, 2 },
    { "no Signature", { .http_status = 200, .body = "{}" }, ENTITLE_BAD_RESPONSE, 2 },
    { "Signature in another case",
      { .http_status = 200, .body = "{\"signature\":\"x\"}" },
      ENTITLE_BAD_RESPONSE,
      2 },
    { "a Signature that is a number",
      { .http_status = 200, .body = "{\"Signature\":7}" },
      ENTITLE_BAD_RESPONSE,
      2 },
    { "an empty Signature",
      { .http_status = 200, .body = "{\"Signature\":\"\"}" },
      ENTITLE_BAD_RESPONSE,
      2 },
    { "Signature twice",
      { .http_status = 200, .body = "{\"Signature\":\"a\",\"Signature\":\"b\"}" },
      ENTITLE_BAD_RESPONSE,
      2 },
    { "out of memory", { .failure = ENTITLE_OUT_OF_MEMORY }, ENTITLE_OUT_OF_MEMORY, 1 },
};

static void
register_usage_fails_as_the_table_says(void **state)
{
    for (size_t i = 0; i < sizeof(outcome_cases) / sizeof(outcome_cases[0]); i++) {
        const outcome_case *each = &outcome_cases[i];

        print_message("  %s\n", each->name);
        metering_set_up(state);
        assert_int_equal(
            metering_ask(ENTITLE_RETRY_STANDARD, &each->answer, 1), each->want);
        assert_int_equal(fixture.script.request_count, each->want_requests);
        assert_int_equal(
            entitle_metering_attempts(fixture.metering), each->want_requests);
        assert_null(fixture.registration);
        assert_int_equal(fixture.error.status, each->want);
        assert_int_equal(
            fixture.error.http_status,
            fixture.script.answers[0].takes_ms > 10000 ||
                    each->answer.failure != ENTITLE_OK
                ? 0
                : each->answer.http_status);
        assert_true(fixture.error.message[0] != '\0');
        /* What the transport itself said has the transport's own remedy. */
        assert_true(fixture.error.hint[0] != '\0' || fixture.error.http_status == 0);
        if (each->answer.body != NULL && strstr(each->answer.body, "words") != NULL) {
            assert_non_null(strstr(fixture.error.message, "words"));
            assert_non_null(strstr(each->answer.body, fixture.error.service_code));
            assert_true(fixture.error.service_code[0] != '\0');
        }
        metering_tear_down(state);
    }
    metering_set_up(state);
}

typedef struct hint_case {
    scripted_answer answer;
    const char *want[3];
} hint_case;

static void
remedies_name_what_is_at_stake(void **state)
{
    static const hint_case cases[] = {
        { METERING_ERROR("InvalidRegionException"), { "us-east-1", "AWS_REGION" } },
        { METERING_ERROR("AccessDeniedException"),
          { "aws-marketplace:RegisterUsage", "environment" } },
        { METERING_ERROR("PlatformNotSupportedException"),
          { "environment", "IAM roles for service accounts", "entitle-sandbox" } },
        { METERING_ERROR("CustomerNotEntitledException"), { "subscribe" } },
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        metering_set_up(state);
        assert_int_not_equal(
            metering_ask(ENTITLE_RETRY_STANDARD, &cases[i].answer, 1), ENTITLE_OK);
        for (size_t w = 0; w < 3 && cases[i].want[w] != NULL; w++) {
            assert_non_null(strstr(fixture.error.hint, cases[i].want[w]));
        }
        metering_tear_down(state);
    }
    metering_set_up(state);
}

static void
remedy_doubts_a_region_that_aws_did_not_list(void **state)
{
    static const scripted_answer refusal = METERING_ERROR("InvalidRegionException");
    static const char *const regions[] = { "us-east-1", "mx-central-1" };

    for (size_t i = 0; i < 2; i++) {
        const fake_variable variables[] = {
            { "AWS_REGION", regions[i] },
            { "AWS_ACCESS_KEY_ID", METERING_KEY_ID },
            { "AWS_SECRET_ACCESS_KEY", METERING_SECRET },
            { NULL, NULL },
        };

        metering_set_up(state);
        fixture.fake.variables = variables;
        assert_int_equal(
            metering_ask(ENTITLE_RETRY_STANDARD, &refusal, 1), ENTITLE_INVALID_REGION);
        assert_int_equal(strstr(fixture.error.hint, "did not list it") != NULL, i == 1);
        metering_tear_down(state);
    }
    metering_set_up(state);
}

/* The tear-down looks for the secrets in message and log. */
static void
errors_never_quote_what_was_sent(void **state)
{
    static const scripted_answer answers[] = {
        { .http_status = 400,
          .body =
              "{\"__type\":\"ValidationException\",\"message\":\"bad " METERING_NONCE
              "\"}" },
        { .http_status = 400,
          .body = "{\"__type\":\"InvalidSignatureException\",\"message\":"
                  "\"mismatch " METERING_TOKEN " " METERING_SECRET "\"}" },
        { .http_status = 400, .body = "{\"__type\":\"" METERING_TOKEN "\"}" },
    };

    for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
        metering_set_up(state);
        assert_int_not_equal(
            metering_ask(ENTITLE_RETRY_STANDARD, &answers[i], 1), ENTITLE_OK);
        assert_null(strstr(fixture.error.service_code, METERING_TOKEN));
        metering_tear_down(state);
    }
    metering_set_up(state);
}

static void
rules_each_have_a_remedy(void **state)
{
    (void)state;
    for (const ent_error_rule *rule = ent_metering_error_rules; rule->code; rule++) {
        assert_true(rule->hint != NULL && rule->hint[0] != '\0');
        assert_ptr_equal(
            ent_error_rule_find(ent_metering_error_rules, rule->code), rule);
    }
}

#define TEST(name)                                                                     \
    cmocka_unit_test_setup_teardown(name, metering_set_up, metering_tear_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(register_usage_fails_as_the_table_says),
        TEST(remedies_name_what_is_at_stake),
        TEST(remedy_doubts_a_region_that_aws_did_not_list),
        TEST(errors_never_quote_what_was_sent),
        TEST(rules_each_have_a_remedy),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
