/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/child.h"
#include "cli/usage_case.h"
#include "support/cmocka.h"

#include <cjson/cJSON.h>

#include <string.h>
#include <sysexits.h>

/* Everything that a document can be told. */
#define EVERYTHING                                                                     \
    "--account", "123456789012", "--role-name", "gate", "--oidc-provider",             \
        "https://oidc.eks.eu-north-1.amazonaws.com/id/ABC", "--namespace", "shop",     \
        "--service-account", "program", "--image", "example.com/program:1"

static child_result
print(const char *document, const char *const more[4])
{
    const char *arguments[20] = { CLI_PATH, "print", document, EVERYTHING };
    const child_plan plan = { .arguments = arguments };

    memcpy(arguments + 15, more, 4 * sizeof(more[0]));
    return child_run(&plan);
}

static const cJSON *
first_statement(const cJSON *policy)
{
    return cJSON_GetArrayItem(cJSON_GetObjectItem(policy, "Statement"), 0);
}

static void
assert_only_action(const char *const more[4], const char *want)
{
    child_result result = print("iam-policy", more);
    cJSON *policy = cJSON_Parse(result.out);
    const cJSON *actions = cJSON_GetObjectItem(first_statement(policy), "Action");

    assert_int_equal(result.exit_status, 0);
    assert_string_equal(result.err, "");
    assert_int_equal(cJSON_GetArraySize(cJSON_GetObjectItem(policy, "Statement")), 1);
    assert_int_equal(cJSON_GetArraySize(actions), 1);
    assert_string_equal(cJSON_GetArrayItem(actions, 0)->valuestring, want);
    cJSON_Delete(policy);
    child_result_clear(&result);
}

static void
print_allows_one_action_for_each_route(void **state)
{
    static const char *const none[4] = { NULL };
    static const char *const register_usage[4] = { "--route", "register-usage" };
    static const char *const meter_usage[4] = { "--route", "meter-usage" };

    (void)state;
    assert_only_action(none, "aws-marketplace:RegisterUsage");
    assert_only_action(register_usage, "aws-marketplace:RegisterUsage");
    assert_only_action(meter_usage, "aws-marketplace:MeterUsage");
}

static void
print_trusts_one_service_account(void **state)
{
    static const char *const none[4] = { NULL };
    child_result result = print("irsa-trust-policy", none);
    cJSON *policy = cJSON_Parse(result.out);
    const cJSON *statement = first_statement(policy);
    const cJSON *principal = cJSON_GetObjectItem(statement, "Principal");
    const cJSON *condition = cJSON_GetObjectItem(
        cJSON_GetObjectItem(statement, "Condition"), "StringEquals");

    (void)state;
    assert_string_equal(result.err, "");
    assert_string_equal(
        cJSON_GetObjectItem(principal, "Federated")->valuestring,
        "arn:aws:iam::123456789012:oidc-provider/"
        "oidc.eks.eu-north-1.amazonaws.com/id/ABC");
    assert_int_equal(cJSON_GetArraySize(condition), 2);
    assert_string_equal(
        cJSON_GetObjectItem(condition, "oidc.eks.eu-north-1.amazonaws.com/id/ABC:sub")
            ->valuestring,
        "system:serviceaccount:shop:program");
    assert_string_equal(
        cJSON_GetObjectItem(condition, "oidc.eks.eu-north-1.amazonaws.com/id/ABC:aud")
            ->valuestring,
        "sts.amazonaws.com");
    cJSON_Delete(policy);
    child_result_clear(&result);
}

static const struct {
    const char *region;
    const char *want_role;
} partitions[] = {
    { "us-east-1", "arn:aws:iam::123456789012:role/gate" },
    { "us-gov-west-1", "arn:aws-us-gov:iam::123456789012:role/gate" },
    { "cn-northwest-1", "arn:aws-cn:iam::123456789012:role/gate" },
    { "us-iso-east-1", "arn:aws-iso:iam::123456789012:role/gate" },
    { "us-isob-east-1", "arn:aws-iso-b:iam::123456789012:role/gate" },
};

