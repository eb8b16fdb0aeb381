"""What the scripts of all libraries share. Nothing here touches the network, and no key is ever printed."""

import hashlib
import json
import sys
from pathlib import Path


def key_id(key):
    """Bytes 12 to 19 of the SHA-1 of an auth key, as hexadecimal digits; None for no key."""
    return hashlib.sha1(bytes(key)).digest()[12:20].hex() if key else None


def read_text(path):
    return Path(path).read_text(encoding="ascii").strip()


def read_lookups(path):
    """Peers to ask the library for: a list of {kind, id, username}."""
    return json.loads(Path(path).read_text(encoding="utf-8")) if path else []


def peer(found):
    """An InputPeer of any library; access hashes as text, since they exceed what JSON numbers hold elsewhere."""
    for kind, field in (("user", "user_id"), ("chat", "chat_id"), ("channel", "channel_id")):
        if hasattr(found, field):
            access_hash = getattr(found, "access_hash", None)
            return {
                "kind": kind,
                "id": str(getattr(found, field)),
                "accessHash": None if access_hash is None else str(access_hash),
            }
    raise ValueError(f"no peer: {type(found).__name__}")


def report(value):
    json.dump(value, sys.stdout)


def peer_of_row(row):
    """An id and an access hash, as a library's lookup gives them; None for none."""
    return None if row is None else [str(row[0]), str(row[1])]
