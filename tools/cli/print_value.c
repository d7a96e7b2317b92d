/* SPDX-License-Identifier: Apache-2.0 */
#include "print_value.h"

#include <stddef.h>
#include <string.h>

#define DIGITS  "0123456789"
#define LOWER   "abcdefghijklmnopqrstuvwxyz"
#define LETTERS LOWER "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

typedef struct shape_rule {
    const char *characters;
    size_t shortest;
    size_t longest;
    const char *fault;
} shape_rule;

static const shape_rule rules[] = {
    [PRINT_SHAPE_ACCOUNT] = { DIGITS, 12, 12, "must be the 12 digits of an account" },
    [PRINT_SHAPE_REGION] = { LOWER DIGITS "-",
                             1,
                             63,
                             "must be a Region's code, such as us-east-1" },
    [PRINT_SHAPE_OIDC_PROVIDER] = { LETTERS DIGITS "._:/-",
                                    1,
                                    255,
                                    "must be the issuer of the cluster's tokens, such "
                                    "as oidc.eks.us-east-1.amazonaws.com/id/ABC" },
    [PRINT_SHAPE_KUBERNETES] = { LOWER DIGITS ".-",
                                 1,
                                 253,
                                 "must be lower-case letters, digits, '-' and '.'" },
    [PRINT_SHAPE_ROLE] = { LETTERS DIGITS "+=,.@_-",
                           1,
                           64,
                           "must be the name of a role, not its ARN" },
    [PRINT_SHAPE_IMAGE] = { LETTERS DIGITS "._:/@+-",
                            1,
                            512,
                            "must be a reference to a container image" },
};

static const struct {
    const char *region_prefix;
    const char *name;
} partitions[] = {
    { "cn-", "aws-cn" },         { "us-gov-", "aws-us-gov" },
    { "eusc-", "aws-eusc" },     { "us-iso-", "aws-iso" },
    { "us-isob-", "aws-iso-b" }, { "eu-isoe-", "aws-iso-e" },
    { "us-isof-", "aws-iso-f" },
};

const char *
print_value_fault(print_shape shape, const char *text)
{
    const shape_rule *rule = &rules[shape];
    size_t length = strlen(text);
    bool is_right = length >= rule->shortest && length <= rule->longest &&
                    strspn(text, rule->characters) == length;

    return is_right ? NULL : rule->fault;
}

const char *
print_value_without_scheme(const char *text)
{
    static const char scheme[] = "https://";
    size_t length = sizeof(scheme) - 1;

    return strncmp(text, scheme, length) == 0 ? text + length : text;
}

const char *
print_value_partition(const char *region)
{
    for (size_t i = 0; region != NULL && i < sizeof(partitions) / sizeof(partitions[0]);
         i++) {
        const char *prefix = partitions[i].region_prefix;

        if (strncmp(region, prefix, strlen(prefix)) == 0) {
            return partitions[i].name;
        }
    }
    return "aws";
}
