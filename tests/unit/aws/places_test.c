/* SPDX-License-Identifier: Apache-2.0 */
#include "aws/credentials_source.h"
#include "aws/endpoint.h"
#include "aws/partition.h"
#include "aws/region.h"
#include "support/cmocka.h"
#include "support/fake_runtime.h"

#include <string.h>

static fake_runtime fake;

static int
set_up(void **state)
{
    (void)state;
    fake_runtime_init(&fake);
    return 0;
}

typedef struct region_case {
    const char *given;
    fake_variable variables[3];
    entitle_status want;
    const char *want_name;
    const char *want_origin;
} region_case;

static const region_case region_cases[] = {
    { "us-east-1", { { "AWS_REGION", "x" } }, ENTITLE_OK, "us-east-1", "--region" },
    { NULL,
      { { "AWS_DEFAULT_REGION", "eu-west-1" }, { "AWS_REGION", "us-east-2" } },
      ENTITLE_OK,
      "us-east-2",
      "AWS_REGION" },
    { NULL,
      { { "AWS_DEFAULT_REGION", "eu-west-1" }, { "AWS_REGION", "" } },
      ENTITLE_OK,
      "eu-west-1",
      "AWS_DEFAULT_REGION" },
    { NULL, { { NULL, NULL } }, ENTITLE_NO_REGION, NULL, NULL },
    { "", { { NULL, NULL } }, ENTITLE_NO_REGION, NULL, NULL },
    { "new-place-9", { { NULL, NULL } }, ENTITLE_OK, "new-place-9", "--region" },
    { "US-EAST-1", { { NULL, NULL } }, ENTITLE_INVALID_REGION, NULL, NULL },
    { "us-east-1.evil.example",
      { { NULL, NULL } },
      ENTITLE_INVALID_REGION,
      NULL,
      NULL },
    { "us-east-1/", { { NULL, NULL } }, ENTITLE_INVALID_REGION, NULL, NULL },
    { "us-east-1 ", { { NULL, NULL } }, ENTITLE_INVALID_REGION, NULL, NULL },
    { "us_east_1", { { NULL, NULL } }, ENTITLE_INVALID_REGION, NULL, NULL },
    { "-us", { { NULL, NULL } }, ENTITLE_INVALID_REGION, NULL, NULL },
    { "us-", { { NULL, NULL } }, ENTITLE_INVALID_REGION, NULL, NULL },
    /* 63 characters, and one more. */
    { "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
      { { NULL, NULL } },
      ENTITLE_OK,
      "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
      "--region" },
    { "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
      { { NULL, NULL } },
      ENTITLE_INVALID_REGION,
      NULL,
      NULL },
};

static void
region_resolves_as_the_table_says(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(region_cases) / sizeof(region_cases[0]); i++) {
        const region_case *each = &region_cases[i];
        const ent_credentials_request request = { .runtime = &fake.runtime };
        entitle_error error = { 0 };
        ent_region region;

        fake.variables = each->variables;
        print_message("  %s\n", each->given != NULL ? each->given : "-");
        assert_int_equal(
            ent_region_resolve(&request, each->given, &region, &error), each->want);
        if (each->want == ENTITLE_OK) {
            assert_string_equal(region.name, each->want_name);
            assert_string_equal(region.origin, each->want_origin);
        } else {
            assert_int_equal(error.status, each->want);
            assert_true(error.hint[0] != '\0');
        }
    }
}

typedef struct host_case {
    const char *region;
    ent_host_variant variant;
    const char *want_metering;
    const char *want_sts;
} host_case;

#define PLAIN                                                                          \
    {                                                                                  \
        false, false                                                                   \
    }
#define DUAL                                                                           \
    {                                                                                  \
        false, true                                                                    \
    }
#define FIPS                                                                           \
    {                                                                                  \
        true, false                                                                    \
    }
#define FIPS_DUAL                                                                      \
    {                                                                                  \
        true, true                                                                     \
    }

