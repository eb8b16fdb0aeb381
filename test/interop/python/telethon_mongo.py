"""telethon_mongo.py read|write [LOOKUPS]; the database's address is in MONGO_URL."""

import os
import sys

from mongoengine import disconnect
from telethon.crypto import AuthKey
from telethon.tl import types
from telemongo import MongoSession
from telemongo.telemongo import UpdateState

from common import key_id, peer_of_row, read_lookups, report


def describe(session):
    return {
        "keyId": key_id(session.auth_key.key if session.auth_key else None),
        "dc": session.dc_id,
        "address": session.server_address,
        "port": session.port,
        "takeoutId": None if session.takeout_id is None else str(session.takeout_id),
    }


def main():
    action, *rest = sys.argv[1:]
    # The library looks some documents up under the name "default" alone.
    session = MongoSession("default", host=os.environ["MONGO_URL"])
    if action == "write":
        session.set_dc(2, "149.154.167.51", 443)
        session.auth_key = AuthKey(data=os.urandom(256))
        user = types.User(id=7004005006, access_hash=-5, first_name="Ana", last_name="B", username="Ana_B", phone="4917012345")
        session.process_entities(types.contacts.ResolvedPeer(types.PeerUser(user.id), [], [user]))
        session.cache_file(b"\x07" * 16, 55, types.InputPhoto(77, -8, b""))
    found = []
    for lookup in read_lookups(rest[0] if rest else None):
        by_id = session.get_entity_rows_by_id(int(lookup["marked"]))
        by_name = session.get_entity_rows_by_username(lookup["username"]) if lookup["username"] else None
        found.append([peer_of_row(by_id), peer_of_row(by_name)])
    states = {str(one.id): [one.pts, one.qts, one.date, one.seq] for one in UpdateState.objects}
    report({**describe(session), "found": found, "states": states})
    disconnect("default")


main()
