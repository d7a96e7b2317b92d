/* SPDX-License-Identifier: Apache-2.0 */
#include "market/product_kind.h"

#include <string.h>

static const char *const names[] = {
    [PRODUCT_ANY] = "any",
    [PRODUCT_CONTAINER] = "container",
    [PRODUCT_AMI] = "ami",
    [PRODUCT_SAAS] = "saas",
};

const char *
product_kind_name(product_kind kind)
{
    return names[kind];
}

bool
product_kind_find(const char *name, product_kind *out)
{
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (strcmp(names[i], name) == 0) {
            *out = (product_kind)i;
            return true;
        }
    }
    return false;
}

bool
product_kind_registers(product_kind kind)
{
    return kind == PRODUCT_ANY || kind == PRODUCT_CONTAINER;
}
