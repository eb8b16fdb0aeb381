"""telethon_session.py read-file|write-file|read-string|write-string PATH [LOOKUPS]"""

import datetime
import hashlib
import os
import sys

from telethon.crypto import AuthKey
from telethon.sessions import SQLiteSession, StringSession
from telethon.tl import types

from common import key_id, peer, read_lookups, read_text, report


def describe(session):
    return {
        "keyId": key_id(session.auth_key.key if session.auth_key else None),
        "dc": session.dc_id,
        "address": session.server_address,
        "port": session.port,
    }


def peer_of(lookup):
    number = int(lookup["id"])
    return {
        "user": lambda: types.PeerUser(number),
        "chat": lambda: types.PeerChat(number),
        "channel": lambda: types.PeerChannel(number),
    }[lookup["kind"]]()


def describe_file(session, lookups_path):
    lookups = read_lookups(lookups_path)
    own = session.get_entity_rows_by_id(0)
    states = {}
    for entity_id, state in session.get_update_states():
        states[str(entity_id)] = [state.pts, state.qts, state.date.timestamp(), state.seq]
    return {
        **describe(session),
        # Its own account is kept as entity 0, whose hash is the user's id.
        "userId": str(own[1]) if own else None,
        "takeoutId": None if session.takeout_id is None else str(session.takeout_id),
        "states": states,
        "byId": [peer(session.get_input_entity(peer_of(one))) for one in lookups],
        "byUsername": [peer(session.get_input_entity(one["username"])) for one in lookups if one["username"]],
    }


def fill(session):
    session.set_dc(4, "149.154.167.91", 443)
    session.auth_key = AuthKey(data=os.urandom(256))


def write_file(path):
    session = SQLiteSession(path)
    fill(session)
    now = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)
    session.set_update_state(0, types.updates.State(pts=11, qts=12, date=now, seq=13, unread_count=0))
    session.set_update_state(1234567890, types.updates.State(pts=21, qts=0, date=now, seq=0, unread_count=0))
    user = types.User(id=5123456789, access_hash=-(2**63) + 1, first_name="Ann", username="Ann_Interop", phone="491234")
    channel = types.Channel(
        id=1234567890,
        title="News",
        photo=types.ChatPhotoEmpty(),
        date=now,
        access_hash=2**63 - 1,
        username="news_interop",
    )
    chat = types.Chat(
        id=777, title="Group", photo=types.ChatPhotoEmpty(), participants_count=2, date=now, version=1
    )
    session.process_entities(
        types.contacts.ResolvedPeer(peer=types.PeerUser(user.id), chats=[channel, chat], users=[user])
    )
    md5 = hashlib.md5(b"interop").digest()
    session.cache_file(md5, 7, types.InputDocument(id=1, access_hash=-2, file_reference=b""))
    session.save()
    result = describe_file(session, None)
    session.close()
    return result


def main():
    action, path, lookups = sys.argv[1], sys.argv[2], sys.argv[3] if len(sys.argv) > 3 else None
    if action == "read-file":
        session = SQLiteSession(path)
        report(describe_file(session, lookups))
        session.close()
    elif action == "write-file":
        report(write_file(path))
    elif action == "read-string":
        report(describe(StringSession(read_text(path))))
    elif action == "write-string":
        session = StringSession()
        fill(session)
        with open(path, "w", encoding="ascii") as file:
            file.write(session.save())
        report(describe(session))
    else:
        sys.exit("there is no such action")


main()
