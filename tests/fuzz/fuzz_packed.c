/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Files of CloudTrail's that gzip has packed. Bytes as they stand come out as zlib by
 * itself unpacks them, in whatever pieces they are asked for. And what was packed here
 * comes out again: cut off or damaged it is refused, or says the same.
 */
#include "fuzz.h"
#include "memory_file.h"
#include "usage/trail_file.h"

#include <string.h>

enum { INPUT_LIMIT = 4096, PACKED_LIMIT = 3 * INPUT_LIMIT, UNPACKED_LIMIT = 8 << 20 };

typedef struct content {
    bool is_whole; /* it was read to its end */
    size_t length;
    char bytes[UNPACKED_LIMIT];
} content;

static void
read_file(const uint8_t *bytes, size_t length, size_t piece, content *out)
{
    static trail_file file;
    cli_failure failure;
    ssize_t count = -1;

    out->length = 0;
    if (trail_file_open(&file, memory_file(bytes, length), &failure)) {
        do {
            size_t room = sizeof(out->bytes) - out->length;
            FUZZ_REQUIRE(room > 0);
            size_t wanted = room < piece ? room : piece;
            count = trail_file_read(&file, out->bytes + out->length, wanted, &failure);
            FUZZ_REQUIRE(count <= (ssize_t)wanted);
            out->length += count > 0 ? (size_t)count : 0;
        } while (count > 0);
    }
    trail_file_close(&file);
    out->is_whole = count == 0;
}

static bool
is_packed(const uint8_t *bytes, size_t length)
{
    return length >= 2 && bytes[0] == 0x1f && bytes[1] == 0x8b;
}

/* Member by member, all at once. */
static void
unpack_plainly(const uint8_t *bytes, size_t length, content *out)
{
    z_stream stream = { .next_in = (uint8_t *)(uintptr_t)bytes,
                        .avail_in = (unsigned)length };
    int result = Z_STREAM_END;

    out->length = 0;
    while (result == Z_STREAM_END && is_packed(stream.next_in, stream.avail_in)) {
        FUZZ_REQUIRE(inflateInit2(&stream, MAX_WBITS + 16) == Z_OK);
        stream.next_out = (uint8_t *)out->bytes + out->length;
        stream.avail_out = (unsigned)(sizeof(out->bytes) - out->length);
        result = inflate(&stream, Z_FINISH);
        out->length = sizeof(out->bytes) - stream.avail_out;
        (void)inflateEnd(&stream);
    }
    out->is_whole = result == Z_STREAM_END && stream.avail_in == 0;
}

static void
require_same(const content *one, const content *other)
{
    FUZZ_REQUIRE(one->is_whole == other->is_whole);
    FUZZ_REQUIRE(!one->is_whole || one->length == other->length);
    FUZZ_REQUIRE(!one->is_whole || memcmp(one->bytes, other->bytes, one->length) == 0);
}

static content whole;
static content other;

static void
try_as_it_stands(const uint8_t *bytes, size_t length)
{
    read_file(bytes, length, sizeof(whole.bytes), &whole);
    read_file(bytes, length, 7, &other);
    require_same(&whole, &other);
    if (is_packed(bytes, length)) {
        unpack_plainly(bytes, length, &other);
        require_same(&whole, &other);
    } else {
        FUZZ_REQUIRE(whole.is_whole && whole.length == length);
        FUZZ_REQUIRE(memcmp(whole.bytes, bytes, length) == 0);
    }
}

static size_t
pack(const uint8_t *bytes, size_t length, uint8_t *out, size_t room)
{
    z_stream stream = { .next_in = (uint8_t *)(uintptr_t)bytes,
                        .avail_in = (unsigned)length,
                        .next_out = out,
                        .avail_out = (unsigned)room };

    FUZZ_REQUIRE(
        deflateInit2(&stream, 6, Z_DEFLATED, MAX_WBITS + 16, 8, Z_DEFAULT_STRATEGY) ==
        Z_OK);
    FUZZ_REQUIRE(deflate(&stream, Z_FINISH) == Z_STREAM_END);
    FUZZ_REQUIRE(deflateEnd(&stream) == Z_OK);
    return room - stream.avail_out;
}

/* In two members; the first byte says where the first one ends, and what is damaged. */
static void
try_packed(const uint8_t *bytes, size_t length)
{
    uint8_t packed[PACKED_LIMIT];
    size_t first = length * bytes[0] / 255;
    size_t size = pack(bytes, first, packed, sizeof(packed));

    size += pack(bytes + first, length - first, packed + size, sizeof(packed) - size);
    read_file(packed, size, 1000, &whole);
    FUZZ_REQUIRE(whole.is_whole && whole.length == length);
    FUZZ_REQUIRE(memcmp(whole.bytes, bytes, length) == 0);

    size_t at = (size_t)bytes[0] * 31 % size;
    read_file(packed, at, 1000, &whole);
    FUZZ_REQUIRE(!whole.is_whole || whole.length <= length);
    FUZZ_REQUIRE(at < 2 || memcmp(whole.bytes, bytes, whole.length) == 0);
    packed[at] ^= (uint8_t)(1u << bytes[0] % 8);
    read_file(packed, size, 1000, &whole);
    FUZZ_REQUIRE(at < 2 || !whole.is_whole || whole.length == length);
    FUZZ_REQUIRE(at < 2 || !whole.is_whole || memcmp(whole.bytes, bytes, length) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    if (length > INPUT_LIMIT) {
        return 0;
    }
    try_as_it_stands(bytes, length);
    if (length > 0) {
        try_packed(bytes, length);
    }
    return 0;
}
