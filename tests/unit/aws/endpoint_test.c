/* SPDX-License-Identifier: Apache-2.0 */
#include "aws/endpoint.h"
#include "cli/scratch.h"
#include "support/cmocka.h"
#include "support/fake_runtime.h"

#include <stdio.h>
#include <string.h>

enum { VARIABLE_COUNT = 4 };

/* A config file, variables, and the endpoints that follow. */
typedef struct endpoint_case {
    const char *config;
    fake_variable variables[VARIABLE_COUNT];
    /* Of the Metering Service; a part of the message after a failure. */
    const char *want;
    const char *want_origin; /* NULL: ENTITLE_CONFIGURATION */
} endpoint_case;

#define METERING "AWS_ENDPOINT_URL_MARKETPLACE_METERING"
#define IGNORE   "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"
#define SERVICES                                                                       \
    "[services s]\nmarketplace_metering =\n  endpoint_url = https://service/\n"        \
    "sts =\n  endpoint_url = https://sts/\n"
#define BY_REGION "https://metering.marketplace.us-east-1.amazonaws.com/"

static const endpoint_case endpoint_cases[] = {
    { "[default]", { { NULL, NULL } }, BY_REGION, "Region" },
    { "[default]\nendpoint_url = https://profile/",
      { { NULL, NULL } },
      "https://profile/",
      "the profile" },
    { SERVICES "[default]\nservices = s\nendpoint_url = https://profile/",
      { { NULL, NULL } },
      "https://service/",
      "the profile's services" },
    { SERVICES "[default]\nservices = s",
      { { "AWS_ENDPOINT_URL", "https://all/" } },
      "https://all/",
      "AWS_ENDPOINT_URL" },
    { SERVICES "[default]\nservices = s",
      { { "AWS_ENDPOINT_URL", "https://all/" }, { METERING, "https://one/" } },
      "https://one/",
      METERING },
    /* A section for another service only. */
    { "[services s]\nsts =\n  endpoint_url = https://sts/\n[default]\nservices = s\n"
      "endpoint_url = https://profile/",
      { { NULL, NULL } },
      "https://profile/",
      "the profile" },
    /* Empty values are none. */
    { "[services s]\nmarketplace_metering =\n  endpoint_url =\n"
      "[default]\nservices = s\nendpoint_url =",
      { { METERING, "" } },
      BY_REGION,
      "Region" },
    { "[default]\nservices = absent",
      { { NULL, NULL } },
      "the profile 'default' names the section [services absent]",
      NULL },
    { "[default]\nservices = absent",
      { { METERING, "https://one/" } },
      "https://one/",
      METERING },
    { "[default]\nendpoint_url = http://profile/",
      { { NULL, NULL } },
      "the endpoint from the profile is refused",
      NULL },
    { "[default]\nendpoint_url = http://localhost:1/",
      { { NULL, NULL } },
      "http://localhost:1/",
      "the profile" },
    /* Another profile's do not count. */
    { "[profile x]\nendpoint_url = https://profile/",
      { { NULL, NULL } },
      BY_REGION,
      "Region" },
    { "[profile x]\nendpoint_url = https://profile/",
      { { "AWS_PROFILE", "x" } },
      "https://profile/",
      "the profile" },
    { "[default]\nendpoint_url = https://profile/\n"
      "ignore_configured_endpoint_urls = true",
      { { METERING, "https://one/" } },
      BY_REGION,
      "Region" },
    { "[default]\nendpoint_url = https://profile/\n"
      "ignore_configured_endpoint_urls = true",
      { { IGNORE, "false" } },
      "https://profile/",
      "the profile" },
    { "[default]\nservices = absent", { { IGNORE, "True" } }, BY_REGION, "Region" },
};

typedef struct fixture {
    fake_runtime fake;
    scratch folder;
    ent_profile_set *profiles;
} fixture;

static fixture f;

static int
set_up(void **state)
{
    (void)state;
    fake_runtime_init(&f.fake);
    scratch_make(&f.folder);
    return 0;
}

static int
tear_down(void **state)
{
    (void)state;
    ent_profile_set_free(f.profiles);
    f.profiles = NULL;
    scratch_remove(&f.folder);
    assert_int_equal(f.fake.blocks_in_use, 0);
    return 0;
}

static void
load(const char *config, const fake_variable *variables)
{
    static fake_variable all[VARIABLE_COUNT + 1];
    static char path[SCRATCH_PATH_SIZE];

    scratch_write_text(&f.folder, "config", config, 0600, path);
    all[0] = (fake_variable){ "AWS_CONFIG_FILE", path };
    memcpy(&all[1], variables, VARIABLE_COUNT * sizeof(all[0]));
    f.fake.variables = all;
    ent_profile_set_free(f.profiles);
    assert_int_equal(
        ent_profile_set_load(&f.fake.runtime, &f.profiles, NULL), ENTITLE_OK);
}

static entitle_status
resolve(const char *region, ent_endpoint *endpoint, entitle_error *error)
{
    ent_region of = { .origin = "--region" };

    snprintf(of.name, sizeof(of.name), "%s", region);
    return ent_endpoint_resolve(
        &f.fake.runtime, f.profiles, NULL, &of, endpoint, error);
}

