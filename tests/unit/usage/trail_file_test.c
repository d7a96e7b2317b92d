/* SPDX-License-Identifier: Apache-2.0 */
/* The programs have a function fail(), of which cmocka makes a macro. */
/* clang-format off */
#include "usage/trail_file.h"
#include "support/cmocka.h"
/* clang-format on */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

static trail_file file;
static char path[64];

static void
write_file(const void *bytes, size_t length)
{
    (void)snprintf(path, sizeof(path), "/tmp/entitle-trail-XXXXXX");
    int descriptor = mkstemp(path);

    assert_true(descriptor >= 0);
    assert_int_equal(write(descriptor, bytes, length), (ssize_t)length);
    (void)close(descriptor);
}

/* The length of what it says, or -1; `text` gets its beginning. */
static ssize_t
read_whole(char *text, size_t size, size_t piece, cli_failure *failure)
{
    static char chunk[TRAIL_CHUNK * 2];
    size_t total = 0;
    ssize_t count = trail_file_open(&file, path, failure) ? 1 : -1;

    memset(text, 0, size);
    while (count > 0) {
        count = trail_file_read(&file, chunk, piece, failure);
        for (size_t i = 0; count > 0 && i < (size_t)count && total + i + 1 < size;
             i++) {
            text[total + i] = chunk[i];
        }
        total += count > 0 ? (size_t)count : 0;
    }
    trail_file_close(&file);
    (void)unlink(path);
    return count < 0 ? -1 : (ssize_t)total;
}

/* As gzip packs it. */
static size_t
pack(const char *bytes, size_t length, unsigned char *out, size_t size)
{
    z_stream stream = { .next_in = (unsigned char *)(uintptr_t)bytes,
                        .avail_in = (unsigned)length,
                        .next_out = out,
                        .avail_out = (unsigned)size };

    assert_int_equal(
        deflateInit2(&stream, 9, Z_DEFLATED, MAX_WBITS + 16, 8, Z_DEFAULT_STRATEGY),
        Z_OK);
    assert_int_equal(deflate(&stream, Z_FINISH), Z_STREAM_END);
    assert_int_equal(deflateEnd(&stream), Z_OK);
    return size - stream.avail_out;
}

static void
file_is_read_as_it_stands(void **state)
{
    static const char *const texts[] = { "", "x", "\x1f", "\x1fx", "{\"Records\":[]}" };
    char text[64];
    cli_failure failure;

    (void)state;
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        write_file(texts[i], strlen(texts[i]));
        assert_int_equal(
            read_whole(text, sizeof(text), 5, &failure), (ssize_t)strlen(texts[i]));
        assert_string_equal(text, texts[i]);
    }
}

static void
packed_file_is_unpacked(void **state)
{
    static const size_t pieces[] = { 1, 7, TRAIL_CHUNK * 2 };
    unsigned char packed[256];
    char text[64];
    cli_failure failure;
    size_t length = pack("first ", 6, packed, sizeof(packed));

    (void)state;
    length += pack("second", 6, packed + length, sizeof(packed) - length);
    for (size_t i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++) {
        write_file(packed, length);
        assert_int_equal(read_whole(text, sizeof(text), pieces[i], &failure), 12);
        assert_string_equal(text, "first second");
    }
}

/* Nothing that is cut off, and no bit that is wrong, passes for a whole file. */
static void
packed_file_is_whole_or_refused(void **state)
{
    unsigned char packed[256];
    char text[64];
    cli_failure failure;
    size_t length = pack("a log", 5, packed, sizeof(packed));

    (void)state;
    for (size_t cut = 2; cut < length; cut++) {
        write_file(packed, cut);
        assert_int_equal(read_whole(text, sizeof(text), 64, &failure), -1);
        assert_int_equal(failure.exit_status, EX_IOERR);
        assert_non_null(strstr(failure.message, "it ends too early"));
        assert_non_null(strstr(failure.hint, "again"));
    }
    packed[length - 6] ^= 1; /* of the checksum */
    write_file(packed, length);
    assert_int_equal(read_whole(text, sizeof(text), 64, &failure), -1);
    assert_non_null(strstr(failure.message, "it is damaged"));
    assert_non_null(strstr(failure.hint, "again"));
    packed[length - 6] ^= 1;
    packed[length] = 'x';
    write_file(packed, length + 1);
    assert_int_equal(read_whole(text, sizeof(text), 64, &failure), -1);
    assert_non_null(strstr(failure.message, "something follows"));
    write_file(packed, length);
    assert_int_equal(read_whole(text, sizeof(text), 64, &failure), 5);
}

/* A megabyte of file that would be a gigabyte, and one byte more. */
static void
bomb_is_left_packed(void **state)
{
    enum { BLOCK = 1 << 20, BLOCKS = 1024 };
    char *zeros = calloc(1, BLOCK);
    unsigned char *packed = malloc(2 * BLOCK);
    char text[8];
    cli_failure failure;

    (void)state;
    assert_true(zeros != NULL && packed != NULL);
    size_t one = pack(zeros, BLOCK, packed, BLOCK);
    for (size_t i = 1; i < BLOCKS; i++) {
        assert_true((i + 1) * one < 2 * BLOCK);
        memcpy(packed + i * one, packed, one);
    }
    write_file(packed, BLOCKS * one);
    assert_int_equal(
        read_whole(text, sizeof(text), TRAIL_CHUNK, &failure), (ssize_t)BLOCK * BLOCKS);

    size_t more = pack("x", 1, packed + BLOCKS * one, 256);
    write_file(packed, BLOCKS * one + more);
    assert_int_equal(read_whole(text, sizeof(text), TRAIL_CHUNK, &failure), -1);
    assert_int_equal(failure.exit_status, EX_IOERR);
    assert_non_null(strstr(failure.message, "unpacks to more than 1 GiB"));
    free(packed);
    free(zeros);
}

static void
missing_file_is_told(void **state)
{
    char text[8];
    cli_failure failure;

    (void)state;
    (void)snprintf(path, sizeof(path), "/does/not/exist");
    assert_int_equal(read_whole(text, sizeof(text), 1, &failure), -1);
    assert_int_equal(failure.exit_status, EX_IOERR);
    assert_non_null(strstr(failure.message, "/does/not/exist cannot be read: "));
    (void)snprintf(path, sizeof(path), "/tmp");
    assert_int_equal(read_whole(text, sizeof(text), 1, &failure), -1);
    assert_int_equal(failure.exit_status, EX_IOERR);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(file_is_read_as_it_stands),
        cmocka_unit_test(packed_file_is_unpacked),
        cmocka_unit_test(packed_file_is_whole_or_refused),
        cmocka_unit_test(bomb_is_left_packed),
        cmocka_unit_test(missing_file_is_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