static void
print_names_the_role_in_its_partition(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(partitions) / sizeof(partitions[0]); i++) {
        const char *const more[4] = { "--region", partitions[i].region };
        child_result result = print("ecs-task-definition", more);
        cJSON *task = cJSON_Parse(result.out);
        const cJSON *container =
            cJSON_GetArrayItem(cJSON_GetObjectItem(task, "containerDefinitions"), 0);

        assert_string_equal(result.err, "");
        assert_string_equal(
            cJSON_GetObjectItem(task, "taskRoleArn")->valuestring,
            partitions[i].want_role);
        assert_string_equal(
            cJSON_GetObjectItem(container, "image")->valuestring,
            "example.com/program:1");
        cJSON_Delete(task);
        child_result_clear(&result);
    }
}

static void
print_writes_the_pod_as_yaml(void **state)
{
    static const char *const none[4] = { NULL };
    static const char *const json[4] = { "--json" };
    child_result yaml = print("kubernetes-pod", none);
    child_result quoted = print("kubernetes-pod", json);
    cJSON *text = cJSON_Parse(quoted.out);

    (void)state;
    assert_string_equal(
        yaml.out,
        "apiVersion: v1\n"
        "kind: ServiceAccount\n"
        "metadata:\n"
        "  name: \"program\"\n"
        "  namespace: \"shop\"\n"
        "  annotations:\n"
        "    eks.amazonaws.com/role-arn: \"arn:aws:iam::123456789012:role/gate\"\n"
        "---\n"
        "apiVersion: v1\n"
        "kind: Pod\n"
        "metadata:\n"
        "  name: \"program\"\n"
        "  namespace: \"shop\"\n"
        "spec:\n"
        "  serviceAccountName: \"program\"\n"
        "  containers:\n"
        "    - name: program\n"
        "      image: \"example.com/program:1\"\n");
    assert_string_equal(text->valuestring, yaml.out);
    cJSON_Delete(text);
    child_result_clear(&yaml);
    child_result_clear(&quoted);
}

/* Nothing that can be said breaks out of its quotes. */
static const usage_case cases[] = {
    { "places_not_told_are_named",
      { "print", "ecs-task-definition", "--account", "123456789012" },
      NULL,
      0,
      "{\n  \"family\": \"<ROLE_NAME>\",\n  \"taskRoleArn\": "
      "\"arn:aws:iam::123456789012:role/<ROLE_NAME>\"",
      "entitle: hint: still to be filled in: <ROLE_NAME> (--role-name), <IMAGE> "
      "(--image)\n" },
    { "json_is_one_line",
      { "print", "iam-policy", "--json" },
      NULL,
      0,
      "{\"Version\":\"2012-10-17\",",
      "" },
    { "quiet_prints_nothing", { "print", "iam-policy", "--quiet" }, NULL, 0, "", "" },
    { "no_document",
      { "print" },
      NULL,
      EX_USAGE,
      "",
      "entitle: error: print takes the name of one document\n" },
    { "two_documents",
      { "print", "iam-policy", "iam-policy" },
      NULL,
      EX_USAGE,
      "",
      NULL },
    { "another_document",
      { "print", "iam-role" },
      NULL,
      EX_USAGE,
      "",
      "entitle: error: the documents are iam-policy, irsa-trust-policy, " },
    { "account_too_short",
      { "print", "iam-policy", "--account", "12345678901" },
      NULL,
      EX_USAGE,
      "",
      "entitle: error: --account must be the 12 digits of an account, not '1" },
    { "role_with_quote",
      { "print", "iam-policy", "--role-name", "gate\"" },
      NULL,
      EX_USAGE,
      "",
      "entitle: error: --role-name must be the name of a role, not its ARN" },
    { "image_with_line_break",
      { "print", "kubernetes-pod", "--image", "a\nb" },
      NULL,
      EX_USAGE,
      "",
      "entitle: error: --image must be a reference to a container image" },
    { "namespace_in_upper_case",
      { "print", "kubernetes-pod", "--namespace", "Shop" },
      NULL,
      EX_USAGE,
      "",
      "entitle: error: --namespace must be lower-case letters" },
};

static void
print_judges_its_command_line(void **state)
{
    (void)state;
    usage_cases_check(cases, sizeof(cases) / sizeof(cases[0]));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(print_allows_one_action_for_each_route),
        cmocka_unit_test(print_trusts_one_service_account),
        cmocka_unit_test(print_names_the_role_in_its_partition),
        cmocka_unit_test(print_writes_the_pod_as_yaml),
        cmocka_unit_test(print_judges_its_command_line),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
