/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_DIAGNOSIS_EXAMINATION_H
#define ENT_DIAGNOSIS_EXAMINATION_H

#include "aws/credentials_source.h"
#include "aws/endpoint.h"
#include "aws/platform.h"
#include "base/deadline.h"
#include "diagnosis/finding.h"

#include <entitle/gate.h>
#include <entitle/transport.h>

/* What is being looked at, and what is known so far. */
typedef struct ent_examination {
    entitle_diagnosis *diagnosis;
    const entitle_runtime *runtime;
    const entitle_gate_options *gate;
    entitle_route route; /* the one that would be asked; never the default */
    ent_deadline deadline;

    ent_platform_sign platform;
    const entitle_transport *transport; /* NULL where there can be none */
    bool is_curl;                       /* it is our own */
    const ent_profile_set *profiles;    /* NULL where they cannot be read */
    const ent_region *region;           /* NULL where it is not known */
    const ent_endpoint *endpoint;       /* likewise */
} ent_examination;

/* Whether the platform and the providers of credentials can be asked at all. */
bool ent_examination_can_ask(const ent_examination *examination);

/* Whether there is all that the route cannot do without: the seal's, or given. */
bool ent_examination_is_complete(const ent_examination *examination);

/* What they are asked with. */
ent_credentials_request ent_examination_request(const ent_examination *examination);

/* One concern a file; each adds its findings, and needs what the ones before it set. */
void ent_examine_platform(ent_examination *examination);
void ent_examine_region(ent_examination *examination);
void ent_examine_endpoint(ent_examination *examination);
void ent_examine_connection(ent_examination *examination);
void ent_examine_task_region(ent_examination *examination);
void ent_examine_web_identity_token(ent_examination *examination);
void ent_examine_credentials(ent_examination *examination);
void ent_examine_metadata(ent_examination *examination);
void ent_examine_keys(ent_examination *examination);
void ent_examine_dimension(ent_examination *examination);
void ent_examine_answer(ent_examination *examination);

#endif
