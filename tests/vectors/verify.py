#!/usr/bin/env python3
"""Checks the frozen vectors of sealed slices without any code of the project.

Written from docs/slice-format.md alone. Needs Python 3.9 and the package `cryptography`.
Exits 1 when a case does not end as tests/vectors/slice/manifest.json says.
"""

import base64
import datetime
import hashlib
import hmac
import json
import pathlib
import struct
import sys

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

ALPHABET = "23456789abcdefghjkmnopqrstuvwxyz"
MAGIC = b"finvault-slice v1\n"
HEADER = 110
SHORTEST = 4096
NAMESPACE = b"slice@finvault"


class Refused(Exception):
    """The package is not let out; the argument is the outcome's name in the manifest."""


def symbols(data, count):
    bits = "".join(f"{byte:08b}" for byte in data).ljust(count * 5, "0")
    return "".join(ALPHABET[int(bits[i * 5 : i * 5 + 5], 2)] for i in range(count))


def parse_token(text):
    text = text.strip()
    parts = text.split("_")
    if len(text) != 82 or len(parts) != 4 or [len(p) for p in parts] != [3, 16, 52, 8] or parts[0] != "vlt":
        raise Refused("bad-token")
    if any(c not in ALPHABET for c in "".join(parts[1:])):
        raise Refused("bad-token")
    if symbols(hashlib.sha256(text[:-9].encode()).digest(), 8) != parts[3]:
        raise Refused("bad-token")
    bits = "".join(f"{ALPHABET.index(c):05b}" for c in parts[2])
    if bits[256:] != "0000":
        raise Refused("bad-token")
    return parts[1], int(bits[:256], 2).to_bytes(32, "big")


def mac(key, data):
    return hmac.new(key, data, hashlib.sha256).digest()


def expand(prk, info, length):
    out, block, counter = b"", b"", 1
    while len(out) < length:
        block = mac(prk, block + info + bytes([counter]))
        out, counter = out + block, counter + 1
    return out[:length]


def padme(length):
    if length < 2:
        return length
    exponent = length.bit_length() - 1
    mask = (1 << (exponent - exponent.bit_length())) - 1
    return (length + mask) & ~mask


def ssh_string(data):
    if len(data) < 4:
        raise Refused("signature")
    (length,) = struct.unpack(">I", data[:4])
    if len(data) < 4 + length:
        raise Refused("signature")
    return data[4 : 4 + length], data[4 + length :]


def put(*fields):
    return b"".join(struct.pack(">I", len(field)) + field for field in fields)


def parse_sshsig(blob):
    if blob[:10] != b"SSHSIG\0\0\0\1":
        raise Refused("signature")
    rest, fields = blob[10:], []
    for _ in range(5):
        field, rest = ssh_string(rest)
        fields.append(field)
    wire, namespace, reserved, algorithm, signature = fields
    kind, key = ssh_string(wire)
    key, key_rest = ssh_string(key)
    signature_kind, raw = ssh_string(signature)
    raw, raw_rest = ssh_string(raw)
    sound = not (rest or reserved or key_rest or raw_rest) and algorithm == b"sha512" and namespace == NAMESPACE
    if not sound or kind != b"ssh-ed25519" or signature_kind != b"ssh-ed25519":
        raise Refused("signature")
    return wire, key, raw


def open_package(data, token):
    """Gives the document, the signer's public key line, and every value on the way."""
    _, secret = parse_token(token)
    if not data.startswith(MAGIC):
        raise Refused("unknown-version" if data.startswith(b"finvault-slice v") else "not-a-slice")
    if len(data) < HEADER + SHORTEST + 16:
        raise Refused("cut-off")
    grant_id, version, expiry, salt, commitment = struct.unpack(">16sIq32s32s", data[18:HEADER])
    if any(chr(b) not in ALPHABET for b in grant_id) or version == 0 or not 0 <= expiry <= 7258118399:
        raise Refused("header")
    prk = mac(b"finvault token v1", secret)
    material = expand(prk, b"seal" + salt + grant_id, 76)
    key, nonce, expected = material[:32], material[32:44], material[44:]
    if not hmac.compare_digest(expected, commitment):
        raise Refused("wrong-token")
    try:
        plain = AESGCM(key).decrypt(nonce, data[HEADER:], data[:HEADER])
    except InvalidTag:
        raise Refused("damaged") from None
    (length,) = struct.unpack(">I", plain[:4])
    document, rest = plain[4 : 4 + length], plain[4 + length :]
    if len(document) != length or len(rest) < 4:
        raise Refused("malformed")
    (length,) = struct.unpack(">I", rest[:4])
    blob, padding = rest[4 : 4 + length], rest[4 + length :]
    used = len(plain) - len(padding)
    if len(blob) != length or any(padding) or padme(max(used, SHORTEST)) != len(plain):
        raise Refused("malformed")
    wire, public, signature = parse_sshsig(blob)
    signed = b"SSHSIG" + put(NAMESPACE, b"", b"sha512", hashlib.sha512(document).digest())
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, signed)
    except InvalidSignature:
        raise Refused("signature") from None
    grant = json.loads(document)["grant"]
    line = "ssh-ed25519 " + base64.b64encode(wire).decode()
    ends = datetime.datetime.fromisoformat(grant["expirationTime"].replace("Z", "+00:00"))
    told = (grant["grantId"].encode(), grant["version"], int(ends.timestamp()), grant["issuer"]["publicKey"])
    if told != (grant_id, version, expiry, line):
        raise Refused("contradiction")
    fingerprint = "SHA256:" + base64.b64encode(hashlib.sha256(wire).digest()).decode().rstrip("=")
    if grant["issuer"]["fingerprint"] != fingerprint:
        raise Refused("contradiction")
    values = {"prk": prk, "salt": salt, "key": key, "nonce": nonce, "commitment": commitment}
    return document, line, ends, values


def no_floats(text):
    raise ValueError(f"a slice holds the number {text}")


def check(case, folder):
    data = (folder / case["package"]).read_bytes()
    try:
        document, line, ends, values = open_package(data, case["token"])
        now = datetime.datetime.fromisoformat(case["now"].replace("Z", "+00:00"))
        if ends <= now:
            raise Refused("expired")
    except Refused as refusal:
        return [] if str(refusal) == case["expect"] else [f"refused as {refusal}, expected {case['expect']}"]
    if case["expect"] != "ok":
        return [f"it opened, expected {case['expect']}"]
    opened, wrong = case["opened"], []
    if document != (folder / opened["document"]).read_bytes():
        wrong.append("the document is another one")
    if line != opened["signer"]:
        wrong.append("the signer is another one")
    wrong += [f"{name} is another one" for name, value in values.items() if value.hex() != opened[name]]
    seed = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(opened["signingSeed"]))
    raw = seed.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    if base64.b64decode(line.split()[1])[-32:] != raw:
        wrong.append("the seed makes another key")
    value = json.loads(document, parse_float=no_floats)
    canonical = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    if canonical != document:
        wrong.append("the document is not canonical JSON")
    return wrong


def main():
    folder = pathlib.Path(__file__).resolve().parent / "slice"
    cases = json.loads((folder / "manifest.json").read_text("utf-8"))
    failed = 0
    for case in cases:
        wrong = check(case, folder)
        print(f"{case['name']}: {'; '.join(wrong) or case['expect']}")
        failed += bool(wrong)
    print(f"{len(cases)} cases, {failed} wrong")
    return 1 if failed or not cases else 0


if __name__ == "__main__":
    sys.exit(main())
