/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_PRODUCT_KIND_H
#define SANDBOX_PRODUCT_KIND_H

#include "market/market.h"

/* "container" */
const char *product_kind_name(product_kind kind);

bool product_kind_find(const char *name, product_kind *out);

/* Whether RegisterUsage takes it, which signs with the product's keys. */
bool product_kind_registers(product_kind kind);

#endif