static const host_case host_cases[] = {
    { "us-east-1",
      PLAIN,
      "metering.marketplace.us-east-1.amazonaws.com",
      "sts.us-east-1.amazonaws.com" },
    { "us-east-1",
      DUAL,
      "metering-marketplace.us-east-1.api.aws",
      "sts.us-east-1.api.aws" },
    { "us-east-1",
      FIPS,
      "metering.marketplace-fips.us-east-1.amazonaws.com",
      "sts-fips.us-east-1.amazonaws.com" },
    { "us-east-1",
      FIPS_DUAL,
      "metering.marketplace-fips.us-east-1.api.aws",
      "sts-fips.us-east-1.api.aws" },
    { "zz-new-1",
      PLAIN,
      "metering.marketplace.zz-new-1.amazonaws.com",
      "sts.zz-new-1.amazonaws.com" },
    { "zz-new-1",
      DUAL,
      "metering-marketplace.zz-new-1.api.aws",
      "sts.zz-new-1.api.aws" },
    { "zz-new-1",
      FIPS,
      "metering.marketplace-fips.zz-new-1.amazonaws.com",
      "sts-fips.zz-new-1.amazonaws.com" },
    { "zz-new-1",
      FIPS_DUAL,
      "metering.marketplace-fips.zz-new-1.api.aws",
      "sts-fips.zz-new-1.api.aws" },
    { "us-gov-west-1",
      PLAIN,
      "metering.marketplace.us-gov-west-1.amazonaws.com",
      "sts.us-gov-west-1.amazonaws.com" },
    { "us-gov-west-1",
      DUAL,
      "metering-marketplace.us-gov-west-1.api.aws",
      "sts.us-gov-west-1.api.aws" },
    { "us-gov-west-1",
      FIPS,
      "metering.marketplace-fips.us-gov-west-1.amazonaws.com",
      "sts.us-gov-west-1.amazonaws.com" },
    { "us-gov-west-1",
      FIPS_DUAL,
      "metering.marketplace-fips.us-gov-west-1.api.aws",
      "sts-fips.us-gov-west-1.api.aws" },
    { "cn-north-1",
      PLAIN,
      "metering.marketplace.cn-north-1.amazonaws.com.cn",
      "sts.cn-north-1.amazonaws.com.cn" },
    { "cn-north-1",
      DUAL,
      "metering-marketplace.cn-north-1.api.amazonwebservices.com.cn",
      "sts.cn-north-1.api.amazonwebservices.com.cn" },
    { "cn-north-1",
      FIPS,
      "metering.marketplace-fips.cn-north-1.amazonaws.com.cn",
      "sts-fips.cn-north-1.amazonaws.com.cn" },
    { "cn-north-1",
      FIPS_DUAL,
      "metering.marketplace-fips.cn-north-1.api.amazonwebservices.com.cn",
      "sts-fips.cn-north-1.api.amazonwebservices.com.cn" },
    { "eusc-de-east-1",
      PLAIN,
      "metering-marketplace.eusc-de-east-1.amazonaws.eu",
      "sts.eusc-de-east-1.amazonaws.eu" },
    { "eusc-de-east-1",
      DUAL,
      "metering.marketplace.eusc-de-east-1.api.amazonwebservices.eu",
      "sts.eusc-de-east-1.api.amazonwebservices.eu" },
    { "eusc-de-east-1",
      FIPS,
      "metering.marketplace-fips.eusc-de-east-1.amazonaws.eu",
      "sts-fips.eusc-de-east-1.amazonaws.eu" },
    { "eusc-de-east-1",
      FIPS_DUAL,
      "metering.marketplace-fips.eusc-de-east-1.api.amazonwebservices.eu",
      "sts-fips.eusc-de-east-1.api.amazonwebservices.eu" },
    { "us-iso-east-1",
      PLAIN,
      "metering.marketplace.us-iso-east-1.c2s.ic.gov",
      "sts.us-iso-east-1.c2s.ic.gov" },
    { "us-iso-east-1",
      DUAL,
      "metering.marketplace.us-iso-east-1.api.aws.ic.gov",
      "sts.us-iso-east-1.api.aws.ic.gov" },
    { "us-iso-east-1",
      FIPS,
      "metering.marketplace-fips.us-iso-east-1.c2s.ic.gov",
      "sts-fips.us-iso-east-1.c2s.ic.gov" },
    { "us-iso-east-1",
      FIPS_DUAL,
      "metering.marketplace-fips.us-iso-east-1.api.aws.ic.gov",
      "sts-fips.us-iso-east-1.api.aws.ic.gov" },
    { "us-isob-east-1",
      PLAIN,
      "metering.marketplace.us-isob-east-1.sc2s.sgov.gov",
      "sts.us-isob-east-1.sc2s.sgov.gov" },
    { "us-isob-east-1",
      DUAL,
      "metering.marketplace.us-isob-east-1.api.aws.scloud",
      "sts.us-isob-east-1.api.aws.scloud" },
    { "us-isob-east-1",
      FIPS,
      "metering.marketplace-fips.us-isob-east-1.sc2s.sgov.gov",
      "sts-fips.us-isob-east-1.sc2s.sgov.gov" },
    { "us-isob-east-1",
      FIPS_DUAL,
      "metering.marketplace-fips.us-isob-east-1.api.aws.scloud",
      "sts-fips.us-isob-east-1.api.aws.scloud" },
    { "eu-isoe-west-1",
      PLAIN,
      "metering.marketplace.eu-isoe-west-1.cloud.adc-e.uk",
      "sts.eu-isoe-west-1.cloud.adc-e.uk" },
    { "eu-isoe-west-1",
      DUAL,
      "metering.marketplace.eu-isoe-west-1.api.cloud-aws.adc-e.uk",
      "sts.eu-isoe-west-1.api.cloud-aws.adc-e.uk" },
    { "eu-isoe-west-1",
      FIPS,
      "metering.marketplace-fips.eu-isoe-west-1.cloud.adc-e.uk",
      "sts-fips.eu-isoe-west-1.cloud.adc-e.uk" },
    { "eu-isoe-west-1",
      FIPS_DUAL,
      "metering.marketplace-fips.eu-isoe-west-1.api.cloud-aws.adc-e.uk",
      "sts-fips.eu-isoe-west-1.api.cloud-aws.adc-e.uk" },
    { "us-isof-south-1",
      PLAIN,
      "metering.marketplace.us-isof-south-1.csp.hci.ic.gov",
      "sts.us-isof-south-1.csp.hci.ic.gov" },
    { "us-isof-south-1",
      DUAL,
      "metering.marketplace.us-isof-south-1.api.aws.hci.ic.gov",
      "sts.us-isof-south-1.api.aws.hci.ic.gov" },
    { "us-isof-south-1",
      FIPS,
      "metering.marketplace-fips.us-isof-south-1.csp.hci.ic.gov",
      "sts-fips.us-isof-south-1.csp.hci.ic.gov" },
    { "us-isof-south-1",
      FIPS_DUAL,
      "metering.marketplace-fips.us-isof-south-1.api.aws.hci.ic.gov",
      "sts-fips.us-isof-south-1.api.aws.hci.ic.gov" },
};

