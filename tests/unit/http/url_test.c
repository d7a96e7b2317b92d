/* SPDX-License-Identifier: Apache-2.0 */
#include "http/url.h"
#include "support/cmocka.h"

#include <string.h>

typedef struct url_case {
    const char *text;
    bool want_parsed;
    const char *want_host_header;
    const char *want_path;
    const char *want_query;
} url_case;

static const url_case url_cases[] = {
    { "https://example.com", true, "example.com", "/", "" },
    { "HTTPS://Example.COM/", true, "example.com", "/", "" },
    { "ftp://example.com", false, NULL, NULL, NULL },
    { "https:/example.com", false, NULL, NULL, NULL },
    { "//example.com", false, NULL, NULL, NULL },
    { "", false, NULL, NULL, NULL },
    { "https://", false, NULL, NULL, NULL },
    { "https:///path", false, NULL, NULL, NULL },
    { "https://?x", false, NULL, NULL, NULL },
    { "https://example.com?a=b", true, "example.com", "/", "a=b" },
    { "https://example.com/a%20b/?c", true, "example.com", "/a%20b/", "c" },
    { "https://example.com/a?b?c", true, "example.com", "/a", "b?c" },
    { "https://example.com/a%2", false, NULL, NULL, NULL },
    { "https://example.com/a%zz", false, NULL, NULL, NULL },
    { "https://example.com/a b", false, NULL, NULL, NULL },
    { "https://example.com/a\tb", false, NULL, NULL, NULL },
    { "https://example.com/a\r\nb", false, NULL, NULL, NULL },
    { "https://example.com/\xc3\xa9", false, NULL, NULL, NULL },
    { "https://example.com/a|b", false, NULL, NULL, NULL },
    { "https://example.com/a\\b", false, NULL, NULL, NULL },
    { "https://example.com/#f", false, NULL, NULL, NULL },
    { "https://example.com#f", false, NULL, NULL, NULL },
    { "https://user@example.com/", false, NULL, NULL, NULL },
    { "https://user:pw@example.com/", false, NULL, NULL, NULL },
    { "https://example.com/@user", true, "example.com", "/@user", "" },
    { "https://example.com:443/", true, "example.com", "/", "" },
    { "https://example.com:80/", true, "example.com:80", "/", "" },
    { "http://example.com:80/", true, "example.com", "/", "" },
    { "http://example.com:65535/", true, "example.com:65535", "/", "" },
    { "http://example.com:65536/", false, NULL, NULL, NULL },
    { "http://example.com:0/", false, NULL, NULL, NULL },
    { "http://example.com:/", false, NULL, NULL, NULL },
    { "http://example.com:+1/", false, NULL, NULL, NULL },
    { "http://example.com:1x/", false, NULL, NULL, NULL },
    { "http://exa mple.com/", false, NULL, NULL, NULL },
    { "http://exa%6dple.com/", false, NULL, NULL, NULL },
    { "http://example..com/", false, NULL, NULL, NULL },
    { "http://.example.com/", false, NULL, NULL, NULL },
    { "http://example.com./", true, "example.com.", "/", "" },
    { "http://-example.com/", false, NULL, NULL, NULL },
    { "http://[::1]/", true, "[::1]", "/", "" },
    { "http://[::1]:8080/", true, "[::1]:8080", "/", "" },
    { "http://[FD00:EC2::23]/", true, "[fd00:ec2::23]", "/", "" },
    { "http://[::1/", false, NULL, NULL, NULL },
    { "http://[::1]x/", false, NULL, NULL, NULL },
    { "http://[::1%25eth0]/", false, NULL, NULL, NULL },
    { "http://[127.0.0.1]/", false, NULL, NULL, NULL },
    { "http://::1/", false, NULL, NULL, NULL },
};

