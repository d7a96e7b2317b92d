/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The state file of licences, which a buyer may write: a time is taken from it only
 * where a plain reading finds one; a clock that is behind it is refused, one that is
 * not moves it on, and what is refused leaves the file as it was.
 */
#include "fuzz.h"
#include "licence/mark.h"
#include "support/fake_runtime.h"

#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#define HEADING "entitle-licence-clock-1 "

enum { LEEWAY_S = 300, FILE_LIMIT = 256, LINE_LIMIT = 64, DIGITS_LIMIT = 19 };

static fake_runtime fake;
static char folder[] = "/tmp/fuzz-mark-XXXXXX";
static char path[64];
static char draft[64];

static void
remove_folder(void)
{
    (void)unlink(path);
    (void)unlink(draft);
    (void)rmdir(folder);
}

static void
make_folder(void)
{
    FUZZ_REQUIRE(mkdtemp(folder) != NULL);
    (void)snprintf(path, sizeof(path), "%s/state", folder);
    (void)snprintf(draft, sizeof(draft), "%s/state.draft", folder);
    (void)atexit(remove_folder);
}

static void
write_file(const uint8_t *bytes, size_t length)
{
    FILE *file = fopen(path, "we");

    FUZZ_REQUIRE(file != NULL);
    FUZZ_REQUIRE(fwrite(bytes, 1, length, file) == length);
    FUZZ_REQUIRE(fclose(file) == 0);
}

static void
require_file(const void *bytes, size_t length)
{
    char there[FILE_LIMIT + 1];
    FILE *file = fopen(path, "re");

    FUZZ_REQUIRE(file != NULL);
    FUZZ_REQUIRE(fread(there, 1, sizeof(there), file) == length);
    FUZZ_REQUIRE(memcmp(there, bytes, length) == 0);
    FUZZ_REQUIRE(fclose(file) == 0);
    FUZZ_REQUIRE(access(draft, F_OK) != 0);
}

/* -1: there is none. */
static int64_t
read_plainly(const uint8_t *bytes, size_t length)
{
    static const char most[] = "9223372036854775807";
    size_t begin = sizeof(HEADING) - 1;
    char digits[DIGITS_LIMIT + 1] = "";

    if (length < begin + 2 || length > LINE_LIMIT || bytes[length - 1] != '\n' ||
        memcmp(bytes, HEADING, begin) != 0 || length - begin - 1 > DIGITS_LIMIT) {
        return -1;
    }
    memcpy(digits, bytes + begin, length - begin - 1);
    if (strspn(digits, "0123456789") != length - begin - 1 ||
        (digits[0] == '0' && digits[1] != '\0') ||
        (strlen(digits) == DIGITS_LIMIT && strcmp(digits, most) > 0)) {
        return -1;
    }
    return strtoll(digits, NULL, 10);
}

static void
advance(int64_t now_s, entitle_status want)
{
    entitle_error error = { .status = ENTITLE_OK };
    entitle_status status =
        ent_licence_mark_advance(&fake.runtime, path, now_s, &error);

    FUZZ_REQUIRE(status == want);
    FUZZ_REQUIRE(status == ENTITLE_OK || error.status == status);
    FUZZ_REQUIRE(status == ENTITLE_OK || error.message[0] != '\0');
    FUZZ_REQUIRE(status == ENTITLE_OK || error.hint[0] != '\0');
    FUZZ_REQUIRE(fake.blocks_in_use == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    char next[LINE_LIMIT];

    if (path[0] == '\0') {
        make_folder();
    }
    if (length > FILE_LIMIT) {
        return 0;
    }
    fake_runtime_init(&fake);
    write_file(bytes, length);
    int64_t mark_s = read_plainly(bytes, length);
    if (mark_s < 0) {
        advance(FAKE_NOW_S, ENTITLE_IO_ERROR);
        require_file(bytes, length);
        return 0;
    }
    advance(mark_s, ENTITLE_OK);
    if (mark_s > LEEWAY_S) {
        advance(mark_s - LEEWAY_S, ENTITLE_OK);
        advance(mark_s - LEEWAY_S - 1, ENTITLE_CLOCK_SET_BACK);
    }
    advance(-1, ENTITLE_CLOCK_SET_BACK);
    require_file(bytes, length);
    if (mark_s < INT64_MAX) {
        advance(mark_s + 1, ENTITLE_OK);
        (void)snprintf(next, sizeof(next), HEADING "%" PRId64 "\n", mark_s + 1);
        require_file(next, strlen(next));
    }
    return 0;
}
