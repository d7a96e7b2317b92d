/* SPDX-License-Identifier: Apache-2.0 */
#include "diagnosis/proxy.h"

#include "base/line.h"
#include "base/runtime.h"

#include <stddef.h>
#include <string.h>

/* What stands before "@" is nobody's business: it may be a password. */
static void
write_host(const char *url, char out[ENT_PROXY_SIZE])
{
    const char *host = strstr(url, "://");
    const char *at;
    size_t length;

    host = host != NULL ? host + 3 : url;
    length = strcspn(host, "/?#");
    at = host + length;
    while (at > host && at[-1] != '@') {
        at--;
    }
    length -= (size_t)(at - host);
    ent_line_format(out, ENT_PROXY_SIZE, "%.*s", (int)(length & 0xfff), at);
}

ent_proxy
ent_proxy_of_environment(const entitle_runtime *runtime)
{
    static const char *const variables[] = {
        "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"
    };
    ent_proxy proxy = { .variable = NULL };

    for (size_t i = 0; i < sizeof(variables) / sizeof(variables[0]); i++) {
        const char *value = ent_environment(runtime, variables[i]);
        if (value != NULL) {
            proxy.variable = variables[i];
            write_host(value, proxy.host);
            break;
        }
    }
    return proxy;
}
