/* SPDX-License-Identifier: Apache-2.0 */
#include "aws/sigv4.h"
#include "base/timestamp.h"
#include "support/cmocka.h"
#include "support/fake_runtime.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * Each folder of tests/vectors/sigv4 is a case: `request` as it is on the wire, and
 * what becomes of it, computed by an implementation that is not ours. One newline at
 * the end of a file is not part of it.
 */

enum { HEADER_LIMIT = 16, FILE_LIMIT = 4096 };

typedef struct vector_request {
    char text[FILE_LIMIT];
    entitle_header headers[HEADER_LIMIT];
    char payload_sha256[ENT_SHA256_HEX_SIZE];
    ent_sigv4_request request;
} vector_request;

static const ent_sigv4_scope scope = {
    .access_key_id = "AKIAIOSFODNN7EXAMPLE",
    .secret_access_key = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    .region = "us-east-1",
    .service = "aws-marketplace",
    .at_s = FAKE_NOW_S,
};

static void
read_vector(const char *name, const char *file, char text[FILE_LIMIT])
{
    char path[1024];
    FILE *stream;
    size_t length;

    (void)snprintf(path, sizeof(path), "%s/sigv4/%s/%s", TEST_VECTORS, name, file);
    stream = fopen(path, "rb");
    assert_non_null(stream);
    length = fread(text, 1, FILE_LIMIT - 1, stream);
    assert_int_equal(fclose(stream), 0);
    assert_true(length > 0 && text[length - 1] == '\n');
    text[length - 1] = '\0';
}

/* Cuts the line at `*text` off and steps over it. */
static char *
take_line(char **text)
{
    char *line = *text;
    char *end = strchr(line, '\n');

    assert_non_null(end);
    *end = '\0';
    *text = end + 1;
    return line;
}

static void
parse_request_line(char *line, ent_sigv4_request *request)
{
    char *target = strchr(line, ' ');
    char *version;
    char *query;

    assert_non_null(target);
    *target++ = '\0';
    version = strchr(target, ' ');
    assert_non_null(version);
    *version = '\0';
    query = strchr(target, '?');
    if (query != NULL) {
        *query++ = '\0';
    }
    request->method = line;
    request->path = target;
    request->query = query != NULL ? query : "";
}

static void
parse_vector(const char *name, vector_request *out)
{
    char *rest = out->text;
    char *line;

    read_vector(name, "request", out->text);
    parse_request_line(take_line(&rest), &out->request);
    out->request.headers = out->headers;
    out->request.header_count = 0;
    while ((line = take_line(&rest))[0] != '\0') {
        char *colon = strchr(line, ':');
        assert_non_null(colon);
        *colon = '\0';
        assert_true(out->request.header_count < HEADER_LIMIT);
        out->headers[out->request.header_count++] = (entitle_header){ line, colon + 1 };
    }
    assert_true(ent_sha256_hex(rest, strlen(rest), out->payload_sha256));
    out->request.payload_sha256 = out->payload_sha256;
}

static void
check_vector(const char *name, const entitle_runtime *runtime)
{
    vector_request vector;
    char want[FILE_LIMIT];
    ent_buffer canonical;
    ent_buffer to_sign;
    ent_buffer authorization;

    print_message("  %s\n", name);
    ent_buffer_init(&canonical, runtime, 65536);
    ent_buffer_init(&to_sign, runtime, 65536);
    ent_buffer_init(&authorization, runtime, 65536);
    parse_vector(name, &vector);

    assert_true(ent_sigv4_canonical_request(&vector.request, &canonical));
    read_vector(name, "canonical_request", want);
    assert_string_equal(ent_buffer_text(&canonical), want);

    assert_true(ent_sigv4_string_to_sign(&scope, canonical.bytes, &to_sign));
    read_vector(name, "string_to_sign", want);
    assert_string_equal(ent_buffer_text(&to_sign), want);

    assert_true(ent_sigv4_authorization(&scope, &vector.request, &authorization));
    read_vector(name, "authorization", want);
    assert_string_equal(ent_buffer_text(&authorization), want);

    ent_buffer_clear(&canonical);
    ent_buffer_clear(&to_sign);
    ent_buffer_clear(&authorization);
}

