#!/usr/bin/env python3
"""Checks the frozen header in tests/vectors/header by the text of docs/vault-format.md alone.

Python's standard library and `cryptography`; Argon2id comes from `cryptography` 44 or newer, else from `argon2-cffi`.
Exit status 0 when every key slot opens to the expected master key and nothing changed does.
"""

import base64
import hashlib
import hmac
import json
import pathlib
import struct
import sys
import tomllib

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

HERE = pathlib.Path(__file__).resolve().parent / "header"
ALPHABET = "23456789abcdefghjkmnopqrstuvwxyz"


def argon2id(passphrase, salt, m_kib, t, p):
    try:
        from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

        kdf = Argon2id(salt=salt, length=32, iterations=t, lanes=p, memory_cost=m_kib)
        return kdf.derive(passphrase)
    except Exception as why:  # An old version, or an OpenSSL without Argon2.
        try:
            from argon2.low_level import Type, hash_secret_raw
        except ImportError:
            sys.exit(f"no Argon2id: {why}; install python3-argon2, or argon2-cffi by pip")
        return hash_secret_raw(passphrase, salt, t, m_kib, p, 32, Type.ID)


def hmac256(key, message):
    return hmac.new(key, message, hashlib.sha256).digest()


def expand(prk, label):
    """HKDF-Expand for one block of 32 bytes."""
    return hmac256(prk, label + b"\x01")


def check_symbol(place, group):
    """The check symbol of four characters in a place counted from 1: GF(32) with x^5 + x^2 + 1."""
    total = place
    for weight, symbol in enumerate(group, 1):
        number = ALPHABET.index(symbol)
        for _ in range(weight):
            number <<= 1
            if number & 32:
                number ^= 0b100101
        total ^= number
    return ALPHABET[total]


def recovery_secret(typed):
    """The 28 random characters of a recovery code whose checks are right."""
    code = typed.replace("-", "").replace(" ", "").lower().replace("0", "o")
    assert len(code) == 40, "length of the recovery code"
    groups = [code[at : at + 5] for at in range(0, 40, 5)]
    for place, group in enumerate(groups, 1):
        assert group[4] == check_symbol(place, group[:4]), f"check symbol of group {place}"
    code = "".join(group[:4] for group in groups)
    random, checksum = code[:28], code[28:]
    digest = hashlib.sha256(b"finvault/v1 recovery code" + random.encode()).digest()
    bits = int.from_bytes(digest[:3], "big") >> 4
    expected = "".join(ALPHABET[bits >> shift & 31] for shift in (15, 10, 5, 0))
    assert checksum == expected, "checksum of the recovery code"
    return random.encode()


def unwrap(header, slot, keys):
    """The master key of a slot, or InvalidTag."""
    salt, nonce, wrapped = (base64.b64decode(slot[name], validate=True) for name in ("salt", "nonce", "wrapped"))
    parameters = b""
    if slot["kind"] == "passphrase":
        prk = argon2id(keys["passphrase"], salt, slot["m_kib"], slot["t"], slot["p"])
        parameters = struct.pack(">III", slot["m_kib"], slot["t"], slot["p"])
    else:
        prk = hmac256(salt, keys[slot["kind"]])
    fields = [
        b"finvault/v1 key slot",
        struct.pack(">I", header["format"]),
        header["vault"].encode(),
        struct.pack(">I", slot["id"]),
        slot["kind"].encode(),
        slot["kdf"].encode(),
        parameters,
        salt,
    ]
    associated = b"".join(struct.pack(">I", len(field)) + field for field in fields)
    return AESGCM(expand(prk, b"finvault/v1 slot key")).decrypt(nonce, wrapped, associated)


def last_line(raw, name):
    """The bytes before the last line, and the value in that line."""
    start = raw.rindex(b"\n", 0, -1) + 1
    line = raw[start:]
    assert line.startswith(name + b' = "') and line.endswith(b'"\n'), f"the line of {name}"
    return raw[:start], line[len(name) + 4 : -2]


def checksum_is_right(raw):
    covered, stored = last_line(raw, b"sha256")
    return stored.decode() == hashlib.sha256(covered).hexdigest()


def mac_is_right(raw, master):
    covered, stored = last_line(last_line(raw, b"sha256")[0], b"mac")
    stored = base64.b64decode(stored, validate=True)
    return hmac.compare_digest(stored, hmac256(expand(master, b"finvault/v1 header key"), covered))


def main():
    raw = (HERE / "header.toml").read_bytes()
    expect = json.loads((HERE / "expect.json").read_text())
    header = tomllib.loads(raw.decode())
    keys = {
        "passphrase": expect["passphrase"].encode(),
        "key-file": bytes.fromhex(expect["key_file_hex"]),
        "recovery-code": recovery_secret(expect["recovery_code"]),
    }
    for name in ("vault", "public_key", "generation"):
        assert header[name] == expect[name], name
    assert checksum_is_right(raw), "checksum"
    assert not checksum_is_right(raw.replace(b"generation = 1", b"generation = 3")), "a changed generation"
    assert header["next_slot"] > header["slots"][-1]["id"], "the next slot id"
    assert {slot["kind"] for slot in header["slots"]} == set(keys), "a slot of every kind"
    for slot in header["slots"]:
        master = unwrap(header, slot, keys)
        assert master.hex() == expect["master_key_hex"], slot["kind"]
        assert expand(master, b"finvault/v1 database key").hex() == expect["database_key_hex"], "database key"
        assert mac_is_right(raw, master), "MAC"
        assert not mac_is_right(raw.replace(b"generation = 1", b"generation = 2"), master), "a changed generation"
        for changed in ({**header, "vault": "2" * 26}, {**header, "format": 2}):
            try:
                unwrap(changed, slot, keys)
            except InvalidTag:
                continue
            sys.exit(f"the {slot['kind']} slot opens with other associated data")
        print(f"slot {slot['id']}: {slot['kind']} opens")
    print("header: ok")


if __name__ == "__main__":
    main()
