"""opentele_tdata.py FOLDER: what opentele finds in a tdata folder; the passcode is in INTEROP_PASSCODE."""

import os
import sys

from opentele.td import TDesktop

from common import key_id, report


def main():
    passcode = os.environ.get("INTEROP_PASSCODE", "")
    # None stands for the built-in empty passcode; a text is asked for.
    desktop = TDesktop(sys.argv[1], passcode=passcode or None)
    report(
        [
            {"keyId": key_id(one.authKey.key), "dc": int(one.MainDcId), "userId": str(one.UserId)}
            for one in desktop.accounts
        ]
    )


main()
