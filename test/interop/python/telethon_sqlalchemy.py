"""telethon-session-sqlalchemy on a database whose address, password and all, comes by the environment."""

import datetime
import os
import sys

from alchemysession import AlchemySessionContainer
from common import key_id, peer_of_row, report
from telethon.crypto import AuthKey
from telethon.tl import types
from telethon.tl.types.updates import State


def open_session(name, prefix):
    container = AlchemySessionContainer(os.environ["DECK_DATABASE"], table_prefix=prefix)
    return container, container.new_session(name)


def read(name, prefix, ids):
    _, session = open_session(name, prefix)
    state = session.get_update_state(0)
    report(
        {
            "keyId": key_id(session.auth_key.key) if session.auth_key else None,
            "dc": session.dc_id,
            "address": session.server_address,
            "port": session.port,
            "state": None if state is None else [state.pts, state.qts, int(state.date.timestamp()), state.seq],
            "byId": [peer_of_row(session.get_entity_rows_by_id(int(one), exact=True)) for one in ids],
        }
    )


def write(name, prefix, key_file):
    _, session = open_session(name, prefix)
    with open(key_file, "rb") as file:
        key = file.read()
    session.set_dc(4, "149.154.167.91", 443)
    session.auth_key = AuthKey(key)
    session.process_entities(
        [
            types.User(id=7000000001, access_hash=-(2**63), first_name="Ана", username="ana_user", phone="49170"),
            types.Channel(
                id=1234567890, title="Канал", photo=types.ChatPhotoEmpty(), date=None, access_hash=12, username="chan"
            ),
        ]
    )
    moment = datetime.datetime.fromtimestamp(1_700_000_000, tz=datetime.timezone.utc)
    session.set_update_state(0, State(pts=1, qts=2, date=moment, seq=3, unread_count=4))
    session.save()
    report({})


if __name__ == "__main__":
    action, name, prefix, *rest = sys.argv[1:]
    {"read": lambda: read(name, prefix, rest), "write": lambda: write(name, prefix, rest[0])}[action]()
