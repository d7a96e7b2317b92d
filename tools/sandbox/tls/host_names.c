/* SPDX-License-Identifier: Apache-2.0 */
#include "tls/host_names.h"

#include "market/place.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <netinet/in.h>
#include <string.h>
#include <unistd.h>

enum { NAME_LIMIT = 253 };

static bool
is_address(const char *text)
{
    unsigned char bytes[sizeof(struct in6_addr)];
    return inet_pton(AF_INET, text, bytes) == 1 ||
           inet_pton(AF_INET6, text, bytes) == 1;
}

bool
host_name_is_valid(const char *name)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyz"
                                  "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";
    size_t length = strlen(name);
    if (is_address(name)) {
        return true;
    }
    return length > 0 && length <= NAME_LIMIT && strspn(name, allowed) == length &&
           name[0] != '.' && name[0] != '-' && strstr(name, "..") == NULL;
}

static void
append_name(ent_buffer *out, const char *name)
{
    ent_buffer_append_format(
        out,
        "%s%s:%s",
        out->length > 0 ? "," : "",
        is_address(name) ? "IP" : "DNS",
        name);
}

/* Also that of "any address": a client on this machine may well connect to it. */
static void
append_address(ent_buffer *out, const struct sockaddr *address)
{
    char text[INET6_ADDRSTRLEN] = "";
    if (address->sa_family == AF_INET) {
        struct sockaddr_in ipv4;
        memcpy(&ipv4, address, sizeof(ipv4));
        (void)inet_ntop(AF_INET, &ipv4.sin_addr, text, sizeof(text));
    } else if (address->sa_family == AF_INET6) {
        struct sockaddr_in6 ipv6;
        memcpy(&ipv6, address, sizeof(ipv6));
        (void)inet_ntop(AF_INET6, &ipv6.sin6_addr, text, sizeof(text));
    }
    if (text[0] != '\0') {
        append_name(out, text);
    }
}

static bool
is_any_address(const struct sockaddr *address)
{
    if (address->sa_family == AF_INET) {
        struct sockaddr_in ipv4;
        memcpy(&ipv4, address, sizeof(ipv4));
        return ipv4.sin_addr.s_addr == htonl(INADDR_ANY);
    }
    struct sockaddr_in6 ipv6;
    memcpy(&ipv6, address, sizeof(ipv6));
    return address->sa_family == AF_INET6 && IN6_IS_ADDR_UNSPECIFIED(&ipv6.sin6_addr);
}

static void
append_interfaces(ent_buffer *out)
{
    struct ifaddrs *interfaces = NULL;
    if (getifaddrs(&interfaces) != 0) {
        return;
    }
    for (const struct ifaddrs *one = interfaces; one != NULL; one = one->ifa_next) {
        if (one->ifa_addr != NULL) {
            append_address(out, one->ifa_addr);
        }
    }
    freeifaddrs(interfaces);
}

static void
append_machine(ent_buffer *out)
{
    char name[NAME_LIMIT + 1] = "";
    append_name(out, "localhost");
    append_name(out, "127.0.0.1");
    append_name(out, "::1");
    if (gethostname(name, sizeof(name) - 1) == 0 && host_name_is_valid(name)) {
        append_name(out, name);
    }
}

/*
 * https://docs.aws.amazon.com/general/latest/gr/aws-marketplace.html
 * https://docs.aws.amazon.com/general/latest/gr/sts.html
 */
static void
append_aws(ent_buffer *out, const char *region)
{
    const char *suffix = place_dns_suffix(region);
    const char *dual_stack = place_dual_stack_suffix(region);
    static const char *const plain[] = {
        "metering.marketplace", "metering.marketplace-fips", "sts", "sts-fips"
    };
    static const char *const dual[] = { "metering-marketplace",
                                        "metering.marketplace-fips" };
    for (size_t i = 0; i < sizeof(plain) / sizeof(plain[0]); i++) {
        ent_buffer_append_format(out, ",DNS:%s.%s.%s", plain[i], region, suffix);
    }
    for (size_t i = 0; i < sizeof(dual) / sizeof(dual[0]); i++) {
        ent_buffer_append_format(out, ",DNS:%s.%s.%s", dual[i], region, dual_stack);
    }
    if (strcmp(place_partition(region), "aws") == 0) {
        append_name(out, "sts.amazonaws.com");
    }
}

void
host_names_append(const host_names *names, ent_buffer *out)
{
    append_machine(out);
    append_address(out, names->address);
    if (is_any_address(names->address)) {
        append_interfaces(out);
    }
    append_aws(out, names->region);
    for (size_t i = 0; i < names->other_count; i++) {
        append_name(out, names->others[i]);
    }
}
