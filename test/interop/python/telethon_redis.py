"""telethon_redis.py read|write VARIANT HIVE NAME [LOOKUPS]; the server's address is in REDIS_URL."""

import os
import sys

import redis
from teleredis import RedisSession
from teleredis.teleredis import PackFunction, UnpackFunction
from telethon.crypto import AuthKey
from telethon.tl import types

from common import key_id, peer_of_row, read_lookups, report


def open_session(variant, hive, name):
    pickled = variant == "pickle"
    return RedisSession(
        name,
        redis.StrictRedis.from_url(os.environ["REDIS_URL"]),
        hive_prefix=hive,
        add_timestamps=variant == "json-stamped",
        pack_func=PackFunction.PICKLE if pickled else PackFunction.JSON,
        unpack_func=UnpackFunction.PICKLE if pickled else UnpackFunction.JSON,
    )


def main():
    action, variant, hive, name, *rest = sys.argv[1:]
    session = open_session(variant, hive, name)
    if action == "write":
        session.set_dc(2, "149.154.167.51", 443)
        session.auth_key = AuthKey(data=os.urandom(256))
        user = types.User(id=7004005006, access_hash=-5, first_name="Ana", last_name="B", username="Ana_B", phone="4917012345")
        session.process_entities(types.contacts.ResolvedPeer(types.PeerUser(user.id), [], [user]))
        if variant == "pickle":
            session.cache_file(b"\x07'\\\n\"" + b"\xff" * 11, 55, types.InputPhoto(77, -8, b""))
    found = []
    for lookup in read_lookups(rest[0] if rest else None):
        by_id = session.get_entity_rows_by_id(int(lookup["marked"]))
        by_name = session.get_entity_rows_by_username(lookup["username"]) if lookup["username"] else None
        found.append([peer_of_row(by_id), peer_of_row(by_name)])
    report(
        {
            "keyId": key_id(session.auth_key.key if session.auth_key else None),
            "dc": session.dc_id,
            "address": session.server_address,
            "port": session.port,
            "found": found,
        }
    )


main()
