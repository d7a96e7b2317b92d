/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TEST_FAULTS_LICENCE_SCENE_H
#define TEST_FAULTS_LICENCE_SCENE_H

#include <stdbool.h>

/* An ECS task of this account with licences, the keys for them, and a state file. */
#define LICENCE_ACCOUNT "123456789012"

enum { LICENCE_PATH_SIZE = 128 };

typedef struct licence_scene {
    char *ec_pem; /* of LICENCE_KEY_ID */
    char *rsa_pem;
    char *good;       /* LICENCE_PAYLOAD */
    char *rsa_signed; /* the same */
    char *bound;      /* to the account */
    char *forged;     /* the good one's text, signed by a stranger's key */

    char folder[64];
    char keys[LICENCE_PATH_SIZE];    /* a folder with the first key */
    char licence[LICENCE_PATH_SIZE]; /* a file with the good one */
    char state[LICENCE_PATH_SIZE];
    char key_file[LICENCE_PATH_SIZE];
} licence_scene;

extern licence_scene scene;

void licence_scene_make(void);
void licence_scene_remove(void);

/* Before a run and after it: the state file is of a while ago. */
void licence_scene_begin(void);
void licence_scene_end(void);

/* That the state file has its old line or the new one; `is_after`: the new one. */
void licence_scene_expect_state(bool is_after);

#endif
