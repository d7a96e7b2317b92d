/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Logs of CloudTrail: however the bytes come in pieces, the same events are cut out of
 * them, and what is read of one is within bounds.
 */
#include "fuzz.h"
#include "usage/trail_event.h"
#include "usage/trail_text.h"

#include <entitle/usage.h>

#include <string.h>

typedef struct pieces {
    const uint8_t *bytes;
    size_t left;
    size_t size; /* of a piece */
} pieces;

static ssize_t
read_piece(void *context, char *out, size_t size, cli_failure *failure)
{
    pieces *from = context;
    size_t count = from->left < from->size ? from->left : from->size;

    (void)failure;
    count = count < size ? count : size;
    memcpy(out, from->bytes, count);
    from->bytes += count;
    from->left -= count;
    return (ssize_t)count;
}

static bool
see_call(void *context, const char *event_id, bool is_of_batch)
{
    (void)context;
    (void)is_of_batch;
    FUZZ_REQUIRE(event_id != NULL);
    return true;
}

static bool
see_usage(void *context, const trail_usage *usage)
{
    size_t *count = context;

    FUZZ_REQUIRE(usage->product_code != NULL && usage->metering_record_id != NULL);
    FUZZ_REQUIRE(usage->dimension[0] != '\0');
    FUZZ_REQUIRE(usage->quantity >= 0);
    FUZZ_REQUIRE(usage->quantity <= ENTITLE_USAGE_QUANTITY_LIMIT);
    FUZZ_REQUIRE(usage->at_s >= 1 && usage->at_s <= 253402300799);
    FUZZ_REQUIRE(
        usage->is_of_batch !=
        (usage->customer_id[0] == '\0' && usage->customer_account[0] == '\0' &&
         usage->license_arn[0] == '\0'));
    *count += 1;
    return true;
}

/* What came of a log. */
typedef struct outcome {
    trail_step step;
    size_t events;
    size_t bytes;
    size_t usages;
} outcome;

static outcome
read_log(const uint8_t *bytes, size_t length, size_t piece)
{
    static trail_text text;
    pieces from = { bytes, length, piece };
    outcome seen = { .step = TRAIL_EVENT };
    const trail_visitors visitors = { see_call, see_usage, &seen.usages };
    const char *reason = NULL;
    cli_failure failure;

    trail_text_init(&text, read_piece, &from);
    while (seen.step == TRAIL_EVENT) {
        seen.step = trail_text_next(&text, &reason, &failure);
        FUZZ_REQUIRE(seen.step != TRAIL_UNREADABLE);
        FUZZ_REQUIRE(seen.step != TRAIL_MALFORMED || reason != NULL);
        if (seen.step == TRAIL_EVENT) {
            FUZZ_REQUIRE(text.event[0] == '{' && text.event[text.length] == '\0');
            seen.events++;
            seen.bytes += text.length;
            reason = NULL;
            FUZZ_REQUIRE(
                trail_event_read(text.event, text.length, &visitors, &reason) !=
                (reason != NULL));
        }
    }
    trail_text_clear(&text);
    return seen;
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    const outcome whole = read_log(bytes, length, length > 0 ? length : 1);
    const outcome bytewise = read_log(bytes, length, 1);

    FUZZ_REQUIRE(whole.step == bytewise.step && whole.events == bytewise.events);
    FUZZ_REQUIRE(whole.bytes == bytewise.bytes && whole.usages == bytewise.usages);
    FUZZ_REQUIRE(whole.bytes <= length);
    return 0;
}
