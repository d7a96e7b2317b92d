/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The reader of endpoints. What it accepts is the same URL when it is put together and
 * read again, and libcurl, which is given the text, connects to the same host: a
 * disagreement between the two would be a way around the rules for endpoints.
 */
#include "fuzz.h"
#include "http/url.h"

#include <curl/curl.h>

#include <ctype.h>
#include <string.h>
#include <strings.h>

static void
require_same_when_rebuilt(const ent_url *url)
{
    char text[3 * ENT_URL_LIMIT];
    char host[ENT_HOST_LIMIT + 8];
    ent_url again;

    ent_url_host_header(url, host);
    snprintf(
        text,
        sizeof(text),
        "%s://%s%s%s%s",
        url->is_https ? "https" : "http",
        host,
        url->path,
        url->query[0] != '\0' ? "?" : "",
        url->query);
    /* The "/" that stands for an empty path may be the one character too much. */
    if (strlen(text) >= ENT_URL_LIMIT) {
        return;
    }
    FUZZ_REQUIRE(ent_url_parse(text, &again, NULL) == ENTITLE_OK);
    FUZZ_REQUIRE(again.is_https == url->is_https && again.port == url->port);
    FUZZ_REQUIRE(again.host_is_ipv6 == url->host_is_ipv6);
    FUZZ_REQUIRE(strcmp(again.host, url->host) == 0);
    FUZZ_REQUIRE(strcmp(again.path, url->path) == 0);
    FUZZ_REQUIRE(strcmp(again.query, url->query) == 0);
}

/*
 * IPv6, "127.1" and "0x7f.0.0.1", which libcurl writes as an address of its own form.
 */
static bool
may_be_rewritten(const ent_url *url)
{
    const char *dot = strrchr(url->host, '.');
    const char *last = dot == NULL ? url->host : dot + 1;

    return url->host_is_ipv6 || (!ent_url_is_loopback(url) &&
                                 (isdigit((unsigned char)last[0]) || last[0] == '\0'));
}

static void
require_part(CURLU *parsed, CURLUPart part, unsigned flags, const char *expected)
{
    char *found = NULL;

    FUZZ_REQUIRE(curl_url_get(parsed, part, &found, flags) == CURLUE_OK);
    FUZZ_REQUIRE(strcasecmp(found, expected) == 0);
    curl_free(found);
}

static void
require_libcurl_agrees(const char *text, const ent_url *url)
{
    CURLU *parsed = curl_url();
    char port[8];

    FUZZ_REQUIRE(parsed != NULL);
    /* What libcurl refuses, it does not connect to. */
    if (curl_url_set(parsed, CURLUPART_URL, text, CURLU_PATH_AS_IS) == CURLUE_OK) {
        snprintf(port, sizeof(port), "%u", url->port);
        require_part(parsed, CURLUPART_PORT, CURLU_DEFAULT_PORT, port);
        require_part(parsed, CURLUPART_SCHEME, 0, url->is_https ? "https" : "http");
        if (!may_be_rewritten(url)) {
            require_part(parsed, CURLUPART_HOST, 0, url->host);
        }
    }
    curl_url_cleanup(parsed);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    char *text = malloc(length + 1);
    ent_url url;
    entitle_error error;

    FUZZ_REQUIRE(text != NULL);
    memcpy(text, bytes, length);
    text[length] = '\0';
    if (ent_url_parse(text, &url, &error) == ENTITLE_OK) {
        FUZZ_REQUIRE(url.host[0] != '\0' && url.path[0] == '/' && url.port != 0);
        FUZZ_REQUIRE(
            url.is_https || ent_url_is_loopback(&url) ||
            ent_url_check_allowed(&url, false, &error) == ENTITLE_CONFIGURATION);
        require_same_when_rebuilt(&url);
        require_libcurl_agrees(text, &url);
    }
    free(text);
    return 0;
}