static void
partition_names_the_hosts_of_each_region(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(host_cases) / sizeof(host_cases[0]); i++) {
        const host_case *each = &host_cases[i];
        char host[256];

        ent_partition_sts_host(each->region, each->variant, host, sizeof(host));
        assert_string_equal(host, each->want_sts);
        ent_partition_metering_host(each->region, each->variant, host, sizeof(host));
        assert_string_equal(host, each->want_metering);
        assert_true(ent_partition_is_metering_host(host));
    }
}

static void
partition_knows_the_hosts_of_aws(void **state)
{
    static const struct {
        const char *host;
        bool want;
    } cases[] = {
        { "metering.marketplace.us-east-1.amazonaws.com", true },
        { "metering-marketplace.us-east-1.api.aws", true },
        { "metering.marketplace-fips.us-gov-west-1.amazonaws.com", true },
        { "metering.marketplace-fips.us-east-1.api.aws", true },
        { "metering-marketplace.cn-north-1.api.amazonwebservices.com.cn", true },
        { "metering.marketplace.eusc-de-east-1.api.amazonwebservices.eu", true },
        { "vpce-0123-abc.metering-marketplace.us-east-1.vpce.amazonaws.com", true },
        { "vpce-0123-abc-us-east-1a.metering-marketplace.us-east-1.vpce.amazonaws.com",
          true },
        { "vpce-0123-abc.metering-marketplace.cn-north-1.vpce.amazonaws.com.cn", true },
        { "", false },
        { "amazonaws.com", false },
        { "metering.marketplace", false },
        { "metering.marketplace.", false },
        { "metering.marketplace..amazonaws.com", false },
        { "metering.marketplace.us-east-1.amazonaws.com.", false },
        { "metering.marketplace.us-east-1.amazonaws.com.evil.example", false },
        { "metering.marketplace.us-east-1.evil.example", false },
        { "metering.marketplace.us-east-1.evil.amazonaws.com", false },
        { "metering.marketplace.us_east_1.amazonaws.com", false },
        { "metering.marketplace.us-east-1.amazonaws.com.cn", false },
        { "metering.marketplace.cn-north-1.amazonaws.com", false },
        { "metering-marketplace.us-east-1.amazonaws.com", false },
        { "metering.marketplace.us-east-1.api.aws", false },
        { "metering.marketplacex.us-east-1.amazonaws.com", false },
        { "bucket.s3.us-east-1.amazonaws.com", false },
        { "metering.marketplace.us-east-1.elb.amazonaws.com", false },
        { "vpce-0123-abc.s3.us-east-1.vpce.amazonaws.com", false },
        { "vpce-0123-abc.vpce-svc-1.us-east-1.vpce.amazonaws.com", false },
        { "vpce-svc-0123.metering-marketplace.us-east-1.vpce.amazonaws.com", false },
        { "x.vpce-0123.metering-marketplace.us-east-1.vpce.amazonaws.com", false },
        { "vpce-0123-abc.metering-marketplace.us-east-1.vpce.evil.example", false },
        { "127.0.0.1", false },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        print_message("  %s\n", cases[i].host);
        assert_int_equal(ent_partition_is_metering_host(cases[i].host), cases[i].want);
    }
}

