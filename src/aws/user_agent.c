/* SPDX-License-Identifier: Apache-2.0 */
#include "aws/user_agent.h"

#include "base/runtime.h"

#include <entitle/version.h>

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

enum { ITEM_LIMIT = 50 };

#if defined(__linux__)
static const char operating_system[] = "linux";
#else
static const char operating_system[] = "other";
#endif

static bool
is_allowed(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           strchr("!$%&'*+-.^_`|~,", c) != NULL;
}

/* " name/value", or nothing where the variable is not set. */
static void
write_item(
    const entitle_runtime *runtime,
    const char *variable,
    const char *name,
    char out[ITEM_LIMIT + 16])
{
    const char *value = ent_environment(runtime, variable);
    int used = snprintf(out, ITEM_LIMIT + 16, " %s/", name);
    size_t length = (size_t)used;

    if (value == NULL) {
        out[0] = '\0';
        return;
    }
    for (size_t i = 0; i < ITEM_LIMIT && value[i] != '\0'; i++) {
        out[length++] = '-';
        if (is_allowed(value[i])) {
            out[length - 1] = value[i];
        }
    }
    out[length] = '\0';
}

void
ent_user_agent(const entitle_runtime *runtime, char out[ENT_USER_AGENT_SIZE])
{
    char execution[ITEM_LIMIT + 16];
    char application[ITEM_LIMIT + 16];

    write_item(runtime, "AWS_EXECUTION_ENV", "exec-env", execution);
    write_item(runtime, "AWS_SDK_UA_APP_ID", "app", application);
    (void)snprintf(
        out,
        ENT_USER_AGENT_SIZE,
        "entitle/%s ua/2.1 os/%s lang/c%s cfg/retry-mode#standard%s",
        entitle_version(),
        operating_system,
        execution,
        application);
}