static void
endpoint_resolves_as_the_table_says(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(endpoint_cases) / sizeof(endpoint_cases[0]); i++) {
        const endpoint_case *each = &endpoint_cases[i];
        ent_endpoint endpoint;
        entitle_error error = { 0 };

        print_message("  case %zu\n", i);
        load(each->config, each->variables);
        if (each->want_origin == NULL) {
            assert_int_equal(
                resolve("us-east-1", &endpoint, &error), ENTITLE_CONFIGURATION);
            assert_non_null(strstr(error.message, each->want));
            assert_true(error.hint[0] != '\0');
            continue;
        }
        assert_int_equal(resolve("us-east-1", &endpoint, &error), ENTITLE_OK);
        assert_string_equal(endpoint.text, each->want);
        assert_string_equal(endpoint.origin, each->want_origin);
        assert_string_equal(endpoint.signing_region, "us-east-1");
        assert_int_equal(
            endpoint.is_overridden, strcmp(each->want_origin, "Region") != 0);
    }
}

static void
the_one_given_beats_everything(void **state)
{
    static const fake_variable variables[VARIABLE_COUNT] = {
        { METERING, "https://one/" },
        { IGNORE, "true" },
    };
    const ent_region region = { .name = "us-east-1", .origin = "--region" };
    ent_endpoint endpoint;

    (void)state;
    load("[default]\nservices = absent", variables);
    assert_int_equal(
        ent_endpoint_resolve(
            &f.fake.runtime, f.profiles, "https://flag/", &region, &endpoint, NULL),
        ENTITLE_OK);
    assert_string_equal(endpoint.text, "https://flag/");
}

typedef struct variant_case {
    const char *config;
    fake_variable variables[VARIABLE_COUNT];
    const char *want_metering;
    const char *want_sts;
} variant_case;

#define USE_FIPS "AWS_USE_FIPS_ENDPOINT"
#define USE_DUAL "AWS_USE_DUALSTACK_ENDPOINT"

