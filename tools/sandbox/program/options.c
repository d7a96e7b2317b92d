/* SPDX-License-Identifier: Apache-2.0 */
#include "program/options.h"

#include "base/error.h"
#include "base/text.h"
#include "program/listen_address.h"
#include "program/options_check.h"

#include <string.h>

const char sandbox_usage[] =
    "usage: entitle-sandbox [--listen 127.0.0.1:PORT] [--state DIR] [--config FILE]\n"
    "                       [--region REGION] [--seed N]\n"
    "                       [--tls [--host-name NAME]...]\n"
    "       entitle-sandbox env --url URL [--ca FILE] [--wait SECONDS]\n"
    "                       [--platform PLATFORM [--write-token DIR]\n"
    "                       [--addresses sandbox|real]]\n"
    "       entitle-sandbox export --state DIR [--format json|csv]\n"
    "\n"
    "A local AWS Marketplace Metering Service for tests: answers all its operations\n"
    "on POST /, with tokens signed by its own keys, and plays what hands out\n"
    "credentials to a container. It never speaks to AWS.\n"
    "\n"
    "  --listen ADDRESS:PORT  where to listen; port 0, the default, takes a free one\n"
    "  --state DIR            keep all in DIR; default: a temporary folder\n"
    "  --config FILE          who sells what to whom, docs/sandbox-market.md\n"
    "  --region REGION        the Region to be; default the file's, or us-east-1\n"
    "  --seed N               makes faults with a rate repeatable\n"
    "  --tls                  https, with a CA of its own: DIR/ca.pem\n"
    "  --host-name NAME       one more name that the certificate is for, such as that\n"
    "                         of a container; may be repeated\n"
    "  --help, --version\n"
    "\n"
    "`env` prints the shell exports that point an AWS SDK and entitle at a sandbox.\n"
    "With a platform, they are those of a new container there.\n"
    "\n"
    "  --url URL              where the sandbox listens, as its first line says\n"
    "  --ca FILE              the CA of a sandbox that speaks https: its DIR/ca.pem\n"
    "  --wait SECONDS         how long to wait for one that does not listen yet;\n"
    "                         default 30, and 0 for not at all\n"
    "  --platform ecs|fargate|eks-irsa|eks-pod-identity|ec2\n"
    "                         where the container is\n"
    "  --write-token DIR      make the pod's token in DIR; eks-irsa, eks-pod-identity\n"
    "  --addresses sandbox|real\n"
    "                         where metadata is: at the sandbox's own address, or at\n"
    "                         169.254.170.2 and so on, for a network namespace that\n"
    "                         has them; default sandbox\n"
    "\n"
    "`export` prints what was honoured, whether or not a sandbox is running there.\n"
    "\n"
    "  --state DIR            what `--state` of the sandbox was\n"
    "  --format json|csv      default json, as GET /_sandbox/records answers\n"
    "\n"
    "examples:\n"
    "  entitle-sandbox --listen 127.0.0.1:8700 --state /tmp/sandbox\n"
    "  eval \"$(entitle-sandbox env --url http://127.0.0.1:8700)\"\n"
    "  eval \"$(entitle-sandbox env --url http://127.0.0.1:8700 --platform ecs)\"\n";

static const char *const platform_names[PLATFORM_COUNT] = {
    [PLATFORM_ECS] = "ecs",           [PLATFORM_FARGATE] = "fargate",
    [PLATFORM_EKS_IRSA] = "eks-irsa", [PLATFORM_EKS_POD_IDENTITY] = "eks-pod-identity",
    [PLATFORM_EC2] = "ec2",
};

enum { REGION_LIMIT = 32, WAIT_USUAL_S = 30, WAIT_MAXIMUM_S = 3600 };

static entitle_status
parse_listen(const char *text, sandbox_options *options, entitle_error *error)
{
    return listen_address_parse(text, &options->listen, error);
}

static entitle_status
parse_region(const char *text, sandbox_options *options, entitle_error *error)
{
    size_t length = strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789-");
    if (length == 0 || length > REGION_LIMIT || text[length] != '\0') {
        return ent_fail(
            error, ENTITLE_INVALID_ARGUMENT, "--region: '%s' is not a Region", text);
    }
    options->region = text;
    return ENTITLE_OK;
}

