#!/usr/bin/env python3
"""Checks tests/vectors/digest and tests/vectors/audit by docs/vault-format.md alone: Python's standard library only."""

import datetime
import hashlib
import hmac
import json
import pathlib
import struct
import sys

HERE = pathlib.Path(__file__).parent
COLUMNS = {
    "meta": ["name", "value"],
    "accounts": ["id", "name", "kind", "currency", "bank", "branch", "institution", "closed"],
    "numbers": ["account", "position", "number"],
    "coverages": [
        "account", "import", "statement", "first", "last", "earliest", "reach", "reversed", "content", "numbers", "segment", "added",
        "present", "updated", "twin",
    ],
    "source_rows": [
        "place", "txn", "import", "position", "line", "lead", "counts", "kind", "amount", "pending", "running",
        "bank_id", "description", "memo", "check_no", "category", "type",
    ],
}


def mac(key, message):
    return hmac.new(key, message, hashlib.sha256).digest()


def expand(prk, label):
    return mac(prk, label + b"\x01")


def sized(data):
    return struct.pack("<q", len(data)) + data


def column(value):
    if value is None:
        return b"\x00"
    ((kind, content),) = value.items()
    if kind == "int":
        return b"\x01" + struct.pack("<q", content)
    if kind == "text":
        return b"\x02" + sized(content.encode())
    assert kind == "blob", kind
    return b"\x03" + sized(bytes.fromhex(content))


def named(table):
    return bytes([len(table)]) + table.encode()


def row_digest(key, table, values):
    return mac(key, named(table) + b"".join(map(column, values)))


def unpack(place):
    """Segment, day and offset of a place."""
    assert 0 <= place < 1 << 63
    day = datetime.date(1900, 1, 1) + datetime.timedelta(days=place >> 26 & (1 << 17) - 1)
    return place >> 43, day, place & (1 << 26) - 1


def segments_of(tables):
    """Account, lowest number and twin of each segment, as the coverages name them."""
    (coverages,) = (table for table in tables if table["table"] == "coverages")
    rows = [dict(zip(coverages["columns"], row["values"])) for row in coverages["rows"]]
    segments = {row["segment"]["int"]: (row["account"]["int"], row["numbers"]["int"], row["twin"]) for row in rows}
    assert len(segments) == len(rows)
    return segments


def shows(fields, offset, lowest, twin):
    """Whether a row leads. Stored as alone where there is a twin, it is a row of the other's transaction."""
    stored = [fields[name]["int"] for name in ("txn", "lead", "counts")]
    return 0 if twin and stored == [lowest + offset, 1, 1] else fields["lead"]["int"]


def check_digests(vectors):
    key = expand(bytes.fromhex(vectors["auditKey"]), b"finvault row digests")
    assert key.hex() == vectors["rowKey"]
    for case in vectors["places"]:
        assert unpack(case["place"]) == (case["segment"], datetime.date.fromisoformat(case["day"]), case["offset"]), case
    segments = segments_of(vectors["tables"])
    sums = {}
    rows = 0
    for table in vectors["tables"]:
        name = table["table"]
        assert table["columns"] == COLUMNS[name], name
        for row in table["rows"]:
            digest = row_digest(key, name, row["values"])
            assert digest.hex() == row["digest"], row
            bucket, leads, posted = (name, 0, 0, 0), 0, 0
            if name == "source_rows":
                fields = dict(zip(table["columns"], row["values"]))
                segment, day, offset = unpack(fields["place"]["int"])
                account, *numbers = segments[segment]
                bucket = (name, account, day.year * 12 + day.month - 1, segment)
                leads = shows(fields, offset, *numbers)
                posted = fields["amount"]["int"] if leads and fields["pending"]["int"] == 0 else 0
            count, txns, money, total = sums.get(bucket, (0, 0, 0, 0))
            sums[bucket] = (count + 1, txns + leads, money + posted, (total + int.from_bytes(digest, "little")) % (1 << 256))
            rows += 1
    found = [
        {"table": b[0], "account": b[1], "month": b[2], "segment": b[3], "rows": n, "txns": t, "posted": m,
         "sum": s.to_bytes(32, "little").hex()}
        for b, (n, t, m, s) in sorted(sums.items())
    ]
    assert found == vectors["buckets"], found
    message = b"root"
    for (table, account, month, segment), (count, txns, money, total) in sorted(sums.items()):
        message += named(table) + struct.pack("<qiqqqq", account, month, segment, count, txns, money) + total.to_bytes(32, "little")
    assert mac(key, message).hex() == vectors["root"]
    # Every row counts: without any one of them the root is another.
    assert rows == sum(b["rows"] for b in found) and rows >= 8
    return f"{rows} rows, {len(found)} sums, one root"


def chain_mac(key, previous, entry):
    texts = b"".join(sized(entry[name].encode()) for name in ("action", "subject", "detail"))
    return mac(key, previous + struct.pack("<qq", entry["seq"], entry["time"]) + texts + bytes.fromhex(entry["root"]))


def first_broken(key, entries):
    previous = bytes(32)
    for expected, entry in enumerate(entries, 1):
        if entry["seq"] != expected or chain_mac(key, previous, entry).hex() != entry["mac"]:
            return expected
        previous = bytes.fromhex(entry["mac"])
    return None


def check_chain(vectors):
    audit_key = bytes.fromhex(vectors["auditKey"])
    key = expand(audit_key, b"finvault audit chain")
    assert key.hex() == vectors["chainKey"]
    assert vectors["cases"][0]["name"] == "sound" and len(vectors["cases"][0]["entries"]) == 3
    for case in vectors["cases"]:
        assert first_broken(key, case["entries"]) == case["firstBroken"], case["name"]
        for entry in case["entries"]:
            # Sorted names, no white space.
            if not case["firstBroken"]:
                detail = json.dumps(json.loads(entry["detail"]), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
                assert detail == entry["detail"], entry
    witness = vectors["witness"]
    witness_key = expand(audit_key, b"finvault witness" + witness["grantId"].encode())
    assert mac(witness_key, bytes.fromhex(witness["mac"])).hex() == witness["witness"]
    return f"{len(vectors['cases'])} chains, one witness"


def main():
    for path, check in (("digest/rows.json", check_digests), ("audit/chain.json", check_chain)):
        print(f"{path}: {check(json.loads((HERE / path).read_text(encoding='utf-8')))}")


if __name__ == "__main__":
    sys.exit(main())