static void
sigv4_signs_each_vector(void **state)
{
    fake_runtime fake;
    struct dirent *entry;
    int checked = 0;
    DIR *folder = opendir(TEST_VECTORS "/sigv4");

    (void)state;
    assert_non_null(folder);
    fake_runtime_init(&fake);
    while ((entry = readdir(folder)) != NULL) {
        if (entry->d_name[0] != '.') {
            check_vector(entry->d_name, &fake.runtime);
            checked++;
        }
    }
    assert_int_equal(closedir(folder), 0);

    assert_true(checked >= 17);
    assert_int_equal(fake.blocks_in_use, 0);
}

static void
sigv4_fails_without_memory(void **state)
{
    fake_runtime fake;
    vector_request vector;
    bool is_done = false;
    int64_t failures = 0;

    (void)state;
    parse_vector("header-duplicate", &vector);
    for (int64_t n = 0; !is_done; n++) {
        ent_buffer out;
        fake_runtime_init(&fake);
        fake.fail_allocation = n;
        ent_buffer_init(&out, &fake.runtime, 65536);
        is_done = ent_sigv4_authorization(&scope, &vector.request, &out);
        failures += !is_done;
        ent_buffer_clear(&out);
        assert_int_equal(fake.blocks_in_use, 0);
    }
    assert_true(failures > 5);
}

static void
sigv4_refuses_an_oversized_secret(void **state)
{
    char secret[258];
    char signature[ENT_SHA256_HEX_SIZE];
    ent_sigv4_scope with_secret = scope;

    (void)state;
    with_secret.secret_access_key = secret;
    memset(secret, 'k', sizeof(secret));

    ent_sigv4_kept_key kept = { .date = "" };
    with_secret.kept = &kept;

    secret[256] = '\0';
    assert_true(ent_sigv4_signature(&with_secret, "text", signature));
    assert_string_equal(kept.secret_access_key, secret);
    secret[256] = 'k';
    secret[257] = '\0';
    assert_false(ent_sigv4_signature(&with_secret, "text", signature));
}

/* Whatever was kept, the signature is that of the scope; the same one is used again. */
static void
sigv4_keeps_the_key_of_a_secret_for_its_day(void **state)
{
    enum { DAY_S = 86400, MIDNIGHT_S = FAKE_NOW_S / DAY_S * DAY_S };
    static const struct {
        const char *secret;
        int64_t at_s;
    } turns[] = {
        { "one", MIDNIGHT_S },          { "one", MIDNIGHT_S + DAY_S - 1 },
        { "one", MIDNIGHT_S + DAY_S },  { "other", MIDNIGHT_S + DAY_S },
        { "othe", MIDNIGHT_S + DAY_S }, { "one", MIDNIGHT_S + DAY_S },
        { "one", MIDNIGHT_S },
    };
    ent_sigv4_kept_key kept = { .date = "" };

    (void)state;
    for (size_t i = 0; i < sizeof(turns) / sizeof(turns[0]); i++) {
        char want[ENT_SHA256_HEX_SIZE];
        char signature[ENT_SHA256_HEX_SIZE];
        ent_sigv4_scope turn = scope;
        turn.secret_access_key = turns[i].secret;
        turn.at_s = turns[i].at_s;
        assert_true(ent_sigv4_signature(&turn, "text", want));
        turn.kept = &kept;
        for (int again = 0; again < 2; again++) {
            assert_true(ent_sigv4_signature(&turn, "text", signature));
            assert_string_equal(signature, want);
            assert_string_equal(kept.secret_access_key, turns[i].secret);
        }
        kept.key[0] ^= 1;
        assert_true(ent_sigv4_signature(&turn, "text", signature));
        assert_string_not_equal(signature, want);
        kept.key[0] ^= 1;
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sigv4_signs_each_vector),
        cmocka_unit_test(sigv4_fails_without_memory),
        cmocka_unit_test(sigv4_refuses_an_oversized_secret),
        cmocka_unit_test(sigv4_keeps_the_key_of_a_secret_for_its_day),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
