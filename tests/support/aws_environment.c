/* SPDX-License-Identifier: Apache-2.0 */
#include "support/aws_environment.h"

#include <stddef.h>
#include <string.h>

const char *
aws_environment(void *context, const char *name)
{
    static const char *const variables[][2] = {
        { "AWS_ACCESS_KEY_ID", AWS_EXAMPLE_KEY_ID },
        { "AWS_SECRET_ACCESS_KEY", AWS_EXAMPLE_SECRET },
        { "AWS_REGION", "us-east-1" },
    };

    (void)context;
    for (size_t i = 0; i < sizeof(variables) / sizeof(variables[0]); i++) {
        if (strcmp(variables[i][0], name) == 0) {
            return variables[i][1];
        }
    }
    return NULL;
}
