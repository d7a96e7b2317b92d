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

# --- Installation, in sets of their own ---------------------------------------------

set_target_properties(entitle_licence PROPERTIES EXPORT_NAME licence)
set_target_properties(entitle_licence_static PROPERTIES EXPORT_NAME licence_static)

install(TARGETS entitle_licence EXPORT entitle-licence-targets FILE_SET HEADERS)
install(TARGETS entitle_licence_static EXPORT entitle-licence-static-targets
    FILE_SET HEADERS)
foreach(set licence licence-static)
    install(EXPORT entitle-${set}-targets NAMESPACE entitle::
        DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/entitle)
endforeach()

file(RELATIVE_PATH entitle_pc_to_prefix
    /prefix/${CMAKE_INSTALL_LIBDIR}/pkgconfig /prefix)
configure_file(src/entitle-licence.pc.in entitle-licence.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/entitle-licence.pc
    DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
