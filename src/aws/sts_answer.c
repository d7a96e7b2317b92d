/* SPDX-License-Identifier: Apache-2.0 */
#include "aws/sts_answer.h"

#include <expat.h>

#include <stddef.h>
#include <string.h>

enum { PATH_LIMIT = 256 };

/* Where in an answer a text stands, and where it goes. */
typedef struct field {
    const char *path;
    size_t offset;
    size_t size;
} field;

#define FIELD(path_, member_)                                                          \
    {                                                                                  \
        .path = path_, .offset = offsetof(ent_sts_answer, member_),                    \
        .size = sizeof(((ent_sts_answer *)0)->member_)                                 \
    }
#define FIELDS_OF(action_)                                                             \
    FIELD(CREDENTIALS_OF(action_) "AccessKeyId", access_key_id),                       \
        FIELD(CREDENTIALS_OF(action_) "SecretAccessKey", secret_access_key),           \
        FIELD(CREDENTIALS_OF(action_) "SessionToken", session_token),                  \
        FIELD(CREDENTIALS_OF(action_) "Expiration", expiration),                       \
        FIELD("/" action_ "Response/ResponseMetadata/RequestId", request_id)
#define CREDENTIALS_OF(action_) "/" action_ "Response/" action_ "Result/Credentials/"

static const field fields[] = {
    FIELDS_OF("AssumeRole"),
    FIELDS_OF("AssumeRoleWithWebIdentity"),
    FIELD("/ErrorResponse/Error/Code", error.code),
    FIELD("/ErrorResponse/Error/Message", error.message),
    FIELD("/ErrorResponse/RequestId", request_id),
};

/*
 * The element that is being read, as "/root/child", and the field that it fills. After
 * a refusal all stands still: expat goes on to tell the end of an empty element.
 */
typedef struct reader {
    XML_Parser parser;
    ent_sts_answer *out;
    const char *refusal;
    char path[PATH_LIMIT];
    size_t path_length;
    char *text; /* NULL where it is none that matters */
    size_t text_size;
} reader;

static void
refuse(reader *self, const char *refusal)
{
    if (self->refusal == NULL) {
        self->refusal = refusal;
    }
    (void)XML_StopParser(self->parser, XML_FALSE);
}

static void
choose_field(reader *self)
{
    for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
        if (strcmp(fields[i].path, self->path) == 0) {
            self->text = (char *)self->out + fields[i].offset;
            self->text_size = fields[i].size;
        }
    }
}

static void XMLCALL
begin_element(void *context, const XML_Char *name, const XML_Char **attributes)
{
    reader *self = context;
    size_t length = strlen(name);

    (void)attributes;
    if (self->refusal != NULL) {
        return;
    }
    self->text = NULL;
    if (length + 1 >= sizeof(self->path) - self->path_length) {
        refuse(self, "its elements are nested beyond measure");
        return;
    }
    self->path[self->path_length] = '/';
    memcpy(self->path + self->path_length + 1, name, length + 1);
    self->path_length += length + 1;
    choose_field(self);
    if (self->text != NULL && self->text[0] != '\0') {
        refuse(self, "an element occurs twice");
    }
}

static void XMLCALL
end_element(void *context, const XML_Char *name)
{
    reader *self = context;

    if (self->refusal != NULL) {
        return;
    }
    self->text = NULL;
    self->path_length -= strlen(name) + 1;
    self->path[self->path_length] = '\0';
}

/* Called for pieces: around an entity, a text comes in three. */
static void XMLCALL
take_text(void *context, const XML_Char *bytes, int length)
{
    reader *self = context;
    size_t used;

    if (self->refusal != NULL || self->text == NULL || length < 0) {
        return;
    }
    used = strlen(self->text);
    if ((size_t)length >= self->text_size - used) {
        refuse(self, "a text in it is too long");
        return;
    }
    memcpy(self->text + used, bytes, (size_t)length);
    self->text[used + (size_t)length] = '\0';
}

static void XMLCALL
refuse_document_type(
    void *context,
    const XML_Char *name,
    const XML_Char *system_id,
    const XML_Char *public_id,
    int has_internal_subset)
{
    (void)name;
    (void)system_id;
    (void)public_id;
    (void)has_internal_subset;
    refuse(context, "it has a document type");
}

const char *
ent_sts_answer_read(const char *xml, size_t length, ent_sts_answer *out)
{
    reader self = { .out = out };

    memset(out, 0, sizeof(*out));
    if (length > ENT_STS_ANSWER_LIMIT) {
        return "it is longer than 10,000 bytes";
    }
    self.parser = XML_ParserCreate(NULL);
    if (self.parser == NULL) {
        out->error.lacks_memory = true;
        return "there is no memory to read it";
    }
    XML_SetUserData(self.parser, &self);
    XML_SetElementHandler(self.parser, begin_element, end_element);
    XML_SetCharacterDataHandler(self.parser, take_text);
    XML_SetStartDoctypeDeclHandler(self.parser, refuse_document_type);
    if (XML_Parse(self.parser, xml, (int)length, XML_TRUE) != XML_STATUS_OK &&
        self.refusal == NULL) {
        out->error.lacks_memory = XML_GetErrorCode(self.parser) == XML_ERROR_NO_MEMORY;
        self.refusal = "it is not well-formed XML";
    }
    XML_ParserFree(self.parser);
    return self.refusal;
}