static entitle_status
parse_config(const char *text, sandbox_options *options, entitle_error *error)
{
    if (text[0] == '\0') {
        return ent_fail(error, ENTITLE_INVALID_ARGUMENT, "--config wants a file");
    }
    options->config = text;
    return ENTITLE_OK;
}

static entitle_status
parse_seed(const char *text, sandbox_options *options, entitle_error *error)
{
    if (!ent_text_to_unsigned(text, strlen(text), UINT64_MAX, &options->seed)) {
        return ent_fail(
            error,
            ENTITLE_INVALID_ARGUMENT,
            "--seed: '%s' is not a whole number",
            text);
    }
    options->has_seed = true;
    return ENTITLE_OK;
}

static entitle_status
parse_tls(const char *text, sandbox_options *options, entitle_error *error)
{
    (void)text;
    (void)error;
    options->is_tls = true;
    return ENTITLE_OK;
}

static entitle_status
parse_host_name(const char *text, sandbox_options *options, entitle_error *error)
{
    if (options->host_name_count == SANDBOX_HOST_NAMES) {
        return ent_fail(
            error,
            ENTITLE_INVALID_ARGUMENT,
            "more than %d times --host-name",
            SANDBOX_HOST_NAMES);
    }
    options->host_names[options->host_name_count++] = text;
    return ENTITLE_OK;
}

static entitle_status
parse_ca(const char *text, sandbox_options *options, entitle_error *error)
{
    (void)error; /* judged when it is read */
    options->ca = text;
    return ENTITLE_OK;
}

static entitle_status
parse_state(const char *text, sandbox_options *options, entitle_error *error)
{
    if (text[0] == '\0') {
        return ent_fail(error, ENTITLE_INVALID_ARGUMENT, "--state wants a folder");
    }
    options->state = text;
    return ENTITLE_OK;
}

static entitle_status
parse_url(const char *text, sandbox_options *options, entitle_error *error)
{
    (void)error; /* judged when it is used */
    options->url = text;
    return ENTITLE_OK;
}

static entitle_status
parse_wait(const char *text, sandbox_options *options, entitle_error *error)
{
    uint64_t seconds = 0;
    if (!ent_text_to_unsigned(text, strlen(text), WAIT_MAXIMUM_S, &seconds)) {
        return ent_fail(
            error,
            ENTITLE_INVALID_ARGUMENT,
            "--wait: '%s' is not a number of seconds from 0 to %d",
            text,
            WAIT_MAXIMUM_S);
    }
    options->wait_s = (int64_t)seconds;
    return ENTITLE_OK;
}

static entitle_status
parse_format(const char *text, sandbox_options *options, entitle_error *error)
{
    options->is_csv = strcmp(text, "csv") == 0;
    if (!options->is_csv && strcmp(text, "json") != 0) {
        return ent_fail(
            error,
            ENTITLE_INVALID_ARGUMENT,
            "--format: '%s' is neither json nor csv",
            text);
    }
    return ENTITLE_OK;
}

static entitle_status
parse_platform(const char *text, sandbox_options *options, entitle_error *error)
{
    for (size_t i = PLATFORM_NONE + 1; i < PLATFORM_COUNT; i++) {
        if (strcmp(platform_names[i], text) == 0) {
            options->platform = (sandbox_platform)i;
            return ENTITLE_OK;
        }
    }
    return ent_fail(
        error,
        ENTITLE_INVALID_ARGUMENT,
        "--platform: '%s' is none of ecs, fargate, eks-irsa, eks-pod-identity, ec2",
        text);
}

static entitle_status
parse_token_directory(const char *text, sandbox_options *options, entitle_error *error)
{
    if (text[0] == '\0') {
        return ent_fail(
            error, ENTITLE_INVALID_ARGUMENT, "--write-token wants a folder");
    }
    options->token_directory = text;
    return ENTITLE_OK;
}

static entitle_status
parse_addresses(const char *text, sandbox_options *options, entitle_error *error)
{
    options->has_real_addresses = strcmp(text, "real") == 0;
    if (!options->has_real_addresses && strcmp(text, "sandbox") != 0) {
        return ent_fail(
            error,
            ENTITLE_INVALID_ARGUMENT,
            "--addresses: '%s' is neither sandbox nor real",
            text);
    }
    return ENTITLE_OK;
}

