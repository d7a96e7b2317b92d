/* SPDX-License-Identifier: Apache-2.0 */
#include "diagnosis/acceptance.h"
#include "support/cmocka.h"

#include <string.h>

#define OK   ENTITLE_FINDING_OK
#define WARN ENTITLE_FINDING_WARN
#define FAIL ENTITLE_FINDING_FAIL

/* For ECS, Fargate, EKS, another Kubernetes, EC2 and anywhere else. */
static const ent_platform platforms[] = {
    ENT_PLATFORM_ECS,        ENT_PLATFORM_FARGATE, ENT_PLATFORM_EKS,
    ENT_PLATFORM_KUBERNETES, ENT_PLATFORM_EC2,     ENT_PLATFORM_OTHER,
};

enum { PLATFORM_COUNT = sizeof(platforms) / sizeof(platforms[0]) };

static const struct {
    entitle_credentials_kind kind;
    bool is_long_term;
    entitle_finding_status want[PLATFORM_COUNT];
} cases[] = {
    { ENTITLE_CREDENTIALS_ENVIRONMENT, false, { WARN, WARN, WARN, WARN, OK, OK } },
    { ENTITLE_CREDENTIALS_ENVIRONMENT, true, { WARN, WARN, WARN, WARN, WARN, WARN } },
    { ENTITLE_CREDENTIALS_PROFILE, false, { WARN, WARN, WARN, WARN, WARN, WARN } },
    { ENTITLE_CREDENTIALS_PROCESS, false, { WARN, WARN, WARN, WARN, WARN, WARN } },
    { ENTITLE_CREDENTIALS_ASSUMED_ROLE, false, { WARN, WARN, WARN, WARN, WARN, WARN } },
    { ENTITLE_CREDENTIALS_WEB_IDENTITY, false, { OK, OK, OK, OK, OK, OK } },
    { ENTITLE_CREDENTIALS_ECS_TASK_ROLE, false, { OK, OK, FAIL, FAIL, OK, OK } },
    { ENTITLE_CREDENTIALS_EKS_POD_IDENTITY,
      false,
      { FAIL, FAIL, FAIL, FAIL, FAIL, FAIL } },
    { ENTITLE_CREDENTIALS_INSTANCE_ROLE,
      false,
      { FAIL, FAIL, FAIL, FAIL, WARN, WARN } },
    { ENTITLE_CREDENTIALS_UNKNOWN, false, { WARN, WARN, WARN, WARN, WARN, WARN } },
};

static void
acceptance_depends_on_kind_and_platform(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        for (size_t j = 0; j < PLATFORM_COUNT; j++) {
            ent_acceptance got = ent_acceptance_of(
                ENTITLE_ROUTE_REGISTER_USAGE,
                platforms[j],
                cases[i].kind,
                cases[i].is_long_term);

            if (got.status != cases[i].want[j]) {
                fail_msg(
                    "%s on %zu: %s",
                    entitle_credentials_kind_name(cases[i].kind),
                    j,
                    got.detail);
            }
            assert_true((got.fix == NULL) == (got.status == OK));
        }
    }
}

/* The role of an instance is the one thing that the routes judge differently. */
static void
acceptance_differs_between_routes_for_an_instance_only(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        for (size_t j = 0; j < PLATFORM_COUNT; j++) {
            bool is_instance = cases[i].kind == ENTITLE_CREDENTIALS_INSTANCE_ROLE &&
                               (platforms[j] == ENT_PLATFORM_EC2 ||
                                platforms[j] == ENT_PLATFORM_OTHER);
            ent_acceptance got = ent_acceptance_of(
                ENTITLE_ROUTE_METER_USAGE,
                platforms[j],
                cases[i].kind,
                cases[i].is_long_term);

            assert_int_equal(got.status, is_instance ? OK : cases[i].want[j]);
            assert_true((got.fix == NULL) == (got.status == OK));
        }
    }
}

static void
acceptance_of_none_names_what_the_platform_has(void **state)
{
    (void)state;
    for (size_t j = 0; j < PLATFORM_COUNT; j++) {
        assert_int_equal(ent_acceptance_of_none(platforms[j]).status, FAIL);
    }
    assert_non_null(
        strstr(ent_acceptance_of_none(ENT_PLATFORM_FARGATE).fix, "taskRoleArn"));
    assert_non_null(
        strstr(ent_acceptance_of_none(ENT_PLATFORM_EKS).fix, "service account"));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(acceptance_depends_on_kind_and_platform),
        cmocka_unit_test(acceptance_differs_between_routes_for_an_instance_only),
        cmocka_unit_test(acceptance_of_none_names_what_the_platform_has),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
