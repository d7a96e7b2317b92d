/* SPDX-License-Identifier: Apache-2.0 */
#include "signed_token.h"

#include "fuzz.h"

static const char public_key[] =
    "-----BEGIN PUBLIC KEY-----\n"
    "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAz3S3QlhVmPHQdi78XXb6\n"
    "6WSE2TvaMJY9kP4Ybg+SPGPOD43aijzu3sOYZazzzeVoH+noAKAmbOFZbwKioCFm\n"
    "V88xbPiwAtyEyRSywrK2X7PthqbuzN4XWZ3WC7Xoa9rHitQ5HtN55+7PHyksVEKQ\n"
    "7zQ5Jbx4W99jcw9E1lUHQuOqxnkY3iLR5UHibjxvM/I5qzHx2CXfDYucMgPRdzdn\n"
    "+9wD9d3BzWBxMEQc4EUi2pXayQf9R9PUG0yNfs7xV4YDg0GkLSzf/3bCeMXsPlF1\n"
    "5BGl/T112Ko+q/6V83QI4vRC9gqFtsgE0F0Ka1GbMya8i1N2/4HyjbteG3P3XvD+\n"
    "ywIDAQAB\n"
    "-----END PUBLIC KEY-----\n";

/*
 * {"alg":"PS256","typ":"JWT"}, and the product code and the nonce of the header file,
 * PublicKeyVersion 1, issued at 1795291200.
 */
const char signed_token[] =
    "eyJhbGciOiJQUzI1NiIsInR5cCI6IkpXVCJ9.eyJQcm9kdWN0Q29kZSI6ImZ1enplZHB"
    "yb2R1Y3Rjb2RlIiwiUHVibGljS2V5VmVyc2lvbiI6MSwiTm9uY2UiOiJXbHBhV2xwYVd"
    "scGFXbHBhV2xwYVdscGFXbHBhV2xwYVdscGFXbHBhV2xvIiwiaWF0IjoxNzk1MjkxMjA"
    "wfQ.q8toXr4_HmhNkZPqb5vLHrQYz2C6fOcEo7f-uJI02udpxMRAG3aj27lxn9luwzzS"
    "9LQVcPJOjZFnYQRxMMH3oMb3mHuc3-7QPTBwk71ygdoftO8VZ7RGQ-KXHiJlUV_wkjpO"
    "4yrl2l2sgfE-z6dHFbOfO1PysA1A-V6Hv2K3dLhdDN1PXYiFswBKSRTbPNbN6qKvdsYN"
    "ip8vrKEEensLQEBxTiTG7lDmmrMIsZ58hvhC_MYmm9pxhLH5eqZbyyxvnNY_WQ7k3OkO"
    "7KmwLcksqHDsv5cveHLzQGxtGj6BhISBoNPkTh08nWn160cAzh6yMhoE5VJ9iR5KlHMs"
    "Pnvrqg";

entitle_keyring *
signed_token_keyring_new(const entitle_runtime *runtime)
{
    entitle_keyring *keyring = NULL;

    FUZZ_REQUIRE(entitle_keyring_new(runtime, &keyring, NULL) == ENTITLE_OK);
    FUZZ_REQUIRE(
        entitle_keyring_add(keyring, 1, public_key, sizeof(public_key) - 1, NULL) ==
        ENTITLE_OK);
    return keyring;
}
