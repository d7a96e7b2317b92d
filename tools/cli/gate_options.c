/* SPDX-License-Identifier: Apache-2.0 */
#include "gate_options.h"

#include "console/printable.h"
#include "licence_route.h"

#include <stdlib.h>
#include <string.h>

static const char own_prefix[] = "ENTITLE_";

const option_rule gate_option_rules[GATE_DOCTOR_OPTION_COUNT] = {
    OPTION_RULES_COMMON,
    [GATE_PRODUCT_CODE] = { "--product-code",
                            "ENTITLE_PRODUCT_CODE",
                            OPTION_TEXT,
                            "CODE",
                            "the product code that AWS Marketplace gave (required)" },
    [GATE_KEYS] = { "--keys",
                    "ENTITLE_KEYS",
                    OPTION_TEXT,
                    "PATH",
                    "folder of <version>.pem, or one PEM "
                    "file with --key-version (required; not "
                    "for --route meter-usage)" },
    [GATE_KEY_VERSION] = { "--key-version",
                           "ENTITLE_KEY_VERSION",
                           OPTION_VERSION,
                           "N",
                           "ask for this public key version and no other" },
    [GATE_ROUTE] = { "--route",
                     "ENTITLE_ROUTE",
                     OPTION_CHOICE,
                     "register-usage|meter-usage|licence-file",
                     "whom to ask, and how (register-usage)" },
    [GATE_DIMENSION] = { "--dimension",
                         "ENTITLE_DIMENSION",
                         OPTION_TEXT,
                         "D",
                         "what --route meter-usage asks about, and needs" },
    [GATE_REGION] = { "--region",
                      NULL,
                      OPTION_TEXT,
                      "R",
                      "the AWS Region (AWS_REGION, AWS_DEFAULT_REGION)" },
    [GATE_ENDPOINT] = { "--endpoint",
                        NULL,
                        OPTION_TEXT,
                        "URL",
                        "the service (AWS_ENDPOINT_URL_MARKETPLACE_METERING, ...)" },
    [GATE_STRICT_CREDENTIALS] = { "--strict-credentials",
                                  "ENTITLE_STRICT_CREDENTIALS",
                                  OPTION_SWITCH,
                                  NULL,
                                  "refuse credentials of a kind "
                                  "that AWS does not accept" },
    [GATE_DEADLINE] = { "--deadline",
                        "ENTITLE_DEADLINE",
                        OPTION_SECONDS,
                        "SECONDS",
                        "for everything together (60)" },
    [GATE_ON_UNAVAILABLE] = { "--on-unavailable",
                              "ENTITLE_ON_UNAVAILABLE",
                              OPTION_CHOICE,
                              "deny|start",
                              "while AWS cannot be asked (deny)" },
    [GATE_ON_ROTATION] = { "--on-rotation",
                           "ENTITLE_ON_ROTATION",
                           OPTION_CHOICE,
                           "warn|deny",
                           "when AWS holds a newer public key (warn)" },
    [GATE_LICENCE] = { "--licence",
                       "ENTITLE_LICENCE",
                       OPTION_TEXT,
                       "FILE",
                       "the licence that --route licence-file reads, and needs" },
    [GATE_LICENCE_KEYS] = { "--licence-keys",
                            "ENTITLE_LICENCE_KEYS",
                            OPTION_TEXT,
                            "DIR",
                            "folder of the seller's <id>.pem for licences "
                            "(required with --route licence-file)" },
    [GATE_LICENCE_STATE] = { "--licence-state",
                             "ENTITLE_LICENCE_STATE",
                             OPTION_TEXT,
                             "FILE",
                             "remember the time there, to notice a clock that is set "
                             "back" },
    [GATE_REGISTER] = { "--register",
                        NULL,
                        OPTION_SWITCH,
                        NULL,
                        "ask AWS at the end: one RegisterUsage, which AWS bills" },
};

static entitle_route
route_of(const option_value *value)
{
    if (value->text == NULL) {
        return licence_route_default;
    }
    switch (value->number) {
    case 1:
        return ENTITLE_ROUTE_METER_USAGE;
    case 2:
        return ENTITLE_ROUTE_LICENCE_FILE;
    default:
        return ENTITLE_ROUTE_REGISTER_USAGE;
    }
}

