# SPDX-License-Identifier: Apache-2.0
# libentitle-licence: licences that AWS does not meter, on libjwt. The only library and, with
# entitle-licence, the only program that loads it.

# libjwt 3 has no jwt_decode().
pkg_check_modules(JWT REQUIRED IMPORTED_TARGET libjwt>=1.10 libjwt<3)

add_library(entitle_licence_objects OBJECT
    src/crypto/signer_key.c

    src/licence/check.c
    src/licence/claims.c
    src/licence/header.c
    src/licence/judgement.c
    src/licence/key_directory.c
    src/licence/keys.c
    src/licence/licence.c
    src/licence/mark.c
    src/licence/mark_draft.c
    src/licence/place.c
    src/licence/signature.c
    src/licence/unverified.c
    src/licence/verification.c
    src/licence/verify.c)
target_include_directories(entitle_licence_objects
    PUBLIC ${PROJECT_SOURCE_DIR}/include
    PRIVATE ${PROJECT_SOURCE_DIR}/src)
target_link_libraries(entitle_licence_objects
    PRIVATE entitle_flags OpenSSL::Crypto PkgConfig::JWT)

entitle_add_brick(licence OpenSSL::Crypto PkgConfig::JWT)
