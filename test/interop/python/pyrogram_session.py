"""pyrogram_session.py MODULE read-file|write-file|read-string|write-string PATH [LOOKUPS]

MODULE is what the library is imported by: pyrogram (Pyrogram, Kurigram) or hydrogram.
"""

import asyncio
import importlib
import inspect
import os
import sys
from pathlib import Path

from common import key_id, peer, read_lookups, read_text, report

library = importlib.import_module(sys.argv[1])
storage = importlib.import_module(f"{sys.argv[1]}.storage")


def file_storage(path):
    path = Path(path)
    if hasattr(storage, "FileStorage"):
        return storage.FileStorage(path.stem, path.parent)
    return storage.SQLiteStorage(path.stem, path.parent)


def string_storage(text):
    if hasattr(storage, "MemoryStorage"):
        return storage.MemoryStorage(":memory:", text)
    names = inspect.signature(storage.SQLiteStorage).parameters
    in_memory = "in_memory" if "in_memory" in names else "use_memory"
    return storage.SQLiteStorage("interop", workdir=Path("."), session_string=text, **{in_memory: True})


async def optional(opened, name):
    """Newer forks keep the address too."""
    method = getattr(opened, name, None)
    return None if method is None else await method()


async def describe(opened):
    return {
        "keyId": key_id(await opened.auth_key()),
        "dc": await opened.dc_id(),
        "address": await optional(opened, "server_address"),
        "port": await optional(opened, "port"),
        "testMode": bool(await opened.test_mode()),
        "apiId": await opened.api_id(),
        "userId": None if await opened.user_id() is None else str(await opened.user_id()),
        "isBot": None if await opened.is_bot() is None else bool(await opened.is_bot()),
    }


def marked(lookup):
    number = int(lookup["id"])
    return {"user": number, "chat": -number, "channel": -1000000000000 - number}[lookup["kind"]]


async def describe_file(opened, lookups_path):
    lookups = read_lookups(lookups_path)
    result = await describe(opened)
    result["date"] = await opened.date()
    result["byId"] = [peer(await opened.get_peer_by_id(marked(one))) for one in lookups]
    result["byUsername"] = [
        peer(await opened.get_peer_by_username(one["username"])) for one in lookups if one["username"]
    ]
    if hasattr(opened, "get_update_states"):
        states = await opened.get_update_states()
        result["states"] = {str(one.id): [one.pts, one.qts, one.date, one.seq] for one in states}
    return result


async def fill(opened):
    await opened.dc_id(4)
    await opened.api_id(94575)
    await opened.test_mode(False)
    await opened.auth_key(os.urandom(256))
    await opened.user_id(5123456789)
    await opened.is_bot(True)
    if hasattr(opened, "server_address"):
        await opened.server_address("149.154.167.91")
        await opened.port(443)


PEERS = [
    (5123456789, -(2**63) + 1, "user", "ann_interop", "491234"),
    (6123456789, 42, "bot", "bot_interop", None),
    (-777, 0, "group", None, None),
    (-1001234567890, 2**63 - 1, "channel", "news_interop", None),
    (-1001234567891, 7, "supergroup", None, None),
]


async def write_file(path):
    opened = file_storage(path)
    await opened.open()
    await fill(opened)
    if hasattr(opened, "update_usernames"):
        await opened.update_peers([(number, access_hash, kind, phone) for number, access_hash, kind, _, phone in PEERS])
        await opened.update_usernames([(number, [name]) for number, _, _, name, _ in PEERS if name])
    else:
        await opened.update_peers(PEERS)
    if hasattr(opened, "set_update_state"):
        state = storage.UpdateState
        await opened.set_update_state([state(0, 11, 12, 1700000000, 13), state(1234567890, 21, None, 1700000000, None)])
    await opened.save()
    result = await describe_file(opened, None)
    await opened.close()
    return result


async def main():
    action, path, lookups = sys.argv[2], sys.argv[3], sys.argv[4] if len(sys.argv) > 4 else None
    if action == "read-file":
        opened = file_storage(path)
        await opened.open()
        result = await describe_file(opened, lookups)
        await opened.close()
    elif action == "write-file":
        result = await write_file(path)
    elif action == "read-string":
        opened = string_storage(read_text(path))
        await opened.open()
        result = await describe(opened)
        await opened.close()
    elif action == "write-string":
        opened = string_storage(None)
        await opened.open()
        await fill(opened)
        Path(path).write_text(await opened.export_session_string(), encoding="ascii")
        result = await describe(opened)
        await opened.close()
    else:
        sys.exit("there is no such action")
    report({**result, "library": library.__version__})


asyncio.run(main())
