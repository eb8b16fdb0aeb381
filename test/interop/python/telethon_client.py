"""telethon_client.py ACTION HOST PORT [FRAMING]

Talks to a server by the library itself. The key (hexadecimal digits), the bot token and the server's public key come by
the environment; the server speaks another layer, so that `answers` gives what it is to say.
"""

import asyncio
import os
import sys

from telethon import TelegramClient, errors, functions, types
from telethon.crypto import AuthKey, rsa
from telethon.network import connection
from telethon.sessions import StringSession

from common import key_id, report

FRAMINGS = {
    "full": connection.ConnectionTcpFull,
    "abridged": connection.ConnectionTcpAbridged,
    "intermediate": connection.ConnectionTcpIntermediate,
    "obfuscated": connection.ConnectionTcpObfuscated,
}


def answers():
    user = types.User(id=1001, is_self=True, access_hash=7007, first_name="Ada", username="ada", phone="9996621234")
    bot = types.User(id=5001, is_self=True, bot=True, bot_info_version=1, access_hash=35007, first_name="Robo")
    vector = (0x1CB5C415).to_bytes(4, "little") + (1).to_bytes(4, "little")
    return {
        "me": (vector + bytes(user)).hex(),
        "botLogin": bytes(types.auth.Authorization(user=bot)).hex(),
    }


async def me(client):
    user = await client.get_me()
    return user and {"id": user.id, "bot": user.bot, "firstName": user.first_name, "phone": user.phone}


async def ask(client):
    await client(functions.users.GetUsersRequest([types.InputUserSelf()]))


async def devices(client):
    found = await client(functions.account.GetAuthorizationsRequest())
    return [
        {
            "hash": str(one.hash),
            "current": one.current,
            "device": one.device_model,
            "apiId": one.api_id,
            "created": int(one.date_created.timestamp()),
        }
        for one in found.authorizations
    ]


async def log_out(client):
    done = await client.log_out()
    return {"done": done, "sessionGone": client.session is None}


async def bot_login(client):
    user = await client.sign_in(bot_token=os.environ["INTEROP_TOKEN"])
    return {"id": user.id, "bot": user.bot, "keyId": key_id(client.session.auth_key.key)}


async def run(action, host, port, framing="full"):
    session = StringSession()
    session.set_dc(2, host, int(port))
    key = os.environ.get("INTEROP_KEY")
    if key:
        session.auth_key = AuthKey(bytes.fromhex(key))
    pem = os.environ.get("INTEROP_PUBLIC_KEY")
    if pem:
        rsa.add_key(pem.encode(), old=False)
    client = TelegramClient(
        session,
        1,
        "hash",
        connection=FRAMINGS[framing],
        device_model="Snake",
        receive_updates=False,
        connection_retries=1,
        request_retries=1,
    )
    actions = {"me": me, "ask": ask, "devices": devices, "log-out": log_out, "bot-login": bot_login}
    try:
        await client.connect()
        return await actions[action](client)
    except errors.RPCError as error:
        return {"refusal": type(error).__name__}
    finally:
        if client.session is not None:
            await client.disconnect()


def main():
    action, *rest = sys.argv[1:]
    report(answers() if action == "answers" else asyncio.run(run(action, *rest)))


main()
