"""schemas.py SCHEMAS OUTPUTS: validates each file NAME.N of a directory against the schema NAME.

Schemas let later versions add fields. Here an object has no field that its schema does not name.
"""
import json
import pathlib
import sys

from jsonschema import Draft202012Validator, RefResolver

schemas, outputs = map(pathlib.Path, sys.argv[1:])


def closed(schema):
    if isinstance(schema, list):
        return [closed(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    rest = {"additionalProperties": False} if isinstance(schema.get("properties"), dict) else {}
    return rest | {name: closed(part) for name, part in schema.items()}


known = {path.stem: closed(json.loads(path.read_text())) for path in schemas.glob("*.json")}
by_id = {schema["$id"]: schema for schema in known.values()}
wrong = []
for name, schema in known.items():
    Draft202012Validator.check_schema(schema)
    if schema["$schema"] != Draft202012Validator.META_SCHEMA["$schema"] or schema["$id"] != f"urn:finvault:schema:{name}:1":
        wrong.append(f"{name}: $schema or $id")
seen = set()
for path in sorted(outputs.iterdir()):
    name = path.name.rsplit(".", 1)[0]
    if name not in known:
        wrong.append(f"{path.name}: no schema {name}")
        continue
    seen.add(name)
    resolver = RefResolver(known[name]["$id"], known[name], store=by_id)
    validator = Draft202012Validator(known[name], resolver=resolver)
    for error in validator.iter_errors(json.loads(path.read_text())):
        wrong.append(f"{path.name}: {error.json_path}: {error.message[:300]}")
wrong += [f"{name}: no output was checked" for name in sorted(known.keys() - seen)]
sys.exit("\n".join(wrong) or 0)
