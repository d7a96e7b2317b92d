/* SPDX-License-Identifier: Apache-2.0 */
#include "commands.h"
#include "console/exit_status.h"
#include "console/json_output.h"
#include "console/output.h"
#include "print_documents.h"
#include "print_template.h"
#include "print_value.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    PRINT_ROUTE = OPTION_FIRST_OWN,
    PRINT_ACCOUNT,
    PRINT_REGION,
    PRINT_ROLE_NAME,
    PRINT_OIDC_PROVIDER,
    PRINT_NAMESPACE,
    PRINT_SERVICE_ACCOUNT,
    PRINT_IMAGE,
    PRINT_OPTION_COUNT
};

static const option_rule options[PRINT_OPTION_COUNT] = {
    OPTION_RULES_COMMON,
    [PRINT_ROUTE] = { "--route",
                      NULL,
                      OPTION_CHOICE,
                      "register-usage|meter-usage",
                      "what the program asks (register-usage)" },
    [PRINT_ACCOUNT] = { "--account", NULL, OPTION_TEXT, "ID", "the AWS account" },
    [PRINT_REGION] = { "--region",
                       NULL,
                       OPTION_TEXT,
                       "R",
                       "a Region, for the partition in ARNs (aws)" },
    [PRINT_ROLE_NAME] = { "--role-name",
                          NULL,
                          OPTION_TEXT,
                          "NAME",
                          "the role of the task or pod" },
    [PRINT_OIDC_PROVIDER] = { "--oidc-provider",
                              NULL,
                              OPTION_TEXT,
                              "URL",
                              "the issuer of the cluster's tokens" },
    [PRINT_NAMESPACE] = { "--namespace",
                          NULL,
                          OPTION_TEXT,
                          "NAME",
                          "the pod's namespace" },
    [PRINT_SERVICE_ACCOUNT] = { "--service-account",
                                NULL,
                                OPTION_TEXT,
                                "NAME",
                                "the pod's service account" },
    [PRINT_IMAGE] = { "--image", NULL, OPTION_TEXT, "IMAGE", "the container's image" },
};

/* What is asked for by an option, and how it is called in a document. */
static const struct {
    int option;
    const char *name;
    print_shape shape;
} places[] = {
    { PRINT_ACCOUNT, "ACCOUNT", PRINT_SHAPE_ACCOUNT },
    { PRINT_REGION, "REGION", PRINT_SHAPE_REGION },
    { PRINT_ROLE_NAME, "ROLE_NAME", PRINT_SHAPE_ROLE },
    { PRINT_OIDC_PROVIDER, "OIDC_PROVIDER", PRINT_SHAPE_OIDC_PROVIDER },
    { PRINT_NAMESPACE, "NAMESPACE", PRINT_SHAPE_KUBERNETES },
    { PRINT_SERVICE_ACCOUNT, "SERVICE_ACCOUNT", PRINT_SHAPE_KUBERNETES },
    { PRINT_IMAGE, "IMAGE", PRINT_SHAPE_IMAGE },
};

enum { PLACE_COUNT = sizeof(places) / sizeof(places[0]) };

/* After those of the places. */
enum { VALUE_PARTITION = PLACE_COUNT, VALUE_ACTION, VALUE_COUNT };

static const struct {
    const char *name;
    const char *text;
    bool is_json;
} documents[] = {
    { "iam-policy", iam_policy, true },
    { "irsa-trust-policy", irsa_trust_policy, true },
    { "ecs-task-definition", ecs_task_definition, true },
    { "kubernetes-pod", kubernetes_pod, false },
};

static bool
read_values(const command_line *line, template_value values[VALUE_COUNT], int *place)
{
    static const char *const actions[] = { "aws-marketplace:RegisterUsage",
                                           "aws-marketplace:MeterUsage" };

    for (*place = 0; *place < PLACE_COUNT; (*place)++) {
        const char *text = line->values[places[*place].option].text;

        if (text != NULL && places[*place].option == PRINT_OIDC_PROVIDER) {
            text = print_value_without_scheme(text);
        }
        if (text != NULL && print_value_fault(places[*place].shape, text) != NULL) {
            return false;
        }
        values[*place] = (template_value){ places[*place].name, text, false };
    }
    values[VALUE_PARTITION] = (template_value){
        "PARTITION", print_value_partition(line->values[PRINT_REGION].text), false
    };
    values[VALUE_ACTION] =
        (template_value){ "ACTION", actions[line->values[PRINT_ROUTE].number], false };
    return true;
}

