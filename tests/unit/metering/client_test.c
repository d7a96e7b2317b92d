/* SPDX-License-Identifier: Apache-2.0 */
#include "metering/client.h"
#include "support/cmocka.h"
#include "support/metering_fixture.h"

#include <string.h>

static entitle_status
make(const entitle_metering_options *options)
{
    return entitle_metering_new(options, &fixture.metering, &fixture.error);
}

static void
client_settles_on_region_and_endpoint(void **state)
{
    entitle_metering_options options = metering_options_of(ENTITLE_RETRY_STANDARD);

    (void)state;
    scripted_transport_init(&fixture.script, &fixture.fake, &metering_good_answer, 1);
    options.endpoint = "http://127.0.0.1:8080/base";
    assert_int_equal(make(&options), ENTITLE_OK);

    assert_string_equal(entitle_metering_region(fixture.metering), "us-east-1");
    assert_string_equal(entitle_metering_region_origin(fixture.metering), "AWS_REGION");
    assert_string_equal(
        entitle_metering_endpoint(fixture.metering), "http://127.0.0.1:8080/base");
    assert_int_equal(
        entitle_metering_credentials_kind(fixture.metering),
        ENTITLE_CREDENTIALS_UNKNOWN);
    assert_int_equal(entitle_metering_attempts(fixture.metering), 0);
    assert_int_equal(entitle_metering_clock_offset_ms(fixture.metering), 0);
    assert_int_equal(fixture.metering->deadline_ms, 60000);
}

static void
client_makes_its_own_transport_and_provider(void **state)
{
    entitle_metering_options options = metering_options_of(ENTITLE_RETRY_STANDARD);

    (void)state;
    options.transport = NULL;
    assert_int_equal(make(&options), ENTITLE_OK);
    assert_non_null(fixture.metering->own_transport);
    assert_non_null(fixture.metering->own_credentials);
}

typedef struct client_case {
    const char *name;
    void (*spoil)(entitle_metering_options *options);
    entitle_status want;
} client_case;

static entitle_transport no_transport = { .struct_size = sizeof(no_transport) };
static entitle_credentials_provider no_provider = { .struct_size =
                                                        sizeof(no_provider) };

static void
spoil_nothing(entitle_metering_options *options)
{
    (void)options;
}

static void
spoil_size(entitle_metering_options *options)
{
    options->struct_size = 0;
}

static void
spoil_transport(entitle_metering_options *options)
{
    options->transport = &no_transport;
}

static void
spoil_credentials(entitle_metering_options *options)
{
    options->credentials = &no_provider;
}

static void
spoil_deadline(entitle_metering_options *options)
{
    options->deadline_ms = -1;
}

static void
spoil_region(entitle_metering_options *options)
{
    options->region = "Virginia";
}

static void
spoil_endpoint(entitle_metering_options *options)
{
    options->endpoint = "http://example.com/";
}

static void
spoil_variables(entitle_metering_options *options)
{
    static const fake_variable variables[] = { { "AWS_REGION", "us-east-1" },
                                               { "AWS_CA_BUNDLE", "/nonexistent" },
                                               { NULL, NULL } };

    fixture.fake.variables = variables;
    options->transport = NULL;
}

static void
client_refuses_as_the_table_says(void **state)
{
    static const client_case cases[] = {
        { "nothing", spoil_nothing, ENTITLE_OK },
        { "size", spoil_size, ENTITLE_INVALID_ARGUMENT },
        { "transport", spoil_transport, ENTITLE_INVALID_ARGUMENT },
        { "credentials", spoil_credentials, ENTITLE_INVALID_ARGUMENT },
        { "deadline", spoil_deadline, ENTITLE_INVALID_ARGUMENT },
        { "region", spoil_region, ENTITLE_INVALID_REGION },
        { "endpoint", spoil_endpoint, ENTITLE_CONFIGURATION },
        { "CA bundle", spoil_variables, ENTITLE_CONFIGURATION },
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        print_message("  %s\n", cases[i].name);
        metering_set_up(state);
        entitle_metering_options options = metering_options_of(ENTITLE_RETRY_STANDARD);
        scripted_transport_init(
            &fixture.script, &fixture.fake, &metering_good_answer, 1);
        cases[i].spoil(&options);
        assert_int_equal(make(&options), cases[i].want);
        assert_int_equal(fixture.metering != NULL, cases[i].want == ENTITLE_OK);
        assert_int_equal(fixture.error.status, cases[i].want);
        metering_tear_down(state);
    }
    metering_set_up(state);
}

static void
nobody_has_nothing(void **state)
{
    entitle_registration *registration = NULL;
    int64_t at_s = 7;

    (void)state;
    entitle_metering_free(NULL);
    assert_string_equal(entitle_metering_region(NULL), "");
    assert_string_equal(entitle_metering_region_origin(NULL), "");
    assert_string_equal(entitle_metering_endpoint(NULL), "");
    assert_int_equal(
        entitle_metering_credentials_kind(NULL), ENTITLE_CREDENTIALS_UNKNOWN);
    assert_int_equal(entitle_metering_attempts(NULL), 0);
    assert_int_equal(entitle_metering_clock_offset_ms(NULL), 0);

    assert_int_equal(
        entitle_metering_register_usage(
            NULL, METERING_PRODUCT, 1, METERING_NONCE, &registration, NULL),
        ENTITLE_INVALID_ARGUMENT);
    assert_null(registration);
    entitle_registration_free(NULL);
    assert_string_equal(entitle_registration_signature_unverified(NULL), "");
    assert_string_equal(entitle_registration_request_id(NULL), "");
    assert_false(entitle_registration_key_rotated_at(NULL, &at_s));
    assert_int_equal(at_s, 7);
}

#define TEST(name)                                                                     \
    cmocka_unit_test_setup_teardown(name, metering_set_up, metering_tear_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(client_settles_on_region_and_endpoint),
        TEST(client_makes_its_own_transport_and_provider),
        TEST(client_refuses_as_the_table_says),
        TEST(nobody_has_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
