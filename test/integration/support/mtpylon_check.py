"""mtpylon_check.py sqlite PATH | redis (its address is in REDIS_URL): the protocol of mtpylon's sessions, step by step.

Prints a list of named results; whoever started it compares. No auth key is printed.
"""

import asyncio
import hashlib
import json
import os
import sys
from dataclasses import dataclass
from enum import Enum

from session_deck_mtpylon import RedisSessionStorage, SessionObserver, SqliteSessionStorage


@dataclass(frozen=True)
class AuthKey:
    """As mtpylon's own."""

    value: int

    @property
    def id(self):
        return int.from_bytes(hashlib.sha1(self.value.to_bytes(256, "big")).digest()[-8:], "big")


class EventType(Enum):
    created = "created"
    destroyed = "destroyed"


@dataclass(frozen=True)
class Event:
    type: object
    session_id: int
    auth_key: AuthKey


class Clock:
    now = 1_700_000_000

    def __call__(self):
        return self.now


async def check(make):
    clock = Clock()
    storage = make(clock)
    first, second = (AuthKey(int.from_bytes(os.urandom(256), "big")) for _ in range(2))
    low, high = -(2**63), 2**63 - 1
    results = []

    async def has(key, session):
        return await storage.has_session(key, session)

    results.append(["before", await has(first, low)])
    await storage.create_session(first, low)
    results.append(["created", await has(first, low), await has(first, high), await has(second, low)])
    await storage.create_session(first, low)
    await storage.create_session(first, high)
    await storage.create_session(second, low)
    await storage.destroy_session(second, 12345)
    results.append(["others", await has(first, low), await has(first, high), await has(second, low)])
    clock.now += 100
    results.append(["seen", await has(first, high)])
    await storage.destroy_session(second, low)
    results.append(["ended", await has(second, low)])
    clock.now += 100
    await storage.create_session(second, low)
    results.append(["again", await has(second, low)])
    await storage.create_session(second, 7)
    await storage.destroy_session(second, 7)
    await storage.forget_ended(clock.now)
    await storage.destroy_session(second, 7)
    observer = SessionObserver(storage)
    third = AuthKey(5)
    await observer.update(Event(EventType.created, 1, third))
    await observer.update(Event("created", 2, third))
    await observer.update(Event(EventType.destroyed, 1, third))
    results.append(["observed", await has(third, 1), await has(third, 2)])

    failures = []
    await SessionObserver(None, on_error=lambda error: failures.append(type(error).__name__)).update(
        Event("created", 3, third)
    )
    results.append(["failure", failures])
    await asyncio.gather(*(storage.create_session(third, 100 + number % 5) for number in range(20)))
    ids = {name: key.id.to_bytes(8, "big").hex() for name, key in (("first", first), ("second", second), ("third", third))}
    if hasattr(storage, "close"):
        await storage.close()
    return {"results": results, "ids": ids}


kind, *rest = sys.argv[1:]
if kind == "sqlite":
    done = asyncio.run(check(lambda clock: SqliteSessionStorage(rest[0], clock=clock)))
else:
    done = asyncio.run(check(lambda clock: RedisSessionStorage(os.environ["REDIS_URL"], clock=clock)))
json.dump(done, sys.stdout)