typedef struct option_rule {
    const char *name;
    sandbox_command command; /* the one that takes it */
    entitle_status (*parse)(const char *, sandbox_options *, entitle_error *);
} option_rule;

static const option_rule option_rules[] = {
    { "--listen", COMMAND_SERVE, parse_listen },
    { "--state", COMMAND_SERVE, parse_state },
    { "--config", COMMAND_SERVE, parse_config },
    { "--region", COMMAND_SERVE, parse_region },
    { "--seed", COMMAND_SERVE, parse_seed },
    { "--tls", COMMAND_SERVE, parse_tls },
    { "--host-name", COMMAND_SERVE, parse_host_name },
    { "--state", COMMAND_EXPORT, parse_state },
    { "--format", COMMAND_EXPORT, parse_format },
    { "--url", COMMAND_ENV, parse_url },
    { "--ca", COMMAND_ENV, parse_ca },
    { "--wait", COMMAND_ENV, parse_wait },
    { "--platform", COMMAND_ENV, parse_platform },
    { "--write-token", COMMAND_ENV, parse_token_directory },
    { "--addresses", COMMAND_ENV, parse_addresses },
};

/* The rule for "--name" or "--name=value"; `*value` is what follows "=", or NULL. */
static const option_rule *
find_rule(const char *argument, sandbox_command command, const char **value)
{
    size_t length = strcspn(argument, "=");
    *value = argument[length] == '=' ? argument + length + 1 : NULL;
    for (size_t i = 0; i < sizeof(option_rules) / sizeof(option_rules[0]); i++) {
        const option_rule *rule = &option_rules[i];
        if (rule->command == command && strlen(rule->name) == length &&
            strncmp(rule->name, argument, length) == 0) {
            return rule;
        }
    }
    return NULL;
}

static entitle_status
parse_rest(
    int argc,
    char *const argv[],
    int first,
    sandbox_options *options,
    entitle_error *error)
{
    for (int i = first; i < argc; i++) {
        const char *value = NULL;
        const option_rule *rule = find_rule(argv[i], options->command, &value);
        if (rule == NULL) {
            return ent_fail(
                error, ENTITLE_INVALID_ARGUMENT, "there is no option '%s'", argv[i]);
        }
        bool is_flag = rule->parse == parse_tls;
        if (is_flag && value != NULL) {
            return ent_fail(
                error, ENTITLE_INVALID_ARGUMENT, "%s takes no value", rule->name);
        }
        if (!is_flag && value == NULL && ++i == argc) {
            return ent_fail(
                error, ENTITLE_INVALID_ARGUMENT, "%s wants a value", rule->name);
        }
        entitle_status status =
            rule->parse(value != NULL ? value : argv[i], options, error);
        if (status != ENTITLE_OK) {
            return status;
        }
    }
    return ENTITLE_OK;
}

static bool
has_argument(int argc, char *const argv[], const char *name)
{
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], name) == 0) {
            return true;
        }
    }
    return false;
}

/* What the first argument asks for, where it is no option. */
static sandbox_command
command_named(const char *name)
{
    if (name != NULL && strcmp(name, "env") == 0) {
        return COMMAND_ENV;
    }
    return name != NULL && strcmp(name, "export") == 0 ? COMMAND_EXPORT : COMMAND_SERVE;
}

entitle_status
sandbox_options_parse(
    int argc, char *const argv[], sandbox_options *out, entitle_error *error)
{
    *out = (sandbox_options){ .command = COMMAND_SERVE, .wait_s = WAIT_USUAL_S };
    listen_address_default(&out->listen);
    if (has_argument(argc, argv, "--help")) {
        out->command = COMMAND_HELP;
        return ENTITLE_OK;
    }
    if (has_argument(argc, argv, "--version")) {
        out->command = COMMAND_VERSION;
        return ENTITLE_OK;
    }
    out->command = command_named(argc > 1 ? argv[1] : NULL);
    int first = out->command == COMMAND_SERVE ? 1 : 2;
    entitle_status status = parse_rest(argc, argv, first, out, error);
    return status == ENTITLE_OK ? options_check(out, error) : status;
}
