/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/guard.h"
#include "support/cmocka.h"

#include <string.h>

/* In the place of the router's. */
void
answer_refuse(
    agent_answer *answer,
    unsigned status,
    const char *error,
    const char *message,
    long long index)
{
    (void)error;
    (void)message;
    (void)index;
    answer->status = status;
}

typedef struct guard_case {
    agent_request request;
    bool passes;
} guard_case;

#define HOST(host_) .host = (host_), .host_count = 1

static void
assert_guarded(const guard_case *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const agent_request *request = &cases[i].request;
        agent_answer answer = { .status = 0 };

        if (guard_check(request, &answer) != cases[i].passes ||
            answer.status != (cases[i].passes ? 0u : 403u)) {
            fail_msg(
                "case %zu: host '%s', %u",
                i,
                request->host != NULL ? request->host : "",
                answer.status);
        }
    }
}

/* A name may be bound to this machine's address by whoever owns it. */
static void
guard_takes_addresses_and_localhost_only(void **state)
{
    static const guard_case cases[] = {
        { { .host = NULL }, true },
        { { HOST("localhost") }, true },
        { { HOST("LocalHost:8377") }, true },
        { { HOST("127.0.0.1:8377") }, true },
        { { HOST("[::1]") }, true },
        { { HOST("[::1]:8377") }, true },
        { { HOST("localhost:") }, true },
        { { HOST("") }, false },
        { { HOST("evil.example:8377") }, false },
        { { HOST("localhost.evil.example") }, false },
        { { HOST("localhost:8377.evil.example") }, false },
        { { HOST("127.0.0.1.evil.example") }, false },
        { { HOST("[::1].evil.example") }, false },
        { { HOST("[::1") }, false },
        /* What stands behind the end is none of it. */
        { { HOST("[::1\0:8377") }, false },
        { { HOST("[evil.example]") }, false },
        { { HOST("::1]") }, false },
        { { .host = "127.0.0.1", .host_count = 2 }, false },
        { { HOST("evil.example"), .is_from_file = true }, true },
    };
    static char longest[300];
    const guard_case too_long = { { HOST(longest) }, false };

    (void)state;
    assert_guarded(cases, sizeof(cases) / sizeof(cases[0]));
    memset(longest, '1', sizeof(longest) - 1);
    assert_guarded(&too_long, 1);
}

static void
guard_obeys_no_page(void **state)
{
    static const guard_case cases[] = {
        { { HOST("localhost"), .site = "none" }, true },
        { { HOST("localhost"), .site = "same-origin" }, false },
        { { HOST("localhost"), .site = "same-site" }, false },
        { { HOST("localhost"), .site = "cross-site" }, false },
        { { HOST("localhost"), .site = "" }, false },
        { { HOST("localhost"), .origin = "http://localhost" }, false },
        { { HOST("localhost"), .origin = "null" }, false },
        { { HOST("localhost"), .origin = "" }, false },
        { { .site = "cross-site", .is_from_file = true }, false },
    };

    (void)state;
    assert_guarded(cases, sizeof(cases) / sizeof(cases[0]));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(guard_takes_addresses_and_localhost_only),
        cmocka_unit_test(guard_obeys_no_page),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
