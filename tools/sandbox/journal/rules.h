/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_RULES_H
#define SANDBOX_RULES_H

/* Why a call got the answer that it got, and the page of AWS that says so. */
typedef struct sandbox_rule {
    const char *text;
    const char *page; /* NULL: no page; the sandbox's own */
} sandbox_rule;

extern const sandbox_rule rule_fault;
extern const sandbox_rule rule_post_only;
extern const sandbox_rule rule_body_limit;
extern const sandbox_rule rule_header_limit;
extern const sandbox_rule rule_target;
extern const sandbox_rule rule_signature_present;
extern const sandbox_rule rule_signature_complete;
extern const sandbox_rule rule_signature_key;
extern const sandbox_rule rule_signature_partition;
extern const sandbox_rule rule_signature_fresh;
extern const sandbox_rule rule_signature_scope;
extern const sandbox_rule rule_signature_headers;
extern const sandbox_rule rule_signature_matches;
extern const sandbox_rule rule_encoding;
extern const sandbox_rule rule_json;
extern const sandbox_rule rule_constraint;
extern const sandbox_rule rule_internal;
extern const sandbox_rule rule_store;

/* Of the platform. */
extern const sandbox_rule rule_handed_out;
extern const sandbox_rule rule_session_lasts;
extern const sandbox_rule rule_get_only;
extern const sandbox_rule rule_sts_action;
extern const sandbox_rule rule_sts_input;
extern const sandbox_rule rule_web_identity;
extern const sandbox_rule rule_task_role;
extern const sandbox_rule rule_task_metadata;
extern const sandbox_rule rule_pod_token;
extern const sandbox_rule rule_imds;
extern const sandbox_rule rule_imds_token;

#endif
