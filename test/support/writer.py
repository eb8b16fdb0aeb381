"""A bot that writes all the time and never waits for a lock. Prints one JSON line when told to stop (end of input)."""
import json
import select
import sqlite3
import sys

path, mode = sys.argv[1], sys.argv[2]
pause = float(sys.argv[3]) if len(sys.argv) > 3 else 0.0005
db = sqlite3.connect(path, timeout=0, isolation_level=None)
db.execute(f"PRAGMA journal_mode={mode}")
db.execute("PRAGMA synchronous=OFF")
if mode == "WAL":
    db.execute("PRAGMA wal_autocheckpoint=20")
next_id = 1 + db.execute("SELECT max(id) FROM entities").fetchone()[0]
done, locked, failures = 0, 0, []
print("ready", flush=True)
while not select.select([sys.stdin], [], [], pause)[0]:
    try:
        db.execute("BEGIN IMMEDIATE")
        # Readers check this: rows after the first commit of ours and the counter always agree.
        for _ in range(20):
            db.execute(
                "INSERT INTO entities VALUES (?, ?, ?, ?, ?, ?)",
                (next_id, next_id * 7919, f"user{next_id}", None, "x" * (next_id % 700), 1700000000),
            )
            next_id += 1
        if next_id > 4000:
            db.execute("DELETE FROM entities WHERE id > 1000")
            next_id = 1001
        db.execute("UPDATE update_state SET pts = (SELECT count(*) FROM entities WHERE id <> 0) WHERE id = 0")
        db.execute("COMMIT")
        done += 1
    except sqlite3.OperationalError as error:
        if "locked" in str(error):
            locked += 1
        else:
            failures.append(str(error))
        if db.in_transaction:
            db.execute("ROLLBACK")
print(json.dumps({"done": done, "locked": locked, "failures": failures}), flush=True)
