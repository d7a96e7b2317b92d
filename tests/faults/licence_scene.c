/* SPDX-License-Identifier: Apache-2.0 */
#include "licence_scene.h"

#include "answers.h"
#include "support/cmocka.h"
#include "support/licence_forge.h"
#include "support/token_forge.h"
#include "surroundings.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define BEFORE "entitle-licence-clock-1 1795291100\n"
#define AFTER  "entitle-licence-clock-1 1795291200\n"

static const fake_variable variables[] = {
    { "ECS_CONTAINER_METADATA_URI_V4", "http://169.254.170.2/v4/1" },
    { NULL, NULL },
};
static const fault_answer answers[] = {
    ANSWER(
        "/v4/1/task",
        200,
        "{\"TaskARN\":\"arn:aws:ecs:eu-west-1:" LICENCE_ACCOUNT ":task/c/1\"}"),
};

licence_scene scene;

static void
forge(void)
{
    const licence_recipe by_rsa = { .header = LICENCE_RSA_HEADER,
                                    .key = forge_pkey(FORGE_KEY) };
    const licence_recipe with_account = { .payload = LICENCE_PAYLOAD_WITH(
                                              ",\"account\":\"" LICENCE_ACCOUNT "\"") };
    EVP_PKEY *stranger = licence_forge_key("P-256");

    scene.ec_pem = forge_pem(forge_pkey(FORGE_KEY_EC), FORGE_SPKI);
    scene.rsa_pem = forge_pem(forge_pkey(FORGE_KEY), FORGE_SPKI);
    scene.good = licence_forge(&(licence_recipe){ .header = NULL });
    scene.rsa_signed = licence_forge(&by_rsa);
    scene.bound = licence_forge(&with_account);
    scene.forged = licence_forge(&(licence_recipe){ .key = stranger });
    EVP_PKEY_free(stranger);
}

void
licence_scene_make(void)
{
    forge();
    surroundings_make_folder(scene.folder, sizeof(scene.folder));
    (void)snprintf(scene.keys, sizeof(scene.keys), "%s/keys", scene.folder);
    assert_int_equal(mkdir(scene.keys, 0700), 0);
    surroundings_write_file(
        scene.keys,
        LICENCE_KEY_ID ".pem",
        scene.ec_pem,
        scene.key_file,
        sizeof(scene.key_file));
    surroundings_write_file(
        scene.folder, "licence", scene.good, scene.licence, sizeof(scene.licence));
}

void
licence_scene_remove(void)
{
    free(scene.ec_pem);
    free(scene.rsa_pem);
    free(scene.good);
    free(scene.rsa_signed);
    free(scene.bound);
    free(scene.forged);
    (void)unlink(scene.key_file);
    (void)rmdir(scene.keys);
    (void)unlink(scene.licence);
    (void)rmdir(scene.folder);
}

void
licence_scene_begin(void)
{
    surroundings_begin();
    surroundings.variables = variables;
    ANSWERS_SET(answers);
    surroundings_write_file(
        scene.folder, "state", BEFORE, scene.state, sizeof(scene.state));
}

void
licence_scene_end(void)
{
    (void)unlink(scene.state);
}

void
licence_scene_expect_state(bool is_after)
{
    char text[128];
    char draft[LICENCE_PATH_SIZE + 8];
    FILE *file = fopen(scene.state, "re");

    assert_non_null(file);
    size_t length = fread(text, 1, sizeof(text) - 1, file);
    assert_int_equal(fclose(file), 0);
    text[length] = '\0';
    assert_true(strcmp(text, AFTER) == 0 || (!is_after && strcmp(text, BEFORE) == 0));
    /* Where unlink() was what failed, it waits for the next one. */
    (void)snprintf(draft, sizeof(draft), "%s.draft", scene.state);
    (void)unlink(draft);
}
