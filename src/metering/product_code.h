/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_METERING_PRODUCT_CODE_H
#define ENT_METERING_PRODUCT_CODE_H

#include <entitle/error.h>

/* ENTITLE_INVALID_PRODUCT_CODE for NULL, "" and what the API model does not allow. */
ENTITLE_CHECKED entitle_status
ent_product_code_check(const char *product_code, entitle_error *error);

#endif
