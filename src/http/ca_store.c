/* SPDX-License-Identifier: Apache-2.0 */
#include "http/ca_store.h"

#include <curl/curl.h>

#include <stdbool.h>
#include <sys/stat.h>
#include <unistd.h>

/* The image's own come first: they may have been chosen. */
static const char *const places[] = {
    "/etc/ssl/certs/ca-certificates.crt", /* Debian, Ubuntu, Alpine, distroless */
    "/etc/pki/tls/certs/ca-bundle.crt",   /* Amazon Linux, Fedora, Red Hat */
    "/etc/ssl/ca-bundle.pem",             /* SUSE */
    "/etc/ssl/cert.pem",                  /* Alpine without its package */
    "/entitle/ca-certificates.crt",       /* what a bundle carries */
};

static bool
is_readable_file(const char *path)
{
    struct stat about;

    return stat(path, &about) == 0 && S_ISREG(about.st_mode) && about.st_size > 0 &&
           access(path, R_OK) == 0;
}

const char *
ent_ca_store_choose(const char *built_in, const char *const *others, size_t count)
{
    if (built_in != NULL && is_readable_file(built_in)) {
        return NULL;
    }
    for (size_t i = 0; i < count; i++) {
        if (is_readable_file(others[i])) {
            return others[i];
        }
    }
    return NULL;
}

const char *
ent_ca_store_find(void)
{
    const curl_version_info_data *curl = curl_version_info(CURLVERSION_NOW);

    if (curl->age < CURLVERSION_SEVENTH || curl->cainfo == NULL) {
        return NULL; /* it trusts by other means than a file */
    }
    return ent_ca_store_choose(
        curl->cainfo, places, sizeof(places) / sizeof(places[0]));
}
