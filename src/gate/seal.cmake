# SPDX-License-Identifier: Apache-2.0

# Turns -DENTITLE_SEALED_… into gate/sealed_values.h, and refuses at configuration what could
# only fail in the customer's cluster. The gate judges the keys once more, by their contents.

function(entitle_seal_keys directory out)
    file(GLOB paths CONFIGURE_DEPENDS ${directory}/*.pem)
    set(rows "")
    foreach(path IN LISTS paths)
        get_filename_component(version ${path} NAME_WE)
        if(NOT version MATCHES "^[1-9][0-9]*$")
            continue()
        endif()
        set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${path})
        file(READ ${path} pem)
        string(REPLACE "\r" "" pem "${pem}")
        if(NOT pem MATCHES "^-----BEGIN (RSA )?PUBLIC KEY-----\n[A-Za-z0-9+/=\n]+-----END (RSA )?PUBLIC KEY-----\n*$")
            message(FATAL_ERROR "${path} is not the PEM of one public key: it cannot be sealed in")
        endif()
        # The public exponent is the last thing in the DER. 65539 marks a sandbox's key, and
        # ends in one of these, by the length of the key modulo three.
        if(pem MATCHES "(AQAD|AgMBAAM=|CAwEAAw==)\n-----END")
            message(FATAL_ERROR "${path} is a key of entitle-sandbox: sealing it in would trust anybody's sandbox")
        endif()
        string(REPLACE "\n" "\\n" pem "${pem}")
        string(APPEND rows "{ ${version}, \"${pem}\" }, ")
    endforeach()
    if(rows STREQUAL "")
        message(FATAL_ERROR "ENTITLE_SEALED_KEYS: there is no <version>.pem in ${directory}")
    endif()
    set(${out} "${rows}" PARENT_SCOPE)
endfunction()

function(entitle_seal_choice value allowed prefix out)
    if(NOT value IN_LIST allowed)
        message(FATAL_ERROR "'${value}' is none of: ${allowed}")
    endif()
    string(TOUPPER ${value} upper)
    set(${out} "${prefix}_${upper}" PARENT_SCOPE)
endfunction()

set(ENT_SEALED_PRODUCT_CODE "${ENTITLE_SEALED_PRODUCT_CODE}")
set(ENT_SEALED_KEYS "")
if(ENT_SEALED_PRODUCT_CODE)
    if(NOT ENT_SEALED_PRODUCT_CODE MATCHES "^[-a-zA-Z0-9/=:_.@]+$")
        message(FATAL_ERROR "ENTITLE_SEALED_PRODUCT_CODE is not a product code")
    endif()
    if(NOT ENTITLE_SEALED_ROUTE STREQUAL "register-usage")
        message(FATAL_ERROR "ENTITLE_SEALED_ROUTE: this version has only register-usage")
    endif()
    entitle_seal_keys("${ENTITLE_SEALED_KEYS}" ENT_SEALED_KEYS)
    message(STATUS "Sealed for product code ${ENT_SEALED_PRODUCT_CODE}")
endif()
foreach(switch OLDER_KEYS ANY_ENDPOINT)
    if(ENTITLE_SEALED_${switch})
        set(ENT_SEALED_${switch} true)
    else()
        set(ENT_SEALED_${switch} false)
    endif()
endforeach()
entitle_seal_choice("${ENTITLE_SEALED_ON_UNAVAILABLE}" "deny;start"
    ENTITLE_ON_UNAVAILABLE ENT_SEALED_ON_UNAVAILABLE)
entitle_seal_choice("${ENTITLE_SEALED_ON_ROTATION}" "warn;deny"
    ENTITLE_ON_ROTATION ENT_SEALED_ON_ROTATION)
configure_file(
    ${CMAKE_CURRENT_LIST_DIR}/sealed_values.h.in
    ${PROJECT_BINARY_DIR}/generated/gate/sealed_values.h @ONLY)
