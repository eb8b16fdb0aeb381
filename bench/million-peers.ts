import { DatabaseSync } from 'node:sqlite'

/** Writes a Telethon file (version 7) with so many peers: users mostly, channels, names in two scripts. */
export function writeTelethonFile(file: string, rows: number): void {
  const db = new DatabaseSync(file)
  db.exec(`
    PRAGMA synchronous = off;
    CREATE TABLE version (version integer primary key);
    CREATE TABLE sessions (dc_id integer primary key, server_address text, port integer, auth_key blob, takeout_id integer);
    CREATE TABLE entities (id integer primary key, hash integer not null, username text, phone integer, name text, date integer);
    CREATE TABLE sent_files (md5_digest blob, file_size integer, type integer, id integer, hash integer, primary key(md5_digest, file_size, type));
    CREATE TABLE update_state (id integer primary key, pts integer, qts integer, date integer, seq integer);
    INSERT INTO version VALUES (7);
    INSERT INTO sessions VALUES (2, '149.154.167.51', 443, randomblob(256), NULL);
    INSERT INTO update_state VALUES (0, 1, 1, 1700000000, 1);
    INSERT INTO entities VALUES (0, 4001, NULL, NULL, NULL, 1700000000);
    BEGIN`)
  const insert = db.prepare('INSERT INTO entities VALUES (?, ?, ?, ?, ?, ?)')
  const random = seededRandom(1)
  for (let row = 0; row < rows; row += 1) {
    const isChannel = row % 5 === 0
    const id = BigInt(row + 1) * 4_001n
    const name =
      row % 9_973 === 0
        ? `Needle 777 ${row}`
        : row % 9_967 === 0
          ? `Иголка ${row}`
          : `Person ${Math.floor(random() * 1e9).toString(36)} ${row}`
    insert.run(
      isChannel ? -1_000_000_000_000n - id : id,
      BigInt(Math.floor(random() * 2 ** 52)),
      row % 2 ? `user_${row.toString(36)}` : null,
      row % 3 || isChannel ? null : 49_170_000_000 + row,
      name,
      1_700_000_000,
    )
  }
  db.exec('COMMIT')
  db.close()
}

export function seededRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}
