/* SPDX-License-Identifier: Apache-2.0 */
#include "market/market_rules.h"

#include "base/text.h"
#include "market/identity_kind.h"
#include "market/product_kind.h"

#include <string.h>

#define DIGITS       "0123456789"
#define LOWER_CASE   "abcdefghijklmnopqrstuvwxyz"
#define UPPER_CASE   "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define ALPHANUMERIC LOWER_CASE UPPER_CASE DIGITS

enum {
    ACCOUNT_LENGTH = 12,
    TEXT_LIMIT = 255,
    ACCESS_KEY_ID_LENGTH = 20,
    SECRET_LIMIT = 128,
    TOKEN_LIMIT = 2048,
    LICENSE_ID_LIMIT = 64,
    REGION_WORD_LIMIT = 16
};

/* Whether `text` is of these characters only, and `minimum` to `maximum` of them. */
static bool
consists_of(const char *text, const char *characters, size_t minimum, size_t maximum)
{
    size_t length = strspn(text, characters);
    return text[length] == '\0' && length >= minimum && length <= maximum;
}

/* Moves past a run of these characters; false unless it has the length that it must. */
static bool
take(const char **text, const char *characters, size_t minimum, size_t maximum)
{
    size_t length = strspn(*text, characters);
    *text += length;
    return length >= minimum && length <= maximum;
}

static bool
take_word(const char **text, const char *word)
{
    if (!ent_text_starts_with(*text, word)) {
        return false;
    }
    *text += strlen(word);
    return true;
}

static bool
is_account(const char *text)
{
    return consists_of(text, DIGITS, ACCOUNT_LENGTH, ACCOUNT_LENGTH);
}

static bool
is_visible(const char *text, size_t limit)
{
    return ent_text_is_visible_ascii(text) && strlen(text) <= limit;
}

/*
 * One that looks like an account could not be told from it where a customer is named.
 */
static bool
is_identifier(const char *text)
{
    return is_visible(text, TEXT_LIMIT) && !is_account(text);
}

static bool
is_customer(const char *text)
{
    return is_visible(text, TEXT_LIMIT);
}

/* The Regions of the three partitions that have AWS Marketplace: "eu-central-1". */
static bool
is_region(const char *text)
{
    static const char *const areas[] = { "us-gov-", "us-", "eu-", "ap-", "sa-", "ca-",
                                         "me-",     "af-", "il-", "mx-", "cn-" };
    for (size_t i = 0; i < sizeof(areas) / sizeof(areas[0]); i++) {
        const char *rest = text;
        if (take_word(&rest, areas[i])) {
            return take(&rest, LOWER_CASE, 1, REGION_WORD_LIMIT) &&
                   take_word(&rest, "-") && consists_of(rest, DIGITS, 1, 2);
        }
    }
    return false;
}

static bool
is_product_code(const char *text)
{
    return consists_of(text, ALPHANUMERIC "-/=:_.@", 1, TEXT_LIMIT);
}

/* A folder beside the files "1.pem", "2.pem", … */
static bool
is_folder(const char *text)
{
    return is_product_code(text) && strchr(text, '/') == NULL && text[0] != '.' &&
           !ent_text_ends_with(text, ".pem");
}

static bool
is_product_kind(const char *text)
{
    product_kind kind;
    return product_kind_find(text, &kind);
}

static bool
is_identity_kind(const char *text)
{
    identity_kind kind;
    return identity_kind_find(text, &kind);
}

/* AWS counts characters, not bytes. */
static bool
is_dimension(const char *text)
{
    size_t characters = 0;
    for (size_t i = 0; text[i] != '\0'; i++) {
        characters += ((unsigned char)text[i] & 0xc0) != 0x80;
    }
    return characters >= 1 && characters <= TEXT_LIMIT;
}

/* AWS prints these with and without "arn:". */
static bool
is_license(const char *text)
{
    (void)take_word(&text, "arn:");
    return take_word(&text, "aws") && take(&text, LOWER_CASE "-", 0, TEXT_LIMIT) &&
           take_word(&text, ":license-manager:") &&
           take(&text, LOWER_CASE DIGITS "-", 0, TEXT_LIMIT) && take_word(&text, ":") &&
           take(&text, DIGITS, ACCOUNT_LENGTH, ACCOUNT_LENGTH) &&
           take_word(&text, ":license:l-") &&
           consists_of(text, ALPHANUMERIC, 1, LICENSE_ID_LIMIT);
}

static bool
is_access_key_id(const char *text)
{
    return (ent_text_starts_with(text, "AKIA") || ent_text_starts_with(text, "ASIA")) &&
           consists_of(
               text, UPPER_CASE DIGITS, ACCESS_KEY_ID_LENGTH, ACCESS_KEY_ID_LENGTH);
}

static bool
is_secret(const char *text)
{
    return is_visible(text, SECRET_LIMIT);
}

static bool
is_token(const char *text)
{
    return is_visible(text, TOKEN_LIMIT);
}

const market_rule market_rule_account = {
    is_account,
    "is not an account",
    "an account is a string of 12 digits, such as \"123456789012\"",
};
const market_rule market_rule_identifier = {
    is_identifier,
    "is not a customer identifier",
    "an identifier has 1 to 255 visible characters and no blanks, and is not 12 digits",
};
const market_rule market_rule_customer = {
    is_customer,
    "is neither an account nor an identifier",
    "name a customer by the account or the identifier that it has under customers",
};
const market_rule market_rule_region = {
    is_region,
    "is not a Region",
    "name a Region of the partitions aws, aws-cn or aws-us-gov, such as \"us-east-1\"",
};
const market_rule market_rule_product_code = {
    is_product_code,
    "is not a product code",
    "a product code has 1 to 255 letters, digits and -/=:_.@",
};
const market_rule market_rule_folder = {
    is_folder,
    "is not a product code that can name a folder",
    "only the first product's code may hold \"/\", begin with \".\" or end in "
    "\".pem\": "
    "the others have a folder of keys each",
};
const market_rule market_rule_product_kind = {
    is_product_kind,
    "is not a kind of product",
    "use container, ami, saas or any",
};
const market_rule market_rule_dimension = {
    is_dimension,
    "is not a dimension",
    "a dimension has 1 to 255 characters",
};
const market_rule market_rule_license = {
    is_license,
    "is not the ARN of a licence",
    "a licence is like "
    "arn:aws:license-manager::294406891311:license:l-0123456789abcdef",
};
const market_rule market_rule_identity_kind = {
    is_identity_kind,
    "is not a kind of identity",
    "use ecs-task, eks-pod, ec2, laptop, seller or agentcore",
};
const market_rule market_rule_access_key_id = {
    is_access_key_id,
    "is not an access key id",
    "AKIA or, with a session token, ASIA, and 16 capital letters and digits",
};
const market_rule market_rule_secret = {
    is_secret,
    "is not a secret access key",
    "a secret access key has 1 to 128 visible characters and no blanks",
};
const market_rule market_rule_token = {
    is_token,
    "is not a token",
    "a token has 1 to 2048 visible characters and no blanks",
};