static void
variants_are_chosen_by_the_text_true(void **state)
{
    static const char plain[] = "metering.marketplace.eu-west-1.amazonaws.com";
    static const char fips[] = "metering.marketplace-fips.eu-west-1.amazonaws.com";
    static const char dual[] = "metering-marketplace.eu-west-1.api.aws";
    static const char both[] = "metering.marketplace-fips.eu-west-1.api.aws";
    const variant_case cases[] = {
        { "", { { NULL, NULL } }, plain, "sts.eu-west-1.amazonaws.com" },
        { "", { { USE_FIPS, "true" } }, fips, "sts-fips.eu-west-1.amazonaws.com" },
        { "", { { USE_FIPS, "True" } }, fips, "sts-fips.eu-west-1.amazonaws.com" },
        { "", { { USE_FIPS, "1" } }, plain, "sts.eu-west-1.amazonaws.com" },
        { "", { { USE_FIPS, "yes" } }, plain, "sts.eu-west-1.amazonaws.com" },
        { "", { { USE_DUAL, "true" } }, dual, "sts.eu-west-1.api.aws" },
        { "",
          { { USE_DUAL, "true" }, { USE_FIPS, "true" } },
          both,
          "sts-fips.eu-west-1.api.aws" },
        { "[default]\nuse_fips_endpoint = true",
          { { NULL, NULL } },
          fips,
          "sts-fips.eu-west-1.amazonaws.com" },
        { "[default]\nuse_fips_endpoint = true",
          { { USE_FIPS, "false" } },
          plain,
          "sts.eu-west-1.amazonaws.com" },
        { "[default]\nuse_dualstack_endpoint = TRUE",
          { { NULL, NULL } },
          dual,
          "sts.eu-west-1.api.aws" },
        /* An endpoint that is given is taken as it is. */
        { "",
          { { USE_FIPS, "true" }, { "AWS_ENDPOINT_URL", "https://all/" } },
          "all",
          "all" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const variant_case *each = &cases[i];
        ent_endpoint endpoint;

        print_message("  case %zu\n", i);
        load(each->config, each->variables);
        assert_int_equal(resolve("eu-west-1", &endpoint, NULL), ENTITLE_OK);
        assert_string_equal(endpoint.url.host, each->want_metering);
        assert_int_equal(
            ent_endpoint_resolve_sts(
                &f.fake.runtime, f.profiles, "eu-west-1", &endpoint, NULL),
            ENTITLE_OK);
        assert_string_equal(endpoint.url.host, each->want_sts);
    }
}

typedef struct sts_case {
    const char *region;
    const char *config;
    fake_variable variables[VARIABLE_COUNT];
    entitle_status want;
    const char *want_host; /* or a part of the message */
    const char *want_signing_region;
} sts_case;

#define STS_CHOICE "AWS_STS_REGIONAL_ENDPOINTS"
#define GLOBAL     "sts.amazonaws.com"

static const sts_case sts_cases[] = {
    { "us-west-2",
      "",
      { { NULL, NULL } },
      ENTITLE_OK,
      "sts.us-west-2.amazonaws.com",
      "us-west-2" },
    { "us-west-2",
      "",
      { { STS_CHOICE, "regional" } },
      ENTITLE_OK,
      "sts.us-west-2.amazonaws.com",
      "us-west-2" },
    { "us-west-2", "", { { STS_CHOICE, "legacy" } }, ENTITLE_OK, GLOBAL, "us-east-1" },
    { "us-west-2",
      "[default]\nsts_regional_endpoints = legacy",
      { { NULL, NULL } },
      ENTITLE_OK,
      GLOBAL,
      "us-east-1" },
    { "us-west-2",
      "[default]\nsts_regional_endpoints = legacy",
      { { STS_CHOICE, "regional" } },
      ENTITLE_OK,
      "sts.us-west-2.amazonaws.com",
      "us-west-2" },
    /* Younger than the choice. */
    { "me-south-1",
      "",
      { { STS_CHOICE, "legacy" } },
      ENTITLE_OK,
      "sts.me-south-1.amazonaws.com",
      "me-south-1" },
    { "us-gov-west-1",
      "",
      { { STS_CHOICE, "legacy" } },
      ENTITLE_OK,
      "sts.us-gov-west-1.amazonaws.com",
      "us-gov-west-1" },
    { "us-west-2",
      "",
      { { STS_CHOICE, "legacy" }, { USE_FIPS, "true" } },
      ENTITLE_OK,
      "sts-fips.us-west-2.amazonaws.com",
      "us-west-2" },
    { "us-west-2",
      "",
      { { STS_CHOICE, "Legacy" } },
      ENTITLE_CONFIGURATION,
      "'Legacy'",
      NULL },
    { "us-west-2",
      "",
      { { "AWS_ENDPOINT_URL_STS", "https://one/" }, { METERING, "https://two/" } },
      ENTITLE_OK,
      "one",
      "us-west-2" },
    { "us-west-2",
      "",
      { { "AWS_ENDPOINT_URL_STS", "https://one/" },
        { "AWS_ENDPOINT_URL", "https://all/" } },
      ENTITLE_OK,
      "one",
      "us-west-2" },
    { "us-west-2",
      "",
      { { "AWS_ENDPOINT_URL", "https://all/" } },
      ENTITLE_OK,
      "all",
      "us-west-2" },
    { "us-west-2",
      SERVICES "[default]\nservices = s",
      { { NULL, NULL } },
      ENTITLE_OK,
      "sts",
      "us-west-2" },
    { "us-west-2",
      "",
      { { "AWS_ENDPOINT_URL_STS", "http://sts.example/" } },
      ENTITLE_CONFIGURATION,
      "the endpoint from AWS_ENDPOINT_URL_STS is refused",
      NULL },
    { "", "", { { NULL, NULL } }, ENTITLE_NO_REGION, "Region", NULL },
    { "", "", { { "AWS_ENDPOINT_URL_STS", "https://one/" } }, ENTITLE_OK, "one", "" },
};

static void
sts_endpoint_resolves_as_the_table_says(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(sts_cases) / sizeof(sts_cases[0]); i++) {
        const sts_case *each = &sts_cases[i];
        ent_endpoint endpoint;
        entitle_error error = { 0 };

        print_message("  case %zu\n", i);
        load(each->config, each->variables);
        assert_int_equal(
            ent_endpoint_resolve_sts(
                &f.fake.runtime, f.profiles, each->region, &endpoint, &error),
            each->want);
        if (each->want != ENTITLE_OK) {
            assert_non_null(strstr(error.message, each->want_host));
            assert_true(error.hint[0] != '\0');
            continue;
        }
        assert_string_equal(endpoint.url.host, each->want_host);
        assert_string_equal(endpoint.signing_region, each->want_signing_region);
    }
}

static void
the_ca_bundle_is_found(void **state)
{
    static const struct {
        const char *config;
        fake_variable variables[VARIABLE_COUNT];
        const char *want;
    } cases[] = {
        { "", { { NULL, NULL } }, NULL },
        { "", { { "AWS_CA_BUNDLE", "/ca" } }, "/ca" },
        { "[default]\nca_bundle = /profile", { { "AWS_CA_BUNDLE", "/ca" } }, "/ca" },
        { "[default]\nca_bundle = /profile", { { "AWS_CA_BUNDLE", "" } }, "/profile" },
        { "[profile x]\nca_bundle = /profile", { { NULL, NULL } }, NULL },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        print_message("  case %zu\n", i);
        load(cases[i].config, cases[i].variables);
        const char *found = ent_endpoint_ca_bundle(&f.fake.runtime, f.profiles);
        if (cases[i].want == NULL) {
            assert_null(found);
        } else {
            assert_string_equal(found, cases[i].want);
        }
    }
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(endpoint_resolves_as_the_table_says),
        TEST(the_one_given_beats_everything),
        TEST(variants_are_chosen_by_the_text_true),
        TEST(sts_endpoint_resolves_as_the_table_says),
        TEST(the_ca_bundle_is_found),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
