/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/scratch.h"
#include "support/cmocka.h"
#include "support/metering_fixture.h"

#include <string.h>

static scratch folder;

static int
set_up(void **state)
{
    scratch_make(&folder);
    return metering_set_up(state);
}

static int
tear_down(void **state)
{
    scratch_remove(&folder);
    return metering_tear_down(state);
}

/* Makes a client in the surroundings of this config file and profile. */
static entitle_status
make(const char *config, const char *profile)
{
    static char path[SCRATCH_PATH_SIZE];
    static fake_variable variables[5];
    entitle_metering_options options = metering_options_of(ENTITLE_RETRY_STANDARD);

    scratch_write_text(&folder, "config", config, 0600, path);
    variables[0] = (fake_variable){ "AWS_CONFIG_FILE", path };
    variables[1] = (fake_variable){ "AWS_PROFILE", profile };
    fixture.fake.variables = variables;
    scripted_transport_init(&fixture.script, &fixture.fake, &metering_good_answer, 1);
    entitle_metering_free(fixture.metering);
    return entitle_metering_new(&options, &fixture.metering, &fixture.error);
}

static void
client_takes_region_and_endpoint_of_the_profile(void **state)
{
    (void)state;
    assert_int_equal(
        make(
            "[default]\nregion = eu-west-1\n[profile p]\nregion = us-gov-west-1\n"
            "use_fips_endpoint = true\n",
            "p"),
        ENTITLE_OK);
    assert_string_equal(entitle_metering_region(fixture.metering), "us-gov-west-1");
    assert_string_equal(
        entitle_metering_endpoint(fixture.metering),
        "https://metering.marketplace-fips.us-gov-west-1.amazonaws.com/");

    assert_int_equal(
        make(
            "[default]\nregion = eu-west-1\nendpoint_url = https://own.example/\n",
            NULL),
        ENTITLE_OK);
    assert_string_equal(
        entitle_metering_endpoint(fixture.metering), "https://own.example/");
}

static void
client_refuses_a_profile_that_does_not_exist(void **state)
{
    (void)state;
    assert_int_equal(make("[default]\nregion = eu-west-1\n", "default"), ENTITLE_OK);
    assert_int_equal(
        make("[default]\nregion = eu-west-1\n", "absent"), ENTITLE_CONFIGURATION);
    assert_null(fixture.metering);
    assert_non_null(strstr(fixture.error.message, "'absent'"));
    assert_non_null(strstr(fixture.error.message, "AWS_PROFILE"));
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(client_takes_region_and_endpoint_of_the_profile),
        TEST(client_refuses_a_profile_that_does_not_exist),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
