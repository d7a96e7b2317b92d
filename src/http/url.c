/* SPDX-License-Identifier: Apache-2.0 */
#include "http/url.h"

#include "base/error.h"
#include "base/text.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

/* RFC 3986 §3.3 and §3.4, without "%", which needs its two digits. */
static bool
is_path_or_query_character(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (c != '\0' && strchr("-._~!$&'()*+,;=:@/?", c) != NULL);
}

static bool
is_hex_digit(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

static bool
is_percent_encoded(const char *text)
{
    for (const char *c = text; *c != '\0'; c++) {
        if (*c == '%') {
            if (!is_hex_digit(c[1]) || !is_hex_digit(c[2])) {
                return false;
            }
            c += 2;
        } else if (!is_path_or_query_character(*c)) {
            return false;
        }
    }
    return true;
}

static bool
is_host_name(const char *host)
{
    for (const char *c = host; *c != '\0'; c++) {
        if (!((*c >= 'a' && *c <= 'z') || (*c >= '0' && *c <= '9') || *c == '-' ||
              *c == '_' || *c == '.')) {
            return false;
        }
        if (*c == '.' && (c == host || c[1] == '.')) {
            return false;
        }
    }
    return host[0] != '\0' && host[0] != '-';
}

static bool
copy_lower(const char *from, size_t length, char *out, size_t out_size)
{
    if (length >= out_size) {
        return false;
    }
    for (size_t i = 0; i < length; i++) {
        out[i] = ent_text_lower(from[i]);
    }
    out[length] = '\0';
    return true;
}

static entitle_status
parse_port(const char *text, size_t length, ent_url *out, entitle_error *error)
{
    uint64_t port = 0;

    if (!ent_text_to_unsigned(text, length, UINT16_MAX, &port) || port == 0) {
        return ent_fail(
            error, ENTITLE_CONFIGURATION, "the URL's port is not one of 1 to 65535");
    }
    out->port = (uint16_t)port;
    return ENTITLE_OK;
}

/* Takes the host from `text`; how much of it that was goes to `*used`. */
static bool
parse_host(const char *text, size_t length, ent_url *out, size_t *used)
{
    struct in6_addr address;
    size_t host_length = strcspn(text, ":/?");

    if (text[0] != '[') {
        *used = host_length < length ? host_length : length;
        return copy_lower(text, *used, out->host, sizeof(out->host)) &&
               is_host_name(out->host);
    }
    host_length = strcspn(text, "]");
    if (host_length >= length) {
        return false;
    }
    *used = host_length + 1;
    out->host_is_ipv6 = true;
    return copy_lower(text + 1, host_length - 1, out->host, sizeof(out->host)) &&
           inet_pton(AF_INET6, out->host, &address) == 1;
}

static entitle_status
parse_authority(const char *text, size_t length, ent_url *out, entitle_error *error)
{
    size_t used = 0;

    /* Not quoted: what stands before "@" may be a password. */
    if (memchr(text, '@', length) != NULL) {
        return ent_fail(
            error, ENTITLE_CONFIGURATION, "a URL with a user name is not accepted");
    }
    if (!parse_host(text, length, out, &used)) {
        return ent_fail(error, ENTITLE_CONFIGURATION, "the URL has no valid host");
    }
    if (used == length) {
        return ENTITLE_OK;
    }
    if (text[used] != ':') {
        return ent_fail(error, ENTITLE_CONFIGURATION, "the URL has no valid host");
    }
    return parse_port(text + used + 1, length - used - 1, out, error);
}

static const char *
parse_scheme(const char *text, ent_url *out)
{
    char scheme[9];

    (void)copy_lower(text, strlen(text) < 8 ? strlen(text) : 8, scheme, sizeof(scheme));
    if (ent_text_starts_with(scheme, "https://")) {
        out->is_https = true;
        out->port = 443;
        return text + 8;
    }
    if (ent_text_starts_with(scheme, "http://")) {
        out->port = 80;
        return text + 7;
    }
    return NULL;
}

/* Path and query; an empty path is "/". */
static entitle_status
parse_path(const char *path, ent_url *out, entitle_error *error)
{
    if (strchr(path, '#') != NULL) {
        return ent_fail(
            error, ENTITLE_CONFIGURATION, "a URL with a fragment is not accepted");
    }
    if (!is_percent_encoded(path)) {
        return ent_fail(
            error,
            ENTITLE_CONFIGURATION,
            "the URL holds a character that must be percent-encoded");
    }
    size_t path_length = strcspn(path, "?");
    (void)snprintf(
        out->path,
        sizeof(out->path),
        "%.*s",
        (int)path_length,
        path_length > 0 ? path : "");
    if (path_length == 0) {
        (void)snprintf(out->path, sizeof(out->path), "/");
    }
    if (path[path_length] == '?') {
        (void)snprintf(out->query, sizeof(out->query), "%s", path + path_length + 1);
    }
    return ENTITLE_OK;
}

entitle_status
ent_url_parse(const char *text, ent_url *out, entitle_error *error)
{
    *out = (ent_url){ 0 };
    if (strlen(text) >= ENT_URL_LIMIT) {
        return ent_fail(
            error,
            ENTITLE_CONFIGURATION,
            "the URL has more than %d characters",
            ENT_URL_LIMIT - 1);
    }
    const char *authority = parse_scheme(text, out);
    if (authority == NULL) {
        return ent_fail(
            error,
            ENTITLE_CONFIGURATION,
            "the URL begins with neither https:// nor http://");
    }
    size_t authority_length = strcspn(authority, "/?#");
    entitle_status status = parse_authority(authority, authority_length, out, error);
    if (status != ENTITLE_OK) {
        return status;
    }
    return parse_path(authority + authority_length, out, error);
}

void
ent_url_host_header(const ent_url *url, char out[ENT_HOST_LIMIT + 8])
{
    const char *open = url->host_is_ipv6 ? "[" : "";
    const char *close = url->host_is_ipv6 ? "]" : "";
    size_t size = ENT_HOST_LIMIT + 8;

    if (url->port == (url->is_https ? 443 : 80)) {
        (void)snprintf(out, size, "%s%s%s", open, url->host, close);
    } else {
        (void)snprintf(out, size, "%s%s%s:%u", open, url->host, close, url->port);
    }
}

bool
ent_url_is_address(const ent_url *url, const char *address)
{
    struct in6_addr left;
    struct in6_addr right;

    if (!url->host_is_ipv6) {
        return strcmp(url->host, address) == 0;
    }
    return inet_pton(AF_INET6, url->host, &left) == 1 &&
           inet_pton(AF_INET6, address, &right) == 1 &&
           memcmp(&left, &right, sizeof(left)) == 0;
}

bool
ent_url_is_loopback(const ent_url *url)
{
    struct in_addr address;

    if (url->host_is_ipv6) {
        return ent_url_is_address(url, "::1");
    }
    if (inet_pton(AF_INET, url->host, &address) == 1) {
        return ntohl(address.s_addr) >> 24 == 127;
    }
    return strcmp(url->host, "localhost") == 0;
}

static bool
is_metadata_address(const ent_url *url)
{
    static const char *const addresses[] = { "169.254.170.2",
                                             "169.254.170.23",
                                             "169.254.169.254",
                                             "fd00:ec2::23",
                                             "fd00:ec2::254" };

    for (size_t i = 0; i < sizeof(addresses) / sizeof(addresses[0]); i++) {
        if (ent_url_is_address(url, addresses[i])) {
            return true;
        }
    }
    return false;
}

entitle_status
ent_url_check_allowed(const ent_url *url, bool metadata, entitle_error *error)
{
    if (url->is_https || ent_url_is_loopback(url)) {
        return ENTITLE_OK;
    }
    if (metadata && is_metadata_address(url)) {
        return ENTITLE_OK;
    }
    ent_fail(
        error, ENTITLE_CONFIGURATION, "plain http to %s is not accepted", url->host);
    ent_hint(error, "use https; plain http is for 127.0.0.0/8, ::1 and localhost only");
    return ENTITLE_CONFIGURATION;
}