#define VARIABLE "AWS_ENDPOINT_URL_MARKETPLACE_METERING"

typedef struct endpoint_case {
    const char *given;
    fake_variable variables[4];
    entitle_status want;
    const char *want_text;
    const char *want_origin;
} endpoint_case;

static const endpoint_case endpoint_cases[] = {
    { NULL,
      { { NULL, NULL } },
      ENTITLE_OK,
      "https://metering.marketplace.us-east-1.amazonaws.com/",
      "Region" },
    { "https://a/",
      { { VARIABLE, "https://b/" } },
      ENTITLE_OK,
      "https://a/",
      "--endpoint" },
    { NULL,
      { { "AWS_ENDPOINT_URL", "https://c/" }, { VARIABLE, "https://b/" } },
      ENTITLE_OK,
      "https://b/",
      VARIABLE },
    { NULL,
      { { "AWS_ENDPOINT_URL", "https://c/" }, { VARIABLE, "" } },
      ENTITLE_OK,
      "https://c/",
      "AWS_ENDPOINT_URL" },
    { NULL,
      { { VARIABLE, "https://b/" }, { "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "TRUE" } },
      ENTITLE_OK,
      "https://metering.marketplace.us-east-1.amazonaws.com/",
      "Region" },
    { NULL,
      { { VARIABLE, "https://b/" }, { "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "1" } },
      ENTITLE_OK,
      "https://b/",
      VARIABLE },
    { "https://a/",
      { { "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true" } },
      ENTITLE_OK,
      "https://a/",
      "--endpoint" },
    { "http://127.0.0.1:8080",
      { { NULL, NULL } },
      ENTITLE_OK,
      "http://127.0.0.1:8080",
      "--endpoint" },
    { "http://example.com", { { NULL, NULL } }, ENTITLE_CONFIGURATION, NULL, NULL },
    { "http://169.254.169.254/",
      { { NULL, NULL } },
      ENTITLE_CONFIGURATION,
      NULL,
      NULL },
    { "example.com", { { NULL, NULL } }, ENTITLE_CONFIGURATION, NULL, NULL },
    { NULL, { { VARIABLE, "https://u:pw@b/" } }, ENTITLE_CONFIGURATION, NULL, NULL },
};

static void
endpoint_resolves_as_the_table_says(void **state)
{
    const ent_region region = { .name = "us-east-1", .origin = "--region" };

    (void)state;
    for (size_t i = 0; i < sizeof(endpoint_cases) / sizeof(endpoint_cases[0]); i++) {
        const endpoint_case *each = &endpoint_cases[i];
        entitle_error error = { 0 };
        ent_endpoint endpoint;

        fake.variables = each->variables;
        print_message("  case %zu\n", i);
        assert_int_equal(
            ent_endpoint_resolve(
                &fake.runtime, NULL, each->given, &region, &endpoint, &error),
            each->want);
        if (each->want == ENTITLE_OK) {
            assert_string_equal(endpoint.text, each->want_text);
            assert_string_equal(endpoint.origin, each->want_origin);
            assert_int_equal(
                endpoint.is_overridden, strcmp(each->want_origin, "Region") != 0);
        } else {
            assert_non_null(strstr(error.message, endpoint.origin));
            assert_true(error.hint[0] != '\0');
            assert_null(strstr(error.message, "pw"));
        }
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(region_resolves_as_the_table_says, set_up),
        cmocka_unit_test_setup(partition_names_the_hosts_of_each_region, set_up),
        cmocka_unit_test_setup(partition_knows_the_hosts_of_aws, set_up),
        cmocka_unit_test_setup(endpoint_resolves_as_the_table_says, set_up),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
