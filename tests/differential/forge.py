# SPDX-License-Identifier: Apache-2.0
"""Keys, and signatures of RSA by RFC 8017 that may be wrong in any detail.

The arithmetic is done here, so that no library refuses to do it wrongly.
"""

import base64
import hashlib
import json
import math
import os
import random

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

EXPONENT = 65537


def base64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=")


SMALL_PRIMES = [n for n in range(3, 2000, 2) if all(n % d for d in range(3, int(n**0.5) + 1, 2))]


def is_prime(number):
    """Miller and Rabin's test, to eight bases: enough for what no attacker has chosen."""
    odd, twos = number - 1, 0
    while odd % 2 == 0:
        odd, twos = odd // 2, twos + 1
    for base in SMALL_PRIMES[:8]:
        power = pow(base, odd, number)
        if power not in (1, number - 1) and all(
                pow(power, 2**i, number) != number - 1 for i in range(1, twos)):
            return False
    return True


def prime(bits, draw):
    """With the four highest bits set, so that a product has as many bits as it may have."""
    while True:
        number = draw.getrandbits(bits - 4) | 15 << bits - 4 | 1
        if all(number % small for small in SMALL_PRIMES) and number % EXPONENT != 1 and is_prime(number):
            return number


class Key:
    """An RSA key that the name alone decides.

    It has a prime for every 512 bits, which nobody who verifies can see: signing is quicker
    by the square of that.
    """

    def __init__(self, folder, name, bits):
        draw = random.Random(name)
        count = bits // 512
        self.primes = [prime(512 + (bits % 512 if i == 0 else 0), draw) for i in range(count)]
        self.modulus = math.prod(self.primes)
        self.steps = []  # of the Chinese remainder theorem
        product = 1
        for factor in self.primes:
            self.steps.append((factor, pow(EXPONENT, -1, factor - 1), product,
                               pow(product, -1, factor)))
            product *= factor
        self.bits = self.modulus.bit_length()
        self.size = (self.bits + 7) // 8
        self.pem = os.path.join(folder, name + ".pem")
        self.jwk = os.path.join(folder, name + ".jwk")
        self.public_pem = self._write()

    def _write(self):
        pem = rsa.RSAPublicNumbers(EXPONENT, self.modulus).public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        jwk = {"kty": "RSA", "alg": "PS256", "e": base64url(EXPONENT.to_bytes(3, "big")).decode(),
               "n": base64url(self.modulus.to_bytes(self.size, "big")).decode()}
        with open(self.pem, "wb") as file:
            file.write(pem)
        with open(self.jwk, "w", encoding="ascii") as file:
            json.dump(jwk, file)
        return pem

    def power(self, message):
        """RSASP1, by the Chinese remainder theorem."""
        result = 0
        for factor, exponent, product, inverse in self.steps:
            part = pow(message % factor, exponent, factor)
            result += (part - result) * inverse % factor * product
        return result


def mgf1(seed, length, name):
    mask = b""
    for counter in range(length // hashlib.new(name).digest_size + 1):
        mask += hashlib.new(name, seed + counter.to_bytes(4, "big")).digest()
    return mask[:length]


def pss(key, message, salt, digest="sha256", mask="sha256", trailer=0xbc, separator=1,
        padding=0, top=0):
    """EMSA-PSS-ENCODE and RSASP1. The defaults of the last four are what is right."""
    em_bits = key.bits - 1
    em_size = (em_bits + 7) // 8
    hashed = hashlib.new(digest, bytes(8) + hashlib.new(digest, message).digest() + salt).digest()
    block = bytearray(em_size - len(hashed) - 1)
    block[-len(salt) - 1:] = bytes([separator]) + salt
    block[0] |= padding
    masked = bytearray(a ^ b for a, b in zip(block, mgf1(hashed, len(block), mask)))
    masked[0] &= 0xff >> (8 * em_size - em_bits)
    masked[0] |= top
    encoded = int.from_bytes(bytes(masked) + hashed + bytes([trailer]), "big")
    return key.power(encoded % key.modulus).to_bytes(key.size, "big")


def pkcs1(key, message):
    """RS256."""
    prefix = bytes.fromhex("3031300d060960864801650304020105000420")
    hashed = prefix + hashlib.sha256(message).digest()
    padded = b"\0\1" + b"\xff" * (key.size - len(hashed) - 3) + b"\0" + hashed
    return key.power(int.from_bytes(padded, "big")).to_bytes(key.size, "big")