/* As AWS has it; said here, it is told by the flag's name. */
static bool
is_dimension(const char *text)
{
    enum { CHARACTER_LIMIT = 255 };
    uint32_t character = 0;
    size_t count = 0;

    for (; *text != '\0'; count++) {
        if (!utf8_next(&text, &character)) {
            return false;
        }
    }
    return count >= 1 && count <= CHARACTER_LIMIT;
}

/* What is said of a licence, and looked at by nobody, is a mistake worth telling. */
static bool
check_licence(
    const char *command,
    const command_line *line,
    entitle_route route,
    cli_failure *failure)
{
    for (size_t i = GATE_LICENCE; i <= GATE_LICENCE_STATE; i++) {
        const option_value *value = &line->values[i];

        if (value->text != NULL && !value->from_variable &&
            route != ENTITLE_ROUTE_LICENCE_FILE) {
            options_reject(
                command, value, failure, "goes with --route licence-file only");
            return false;
        }
    }
    return true;
}

/* A sealed build has a route of its own, so that only the library can judge there. */
static bool
check_route(const char *command, const command_line *line, cli_failure *failure)
{
    const option_value *dimension = &line->values[GATE_DIMENSION];
    entitle_route route = route_of(&line->values[GATE_ROUTE]);

    if (entitle_is_sealed()) {
        return true;
    }
    if (dimension->text != NULL && route != ENTITLE_ROUTE_METER_USAGE) {
        options_reject(
            command, dimension, failure, "goes with --route meter-usage only");
        return false;
    }
    if (dimension->text != NULL && !is_dimension(dimension->text)) {
        options_reject(
            command, dimension, failure, "must be 1 to 255 characters of UTF-8");
        return false;
    }
    return check_licence(command, line, route, failure);
}

static entitle_on_unavailable
on_unavailable(const option_value *value)
{
    if (value->text == NULL) {
        return ENTITLE_ON_UNAVAILABLE_DEFAULT;
    }
    return value->number == 1 ? ENTITLE_ON_UNAVAILABLE_START
                              : ENTITLE_ON_UNAVAILABLE_DENY;
}

static entitle_on_rotation
on_rotation(const option_value *value)
{
    if (value->text == NULL) {
        return ENTITLE_ON_ROTATION_DEFAULT;
    }
    return value->number == 1 ? ENTITLE_ON_ROTATION_DENY : ENTITLE_ON_ROTATION_WARN;
}

bool
gate_options_fill(
    const char *command,
    const command_line *line,
    entitle_gate_options *out,
    cli_failure *failure)
{
    const option_value *values = line->values;

    if (!check_route(command, line, failure)) {
        return false;
    }
    *out = (entitle_gate_options){
        .struct_size = sizeof(*out),
        .product_code = values[GATE_PRODUCT_CODE].text,
        .keys = values[GATE_KEYS].text,
        .key_version = (uint32_t)values[GATE_KEY_VERSION].number,
        .region = values[GATE_REGION].text,
        .endpoint = values[GATE_ENDPOINT].text,
        .deadline_ms = values[GATE_DEADLINE].number,
        .strict_credentials = values[GATE_STRICT_CREDENTIALS].number == 1,
        .on_unavailable = on_unavailable(&values[GATE_ON_UNAVAILABLE]),
        .on_rotation = on_rotation(&values[GATE_ON_ROTATION]),
        .route = route_of(&values[GATE_ROUTE]),
        .dimension = values[GATE_DIMENSION].text,
    };
    return licence_route_fill(command, line, out, failure);
}

static bool
is_ours(const char *assignment)
{
    size_t length = strcspn(assignment, "=");

    for (size_t i = 0; i < GATE_OPTION_COUNT; i++) {
        const char *variable = gate_option_rules[i].variable;

        if (variable != NULL && assignment[length] == '=' &&
            strncmp(variable, own_prefix, sizeof(own_prefix) - 1) == 0 &&
            strlen(variable) == length && strncmp(variable, assignment, length) == 0) {
            return true;
        }
    }
    return false;
}

char **
gate_options_clean_environment(char *const *environment)
{
    size_t count = 0;
    size_t kept = 0;
    char **cleaned = NULL;

    while (environment[count] != NULL) {
        count++;
    }
    cleaned = calloc(count + 1, sizeof(char *));
    if (cleaned == NULL) {
        return NULL;
    }
    for (size_t i = 0; i < count; i++) {
        if (!is_ours(environment[i])) {
            cleaned[kept++] = environment[i];
        }
    }
    return cleaned;
}
