/* SPDX-License-Identifier: Apache-2.0 */
#include "service/license_arn.h"

#include "base/text.h"

#include <string.h>

#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DIGITS  "0123456789"

enum { PART_MAXIMUM = 63, RESOURCE_MAXIMUM = 1024 };

/* Steps over a part and its colon; false where it is not as it has to be. */
static bool
take_part(const char **text, size_t minimum)
{
    size_t length = strspn(*text, LETTERS DIGITS "_/.-");
    if (length < minimum || length > PART_MAXIMUM || (*text)[length] != ':') {
        return false;
    }
    *text += length + 1;
    return true;
}

static bool
starts_alphanumeric(const char *text)
{
    return strspn(text, LETTERS DIGITS) > 0;
}

bool
license_arn_is_valid(const char *text)
{
    static const char prefix[] = "arn:";
    static const char partition[] = "aws";
    if (ent_text_starts_with(text, prefix)) {
        text += sizeof(prefix) - 1;
    }
    if (!ent_text_starts_with(text, partition)) {
        return false;
    }
    text += sizeof(partition) - 1;
    text += strspn(text, LETTERS "-");
    if (*text != ':') {
        return false;
    }
    text++;
    if (!starts_alphanumeric(text) || !take_part(&text, 1) || !take_part(&text, 0) ||
        !take_part(&text, 0) || !starts_alphanumeric(text)) {
        return false;
    }
    size_t length = strspn(text, LETTERS DIGITS ":_/+=,@.-");
    return length <= RESOURCE_MAXIMUM && text[length] == '\0';
}
