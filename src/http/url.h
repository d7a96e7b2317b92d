/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_HTTP_URL_H
#define ENT_HTTP_URL_H

#include <entitle/error.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { ENT_URL_LIMIT = 2048, ENT_HOST_LIMIT = 256 };

/* An absolute http or https URL, taken apart; nothing in it is decoded. */
typedef struct ent_url {
    bool is_https;
    char host[ENT_HOST_LIMIT]; /* lower case; an IPv6 literal without its brackets */
    bool host_is_ipv6;
    uint16_t port;             /* the scheme's when not given */
    char path[ENT_URL_LIMIT];  /* begins with "/" */
    char query[ENT_URL_LIMIT]; /* without "?"; may be empty */
} ent_url;

/*
 * Refuses (ENTITLE_CONFIGURATION) other schemes, user information, fragments, white
 * space, control and non-ASCII characters, an empty host and a port of 0 or over 65535.
 */
ENTITLE_CHECKED entitle_status
ent_url_parse(const char *text, ent_url *out, entitle_error *error);

/* As the Host header has it: the port only where it is not the scheme's own. */
void ent_url_host_header(const ent_url *url, char out[ENT_HOST_LIMIT + 8]);

/* Whether the host is that literal address, however it is written. */
bool ent_url_is_address(const ent_url *url, const char *address);

/* A literal of 127.0.0.0/8, ::1, or the name "localhost". */
bool ent_url_is_loopback(const ent_url *url);

/*
 * Whether it may be spoken to: https anywhere; plain http only to loopback and, where
 * `metadata` says that the request is for one, to the platform's metadata addresses
 * 169.254.170.2, 169.254.170.23, 169.254.169.254, fd00:ec2::23 and fd00:ec2::254.
 */
ENTITLE_CHECKED entitle_status
ent_url_check_allowed(const ent_url *url, bool metadata, entitle_error *error);

#endif
