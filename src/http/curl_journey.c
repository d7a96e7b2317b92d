/* SPDX-License-Identifier: Apache-2.0 */
#include "http/curl_journey.h"

#include "base/line.h"
#include "base/text.h"
#include "base/timestamp.h"
#include "http/curl_handle.h"

#include <stdio.h>
#include <string.h>

enum { TIME_LENGTH = 24 };

bool
ent_journey_parse_time(const char *text, int64_t *out_s)
{
    static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    char name[4] = "";
    const char *month;
    char iso[ENT_TIMESTAMP_SIZE];

    if (strlen(text) != TIME_LENGTH || strcmp(text + 20, " GMT") != 0) {
        return false;
    }
    memcpy(name, text, 3);
    month = strstr(months, name);
    if (month == NULL || (month - months) % 3 != 0 || text[3] != ' ' ||
        text[6] != ' ' || text[15] != ' ') {
        return false;
    }
    (void)snprintf(
        iso,
        sizeof(iso),
        "%.4s-%02u-%c%cT%.8sZ",
        text + 16,
        (unsigned)((month - months) / 3 + 1) % 100,
        text[4] == ' ' ? '0' : text[4],
        text[5],
        text + 7);
    return ent_timestamp_parse_iso(iso, out_s);
}

void
ent_journey_watch(const entitle_transport *transport)
{
    (void)curl_easy_setopt(ent_curl_handle_of(transport), CURLOPT_CERTINFO, 1L);
}

static bool
has_passed(CURL *easy, CURLINFO moment)
{
    curl_off_t microseconds = 0;

    return curl_easy_getinfo(easy, moment, &microseconds) == CURLE_OK &&
           microseconds > 0;
}

/* libcurl tells of a certificate in lines such as "Expire date:...". */
static void
read_certificate(const struct curl_slist *lines, ent_journey *out)
{
    static const char issuer[] = "Issuer:";
    static const char expiry[] = "Expire date:";

    for (; lines != NULL; lines = lines->next) {
        if (ent_text_starts_with(lines->data, issuer)) {
            ent_line_format(
                out->issuer,
                sizeof(out->issuer),
                "%s",
                lines->data + sizeof(issuer) - 1);
        } else if (ent_text_starts_with(lines->data, expiry)) {
            out->has_expiry = ent_journey_parse_time(
                lines->data + sizeof(expiry) - 1, &out->expires_at_s);
        }
    }
}

void
ent_journey_read(const entitle_transport *transport, ent_journey *out)
{
    CURL *easy = ent_curl_handle_of(transport);
    struct curl_certinfo *certificates = NULL;
    const char *address = NULL;
    long connect_status = 0;

    *out = (ent_journey){ .issuer = "" };
    out->is_resolved = has_passed(easy, CURLINFO_NAMELOOKUP_TIME_T);
    out->is_connected = has_passed(easy, CURLINFO_CONNECT_TIME_T);
    if (curl_easy_getinfo(easy, CURLINFO_HTTP_CONNECTCODE, &connect_status) ==
        CURLE_OK) {
        out->is_through_proxy = connect_status >= 200 && connect_status < 300;
    }
    if (curl_easy_getinfo(easy, CURLINFO_PRIMARY_IP, &address) == CURLE_OK &&
        address != NULL) {
        ent_line_format(out->address, sizeof(out->address), "%s", address);
    }
    /* The server's own comes first. */
    if (curl_easy_getinfo(easy, CURLINFO_CERTINFO, &certificates) == CURLE_OK &&
        certificates != NULL && certificates->num_of_certs > 0) {
        read_certificate(certificates->certinfo[0], out);
    }
}
