"""Sessions of a mtpylon server, written where Session Deck can list and end them.

mtpylon keeps which (auth key, session id) pairs it has seen in memory, and tells nobody. The classes here keep them in
a SQLite file or in Redis instead, or beside its own storage. Nothing here ever stores, logs or sends an auth key: a pair
is known by the key's id, eight bytes, and the session id.

    config['session_storage'] = {
        'storage': 'session_deck_mtpylon.SqliteSessionStorage',
        'params': {'path': '/var/lib/myserver/sessions.sqlite'},
    }

Python 3.9 and later; no packages for SQLite, `redis` 4.2 or later for Redis. MIT licence, as Session Deck.
"""

import asyncio
import os
import sqlite3
import time
from contextlib import closing

__all__ = ["RedisSessionStorage", "SessionObserver", "SqliteSessionStorage", "key_id_bytes"]

#: How often a session that is in use is noted as seen, in seconds. A server asks at every message.
SEEN_EVERY = 30

BUSY_TIMEOUT = 5

SCHEMA = """
CREATE TABLE IF NOT EXISTS mtpylon_sessions (
    auth_key_id BLOB NOT NULL,
    session_id INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    last_seen_at INTEGER NOT NULL,
    ended_at INTEGER,
    PRIMARY KEY (auth_key_id, session_id)
)
"""


def key_id_bytes(auth_key):
    """The id of a mtpylon AuthKey as the bytes that travel: it is their number, read big-endian and without sign."""
    return auth_key.id.to_bytes(8, "big")


def signed(session_id):
    """A session id as the signed 64 bits that databases keep."""
    return (session_id + 2**63) % 2**64 - 2**63


class _Seen:
    """Which sessions need not be noted as seen again yet. Forgets by itself: it never grows past what is in use."""

    def __init__(self, every, clock):
        self._every = every
        self._clock = clock
        self._until = {}

    def is_fresh(self, pair):
        now = self._clock()
        if self._until.get(pair, 0) > now:
            return True
        if len(self._until) > 10_000:
            self._until = {one: until for one, until in self._until.items() if until > now}
        self._until[pair] = now + self._every
        return False

    def forget(self, pair):
        self._until.pop(pair, None)


class SqliteSessionStorage:
    """mtpylon's session storage in a SQLite file. Several servers may share one."""

    def __init__(self, path, seen_every=SEEN_EVERY, clock=time.time):
        self._path = os.fspath(path)
        self._clock = clock
        self._seen = _Seen(seen_every, clock)
        self._lock = asyncio.Lock()
        # Only its owner may know who is connected.
        os.close(os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600))
        self._run(SCHEMA)

    async def create_session(self, auth_key, session_id):
        """Notes a session; one that had ended begins anew."""
        pair = (key_id_bytes(auth_key), signed(session_id))
        now = int(self._clock())
        await self._write(
            """INSERT INTO mtpylon_sessions (auth_key_id, session_id, created_at, last_seen_at) VALUES (?, ?, ?, ?)
            ON CONFLICT (auth_key_id, session_id) DO UPDATE SET
                created_at = CASE WHEN ended_at IS NULL THEN created_at ELSE excluded.created_at END,
                last_seen_at = excluded.last_seen_at, ended_at = NULL""",
            (*pair, now, now),
        )

    async def has_session(self, auth_key, session_id):
        """False for a session that was ended, here or from Session Deck's window."""
        pair = (key_id_bytes(auth_key), signed(session_id))
        where = "auth_key_id = ? AND session_id = ? AND ended_at IS NULL"
        if await self._write(f"SELECT 1 FROM mtpylon_sessions WHERE {where}", pair) == []:
            self._seen.forget(pair)
            return False
        if not self._seen.is_fresh(pair):
            now = int(self._clock())
            await self._write(f"UPDATE mtpylon_sessions SET last_seen_at = ? WHERE {where}", (now, *pair))
        return True

    async def destroy_session(self, auth_key, session_id):
        """Ends a session. The row stays, so that it is known when; `forget_ended` takes such rows away."""
        pair = (key_id_bytes(auth_key), signed(session_id))
        await self._write(
            "UPDATE mtpylon_sessions SET ended_at = ? WHERE auth_key_id = ? AND session_id = ? AND ended_at IS NULL",
            (int(self._clock()), *pair),
        )

    async def forget_ended(self, before):
        """Takes away the rows of sessions that ended before that time, in Unix seconds."""
        await self._write("DELETE FROM mtpylon_sessions WHERE ended_at < ?", (int(before),))

    async def _write(self, sql, parameters):
        async with self._lock:
            return await asyncio.get_running_loop().run_in_executor(None, self._run, sql, parameters)

    def _run(self, sql, parameters=()):
        # A connection for each: nothing stays open that could lock Session Deck out, or be locked out by it.
        with closing(sqlite3.connect(self._path, timeout=BUSY_TIMEOUT)) as database, database:
            return database.execute(sql, parameters).fetchall()


