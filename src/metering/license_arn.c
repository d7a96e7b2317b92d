/* SPDX-License-Identifier: Apache-2.0 */
#include "metering/license_arn.h"

#include "base/buffer.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"

#include <stddef.h>
#include <string.h>

#define LETTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
#define DIGITS  "0123456789"

/* arn:aws…:service:region:account:resource, the resource to the end. */
typedef struct part_rule {
    const char *characters;
    size_t least;
    size_t most;
} part_rule;

static const part_rule parts[] = {
    { LETTERS "-", 3, 63 },
    { LETTERS DIGITS "-.", 1, 63 },
    { LETTERS DIGITS "-.", 0, 63 },
    { LETTERS DIGITS "-.", 0, 63 },
    { LETTERS DIGITS ":_/+=,@.-", 1, 1024 },
};

static bool
is_license_arn(const char *arn)
{
    enum { LAST = sizeof(parts) / sizeof(parts[0]) - 1 };

    if (!ent_text_starts_with(arn, "arn:aws")) {
        return false;
    }
    arn += strlen("arn:");
    for (size_t i = 0; i <= LAST; i++) {
        size_t length = strspn(arn, parts[i].characters);

        if (length < parts[i].least || length > parts[i].most ||
            arn[length] != (i < LAST ? ':' : '\0')) {
            return false;
        }
        arn += length + (i < LAST ? 1 : 0);
    }
    return true;
}

entitle_status
ent_license_arn_check(const char *where, const char *arn, entitle_error *error)
{
    if (is_license_arn(arn)) {
        return ENTITLE_OK;
    }
    ent_fail(
        error,
        ENTITLE_INVALID_INPUT,
        "%s'%.120s' is not the ARN of a licence",
        where,
        arn);
    ent_hint(
        error,
        ent_text_starts_with(arn, "aws")
            ? "put 'arn:' before it: AWS prints it with and without, but takes it with"
            : "use the licence ARN that ResolveCustomer returned");
    return ENTITLE_INVALID_INPUT;
}

static const char *
without_scheme(const char *arn)
{
    return ent_text_starts_with(arn, "arn:") ? arn + strlen("arn:") : arn;
}

bool
ent_license_arn_equals(const char *one, const char *other)
{
    return strcmp(without_scheme(one), without_scheme(other)) == 0;
}

char *
ent_license_arn_copy(const entitle_runtime *runtime, const char *arn)
{
    enum { LIMIT = 2048 };
    ent_buffer whole;
    char *copy = NULL;

    ent_buffer_init(&whole, runtime, LIMIT);
    ent_buffer_append_text(&whole, ent_text_starts_with(arn, "aws") ? "arn:" : "");
    ent_buffer_append_text(&whole, arn);
    if (!whole.failed) {
        copy = ent_duplicate(runtime, whole.bytes, whole.length);
    }
    ent_buffer_clear(&whole);
    return copy;
}
