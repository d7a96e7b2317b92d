/* SPDX-License-Identifier: Apache-2.0 */
#include "aws/credentials.h"
#include "gate/credentials_rule.h"
#include "support/cmocka.h"

#include <stdio.h>
#include <string.h>

typedef struct doubt_case {
    const char *name;
    entitle_credentials_kind kind;
    const char *access_key_id;
    entitle_route route;
    ent_platform platform;
    const char *want; /* a part of the doubt; NULL: none */
} doubt_case;

#define REGISTER ENTITLE_ROUTE_REGISTER_USAGE
#define METER    ENTITLE_ROUTE_METER_USAGE

static const doubt_case cases[] = {
    { "a role's, from the environment",
      ENTITLE_CREDENTIALS_ENVIRONMENT,
      "ASIAEXAMPLE",
      REGISTER,
      ENT_PLATFORM_ECS,
      NULL },
    { "a person's, from the environment",
      ENTITLE_CREDENTIALS_ENVIRONMENT,
      "AKIAEXAMPLE",
      REGISTER,
      ENT_PLATFORM_ECS,
      "long-term" },
    { "the task's",
      ENTITLE_CREDENTIALS_ECS_TASK_ROLE,
      "",
      REGISTER,
      ENT_PLATFORM_ECS,
      NULL },
    { "the pod's",
      ENTITLE_CREDENTIALS_WEB_IDENTITY,
      "",
      REGISTER,
      ENT_PLATFORM_EKS,
      NULL },
    { "EKS Pod Identity's",
      ENTITLE_CREDENTIALS_EKS_POD_IDENTITY,
      "",
      REGISTER,
      ENT_PLATFORM_EKS,
      "EKS Pod Identity" },
    { "a profile's",
      ENTITLE_CREDENTIALS_PROFILE,
      "",
      METER,
      ENT_PLATFORM_EC2,
      "profile file" },
    { "a program's",
      ENTITLE_CREDENTIALS_PROCESS,
      "",
      METER,
      ENT_PLATFORM_EC2,
      "credential_process" },
    { "an assumed role's",
      ENTITLE_CREDENTIALS_ASSUMED_ROLE,
      "",
      METER,
      ENT_PLATFORM_EC2,
      "a role that a profile assumes" },
    { "the instance's",
      ENTITLE_CREDENTIALS_INSTANCE_ROLE,
      "",
      METER,
      ENT_PLATFORM_EC2,
      NULL },
    { "the instance's, for a container's call",
      ENTITLE_CREDENTIALS_INSTANCE_ROLE,
      "",
      REGISTER,
      ENT_PLATFORM_EC2,
      "of the node" },
    { "the instance's, of a pod",
      ENTITLE_CREDENTIALS_INSTANCE_ROLE,
      "",
      METER,
      ENT_PLATFORM_EKS,
      "of the node" },
    { "those of a program of the caller's own",
      ENTITLE_CREDENTIALS_UNKNOWN,
      "AKIAEXAMPLE",
      REGISTER,
      ENT_PLATFORM_ECS,
      NULL },
};

static void
credentials_that_aws_does_not_take_are_doubted(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const doubt_case *c = &cases[i];
        entitle_credentials credentials = { .kind = c->kind };
        (void)snprintf(
            credentials.access_key_id,
            sizeof(credentials.access_key_id),
            "%s",
            c->access_key_id);
        const char *doubt = ent_credentials_doubt(&credentials, c->route, c->platform);

        if ((doubt == NULL) != (c->want == NULL) ||
            (doubt != NULL && strstr(doubt, c->want) == NULL)) {
            fail_msg("%s: %s", c->name, doubt != NULL ? doubt : "no doubt");
        }
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(credentials_that_aws_does_not_take_are_doubted),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
