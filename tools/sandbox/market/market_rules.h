/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_MARKET_RULES_H
#define SANDBOX_MARKET_RULES_H

#include <stdbool.h>

/* What a text of the market file has to look like; docs/market.schema.json says so,
 * too. */
typedef struct market_rule {
    bool (*fits)(const char *text);
    const char *fault; /* "is not an account" */
    const char *hint;
} market_rule;

extern const market_rule market_rule_account;
extern const market_rule market_rule_identifier;
extern const market_rule market_rule_customer; /* an account or an identifier */
extern const market_rule market_rule_region;
extern const market_rule market_rule_product_code;
extern const market_rule market_rule_folder; /* of a product code that names one */
extern const market_rule market_rule_product_kind;
extern const market_rule market_rule_dimension;
extern const market_rule market_rule_license;
extern const market_rule market_rule_identity_kind;
extern const market_rule market_rule_access_key_id;
extern const market_rule market_rule_secret;
extern const market_rule market_rule_token; /* of a session or a registration */

#endif