static void
url_parses_as_the_table_says(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(url_cases) / sizeof(url_cases[0]); i++) {
        const url_case *each = &url_cases[i];
        char host_header[ENT_HOST_LIMIT + 8];
        entitle_error error = { 0 };
        ent_url url;

        entitle_status status = ent_url_parse(each->text, &url, &error);

        print_message("  %s\n", each->text);
        assert_int_equal(
            status, each->want_parsed ? ENTITLE_OK : ENTITLE_CONFIGURATION);
        if (each->want_parsed) {
            ent_url_host_header(&url, host_header);
            assert_string_equal(host_header, each->want_host_header);
            assert_string_equal(url.path, each->want_path);
            assert_string_equal(url.query, each->want_query);
        } else {
            assert_int_equal(error.status, ENTITLE_CONFIGURATION);
            assert_true(error.message[0] != '\0');
            assert_null(strstr(error.message, "pw"));
        }
    }
}

static void
url_parses_up_to_its_limit(void **state)
{
    char text[ENT_URL_LIMIT + 1];
    ent_url url;

    (void)state;
    memset(text, 'a', sizeof(text));
    memcpy(text, "https://example.com/", 20);

    text[ENT_URL_LIMIT - 1] = '\0';
    assert_int_equal(ent_url_parse(text, &url, NULL), ENTITLE_OK);
    text[ENT_URL_LIMIT - 1] = 'a';
    text[ENT_URL_LIMIT] = '\0';
    assert_int_equal(ent_url_parse(text, &url, NULL), ENTITLE_CONFIGURATION);
}

static void
url_parses_hosts_up_to_their_limit(void **state)
{
    char text[ENT_HOST_LIMIT + 16];
    ent_url url;

    (void)state;
    memset(text, 'a', sizeof(text));
    memcpy(text, "https://", 8);

    text[8 + ENT_HOST_LIMIT - 1] = '\0';
    assert_int_equal(ent_url_parse(text, &url, NULL), ENTITLE_OK);
    text[8 + ENT_HOST_LIMIT - 1] = 'a';
    text[8 + ENT_HOST_LIMIT] = '\0';
    assert_int_equal(ent_url_parse(text, &url, NULL), ENTITLE_CONFIGURATION);
}

typedef struct allowed_case {
    const char *text;
    bool metadata;
    bool want_allowed;
} allowed_case;

static const allowed_case allowed_cases[] = {
    { "https://example.com/", false, true },
    { "http://example.com/", false, false },
    { "http://127.0.0.1:8080/", false, true },
    { "http://127.255.255.254/", false, true },
    { "http://128.0.0.1/", false, false },
    { "http://127.0.0.1.example.com/", false, false },
    { "http://127.1/", false, false },
    { "http://0.0.0.0/", false, false },
    { "http://[::1]/", false, true },
    { "http://[0:0:0:0:0:0:0:1]/", false, true },
    { "http://[::2]/", false, false },
    { "http://[::ffff:127.0.0.1]/", false, false },
    { "http://localhost/", false, true },
    { "http://LOCALHOST/", false, true },
    { "http://localhost.example.com/", false, false },
    { "http://localhost./", false, false },
    { "http://169.254.170.2/", false, false },
    { "http://169.254.170.2/", true, true },
    { "http://169.254.170.23/", true, true },
    { "http://169.254.169.254/", true, true },
    { "http://169.254.170.3/", true, false },
    { "http://[fd00:ec2::23]/", false, false },
    { "http://[fd00:ec2::23]/", true, true },
    { "http://[fd00:ec2:0::0:254]/", true, true },
    { "http://[fd00:ec2::24]/", true, false },
    { "http://example.com/", true, false },
};

static void
url_is_allowed_as_the_table_says(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(allowed_cases) / sizeof(allowed_cases[0]); i++) {
        const allowed_case *each = &allowed_cases[i];
        entitle_error error = { 0 };
        ent_url url;

        print_message("  %s %d\n", each->text, (int)each->metadata);
        assert_int_equal(ent_url_parse(each->text, &url, NULL), ENTITLE_OK);
        entitle_status status = ent_url_check_allowed(&url, each->metadata, &error);

        assert_int_equal(
            status, each->want_allowed ? ENTITLE_OK : ENTITLE_CONFIGURATION);
        assert_int_equal(error.hint[0] != '\0', !each->want_allowed);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(url_parses_as_the_table_says),
        cmocka_unit_test(url_parses_up_to_its_limit),
        cmocka_unit_test(url_parses_hosts_up_to_their_limit),
        cmocka_unit_test(url_is_allowed_as_the_table_says),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