/* One call of output_text() takes no more than a line. */
static void
print_lines(const char *text)
{
    while (*text != '\0') {
        int length = (int)strcspn(text, "\n");

        output_text("%.*s\n", length, text);
        text += length;
        text += *text == '\n';
    }
}

/* A document that is JSON is the value; one in YAML is a string. */
static int
print_json(char *text, bool is_json)
{
    char *string = NULL;

    if (is_json) {
        cJSON_Minify(text);
        output_json(text);
        return EX_OK;
    }
    json_output json = { .root = cJSON_CreateString(text) };
    json.failed = json.root == NULL;
    string = json_output_text(&json);
    if (string == NULL) {
        output_error("out of memory");
        return EX_SOFTWARE;
    }
    output_json(string);
    free(string);
    return EX_OK;
}

/* Says what is still to be filled in, and what would have done it. */
static void
print_hint(const template_value values[PLACE_COUNT])
{
    char names[256] = "";
    size_t used = 0;

    for (size_t i = 0; i < PLACE_COUNT; i++) {
        if (values[i].is_missed) {
            used += (size_t)snprintf(
                names + used,
                sizeof(names) - used,
                "%s<%s> (%s)",
                used > 0 ? ", " : "",
                values[i].name,
                options[places[i].option].name);
        }
    }
    if (used > 0) {
        char hint[320];

        (void)snprintf(hint, sizeof(hint), "still to be filled in: %s", names);
        output_hint(hint);
    }
}

static int
print_document(size_t document, template_value values[VALUE_COUNT])
{
    char *text = template_fill(documents[document].text, values, VALUE_COUNT);
    int exit_status = EX_OK;

    if (text == NULL) {
        output_error("out of memory");
        return EX_SOFTWARE;
    }
    if (output_get_mode()->json) {
        exit_status = print_json(text, documents[document].is_json);
    } else {
        print_lines(text);
    }
    print_hint(values);
    free(text);
    return exit_status;
}

static int
run(const cli_command *command, const command_line *line)
{
    template_value values[VALUE_COUNT];
    cli_failure failure;
    int place = 0;

    if (line->argument_count != 1) {
        return command_usage_error(command, "print takes the name of one document");
    }
    if (!read_values(line, values, &place)) {
        const option_value *value = &line->values[places[place].option];

        options_reject(
            command->name,
            value,
            &failure,
            print_value_fault(places[place].shape, value->text));
        return fail_report(&failure);
    }
    for (size_t i = 0; i < sizeof(documents) / sizeof(documents[0]); i++) {
        if (strcmp(line->arguments[0], documents[i].name) == 0) {
            return print_document(i, values);
        }
    }
    return command_usage_error(
        command,
        "the documents are iam-policy, irsa-trust-policy, ecs-task-definition and "
        "kubernetes-pod");
}

const cli_command command_print = {
    .name = "print",
    .arguments = "DOCUMENT [OPTIONS]",
    .summary = "print the least that AWS or Kubernetes has to be told",
    .details =
        "DOCUMENT is one of\n"
        "  iam-policy           what the role of the task or pod must allow\n"
        "  irsa-trust-policy    who may take that role on EKS: one service account\n"
        "  ecs-task-definition  a task on Fargate that has the role\n"
        "  kubernetes-pod       a service account and a pod that have it\n"
        "What no option says is left as <NAME>. Options that a document has no place\n"
        "for are ignored, so that the same ones fit all four. None of them holds the\n"
        "product code or a key: those belong into the image, sealed.\n",
    .examples = { "entitle print iam-policy",
                  "entitle print kubernetes-pod --account 123456789012 "
                  "--role-name gate" },
    .options = options,
    .option_count = PRINT_OPTION_COUNT,
    .run = run,
};
