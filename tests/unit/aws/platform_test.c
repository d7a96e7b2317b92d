/* SPDX-License-Identifier: Apache-2.0 */
#include "aws/platform.h"
#include "aws/service_regions.h"
#include "support/cmocka.h"
#include "support/fake_runtime.h"

#include <string.h>

#define EKS_TOKEN "/var/run/secrets/eks.amazonaws.com/serviceaccount/token"
#define POD_TOKEN                                                                      \
    "/var/run/secrets/pods.eks.amazonaws.com/serviceaccount/eks-pod-identity-token"

typedef struct platform_case {
    const char *name;
    fake_variable variables[4];
    const char *vendor;
    const char *want;
} platform_case;

static const platform_case cases[] = {
    { "nothing", { { NULL, NULL } }, "", "other" },
    { "other_machine", { { NULL, NULL } }, "QEMU\n", "other" },
    { "instance", { { NULL, NULL } }, "Amazon EC2\n", "ec2" },
    { "fargate", { { "AWS_EXECUTION_ENV", "AWS_ECS_FARGATE" } }, "", "fargate" },
    { "fargate_before_metadata",
      { { "ECS_CONTAINER_METADATA_URI_V4", "http://169.254.170.2/v4/1" },
        { "AWS_EXECUTION_ENV", "AWS_ECS_FARGATE" } },
      "",
      "fargate" },
    { "ecs_on_instance",
      { { "AWS_EXECUTION_ENV", "AWS_ECS_EC2" } },
      "Amazon EC2\n",
      "ecs" },
    { "ecs_of_old_agent",
      { { "ECS_CONTAINER_METADATA_URI", "http://169.254.170.2/v3/1" } },
      "",
      "ecs" },
    { "lambda_is_not_ecs",
      { { "AWS_EXECUTION_ENV", "AWS_Lambda_python3.12" } },
      "",
      "other" },
    { "empty_is_unset", { { "AWS_EXECUTION_ENV", "" } }, "", "other" },
    { "eks_irsa", { { "AWS_WEB_IDENTITY_TOKEN_FILE", EKS_TOKEN } }, "", "eks" },
    { "web_identity_elsewhere",
      { { "AWS_WEB_IDENTITY_TOKEN_FILE", "/tmp/token" },
        { "AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/r" } },
      "",
      "other" },
    { "web_identity_in_pod",
      { { "KUBERNETES_SERVICE_HOST", "10.0.0.1" },
        { "AWS_WEB_IDENTITY_TOKEN_FILE", "/tmp/token" },
        { "AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/r" } },
      "",
      "eks" },
    { "eks_pod_identity",
      { { "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", POD_TOKEN } },
      "",
      "eks" },
    { "eks_pod_identity_ipv6",
      { { "AWS_CONTAINER_CREDENTIALS_FULL_URI",
          "http://[fd00:ec2::23]/v1/credentials" } },
      "",
      "eks" },
    { "kubernetes",
      { { "KUBERNETES_SERVICE_HOST", "10.0.0.1" } },
      "Amazon EC2\n",
      "kubernetes" },
};

static void
platform_is_recognised_by_its_signs(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        fake_runtime fake;
        ent_platform_sign sign;

        fake_runtime_init(&fake);
        fake.variables = cases[i].variables;
        sign = ent_platform_recognise(&fake.runtime, cases[i].vendor);
        if (strcmp(sign.name, cases[i].want) != 0) {
            fail_msg("%s: %s", cases[i].name, sign.name);
        }
        assert_true(sign.sign[0] != '\0');
    }
}

static void
regions_are_listed_or_not(void **state)
{
    (void)state;
    assert_true(ent_service_region_is_listed("us-east-1"));
    assert_true(ent_service_region_is_listed("ca-central-1"));
    assert_false(ent_service_region_is_listed("ca-west-1"));
    assert_false(ent_service_region_is_listed("us-east-11"));
    assert_false(ent_service_region_is_listed(""));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(platform_is_recognised_by_its_signs),
        cmocka_unit_test(regions_are_listed_or_not),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
