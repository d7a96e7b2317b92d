/* SPDX-License-Identifier: Apache-2.0 */
#include "metering/product_code.h"

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

enum { PRODUCT_CODE_LIMIT = 255 };

/* The pattern and the length in the API model. */
static bool
is_product_code(const char *text)
{
    size_t length = strlen(text);

    return length > 0 && length <= PRODUCT_CODE_LIMIT &&
           strspn(
               text,
               "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-/"
               "=:_.@") == length;
}

entitle_status
ent_product_code_check(const char *product_code, entitle_error *error)
{
    if (product_code != NULL && is_product_code(product_code)) {
        return ENTITLE_OK;
    }
    ent_fail(
        error,
        ENTITLE_INVALID_PRODUCT_CODE,
        "'%.80s' is not a product code",
        product_code != NULL ? product_code : "");
    ent_hint(
        error,
        "use the product code that the AWS Marketplace Management Portal shows: "
        "letters, digits and - / = : _ . @, at most %d",
        PRODUCT_CODE_LIMIT);
    return ENTITLE_INVALID_PRODUCT_CODE;
}