class RedisSessionStorage:
    """mtpylon's session storage in Redis: a hash for each session and a set that names them all."""

    def __init__(self, url=None, client=None, prefix="mtpylon:", seen_every=SEEN_EVERY, clock=time.time):
        """`client` is a `redis.asyncio.Redis`; without one it is made from `url`."""
        if client is None:
            from redis.asyncio import Redis

            client = Redis.from_url(url)
        self._client = client
        self._prefix = prefix
        self._clock = clock
        self._seen = _Seen(seen_every, clock)

    async def create_session(self, auth_key, session_id):
        from redis.exceptions import WatchError

        member = self._member(auth_key, session_id)
        while True:
            try:
                return await self._create(member, signed(session_id))
            except WatchError:
                continue  # another server noted or ended it meanwhile

    async def _create(self, member, session_id):
        key = self._key(member)
        now = int(self._clock())
        async with self._client.pipeline(transaction=True) as pipe:
            await pipe.watch(key)
            has_ended = await pipe.hexists(key, "ended_at")
            pipe.multi()
            if has_ended:
                pipe.delete(key)
            pipe.hsetnx(key, "auth_key_id", member.split(":")[0])
            pipe.hsetnx(key, "session_id", session_id)
            pipe.hsetnx(key, "created_at", now)
            pipe.hset(key, "last_seen_at", now)
            pipe.sadd(f"{self._prefix}sessions", member)
            await pipe.execute()

    async def has_session(self, auth_key, session_id):
        member = self._member(auth_key, session_id)
        key = self._key(member)
        created, ended = await self._client.hmget(key, "created_at", "ended_at")
        if created is None or ended is not None:
            self._seen.forget(member)
            return False
        if not self._seen.is_fresh(member):
            await self._client.hset(key, "last_seen_at", int(self._clock()))
        return True

    async def destroy_session(self, auth_key, session_id):
        key = self._key(self._member(auth_key, session_id))
        if await self._client.hexists(key, "created_at"):
            await self._client.hsetnx(key, "ended_at", int(self._clock()))

    async def forget_ended(self, before):
        names = f"{self._prefix}sessions"
        async for name in self._client.sscan_iter(names):
            member = name.decode() if isinstance(name, bytes) else name
            ended = await self._client.hget(self._key(member), "ended_at")
            if ended is not None and int(ended) < before:
                await self._client.delete(self._key(member))
                await self._client.srem(names, member)

    async def close(self):
        await self._client.aclose()

    def _member(self, auth_key, session_id):
        return f"{key_id_bytes(auth_key).hex()}:{signed(session_id)}"

    def _key(self, member):
        return f"{self._prefix}session:{member}"


class SessionObserver:
    """Keeps a storage of this module up to date beside mtpylon's own: `app['session_subject'].subscribe(observer)`.

    What it cannot write is told to `on_error` and disturbs neither the server nor other observers.
    """

    def __init__(self, storage, on_error=None):
        self._storage = storage
        self._on_error = on_error

    async def update(self, event):
        kind = getattr(event.type, "value", event.type)
        try:
            if kind == "created":
                await self._storage.create_session(event.auth_key, event.session_id)
            elif kind == "destroyed":
                await self._storage.destroy_session(event.auth_key, event.session_id)
        except Exception as error:  # an observer's failure would reach the client of the server
            if self._on_error is not None:
                self._on_error(error)
