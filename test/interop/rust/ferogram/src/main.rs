//! Reads and writes sessions with the crate `ferogram-session` itself and prints what is in them as one line of JSON.
//! Keys are never printed: their ids are, which are safe to show.
//!
//! ```text
//! ferogram-interop read  binary|native|compact|sqlite|json <path>
//! ferogram-interop write binary|native|compact|sqlite|json <path> <seed>
//! ```

use std::error::Error;
use std::fs;
use std::net::{IpAddr, Ipv4Addr};
use std::path::Path;

use ferogram_session::string_session::{Session as Compact, StringSession};
use ferogram_session::{
    CachedMinPeer, CachedPeer, ChannelKind, DcEntry, DcFlags, PersistedSession, SessionBackend,
    SqliteBackend, UpdatesStateSnap,
};
use serde_json::{Value, json};

type Outcome<T> = Result<T, Box<dyn Error>>;

fn main() -> Outcome<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let printed = match arguments[..] {
        ["read", kind, path] => read(kind, Path::new(path))?,
        ["write", kind, path, seed] => write(kind, Path::new(path), seed.parse()?)?,
        _ => return Err("read <kind> <path> | write <kind> <path> <seed>".into()),
    };
    println!("{printed}");
    Ok(())
}

fn read(kind: &str, path: &Path) -> Outcome<Value> {
    Ok(match kind {
        "binary" => whole(&PersistedSession::load(path)?),
        "native" => whole(&PersistedSession::from_string(&fs::read_to_string(path)?)?),
        "json" => whole(&serde_json::from_slice(&fs::read(path)?)?),
        "sqlite" => whole(
            &SqliteBackend::open(path)?
                .load()?
                .ok_or("the backend finds no session")?,
        ),
        "compact" => compact(&StringSession::decode(&fs::read_to_string(path)?)?.session()),
        _ => return Err("no such kind".into()),
    })
}

fn write(kind: &str, path: &Path, seed: u64) -> Outcome<Value> {
    let mut random = Random(seed);
    if kind == "compact" {
        let session = random.compact();
        fs::write(path, StringSession::from(session.clone()).encode())?;
        return Ok(compact(&session));
    }
    let session = random.session();
    match kind {
        "binary" => session.save(path)?,
        "native" => fs::write(path, session.to_string())?,
        "json" => fs::write(path, serde_json::to_vec(&session)?)?,
        "sqlite" => SqliteBackend::open(path)?.save(&session)?,
        _ => return Err("no such kind".into()),
    }
    Ok(whole(&session))
}

fn whole(session: &PersistedSession) -> Value {
    let home = session.dcs.iter().find(|dc| dc.dc_id == session.home_dc_id);
    let state = &session.updates_state;
    json!({
        "dc": session.home_dc_id,
        "key_id": home.and_then(|dc| dc.auth_key.as_ref()).map(key_id),
        "address": home.and_then(|dc| dc.socket_addr().ok()).map(|address| address.ip().to_string()),
        "port": home.and_then(|dc| dc.socket_addr().ok()).map(|address| address.port()),
        "user_id": null,
        "dcs": session.dcs.iter().map(|dc| json!({
            "id": dc.dc_id, "addr": dc.addr, "flags": dc.flags.0, "salt": dc.first_salt.to_string(),
            "time_offset": dc.time_offset, "key_id": dc.auth_key.as_ref().map(key_id),
        })).collect::<Vec<_>>(),
        "state": [state.pts, state.qts, state.date, state.seq],
        "channels": state.channels.iter().map(|(id, pts)| json!([id.to_string(), pts])).collect::<Vec<_>>(),
        "peers": session.peers.iter().map(|peer| json!([
            form(peer), peer.id.to_string(), peer.access_hash.to_string(), peer.channel_kind.map(|kind| kind.to_byte()),
        ])).collect::<Vec<_>>(),
        "min_peers": session.min_peers.iter().map(|min| json!([
            min.user_id.to_string(), min.peer_id.to_string(), min.msg_id,
        ])).collect::<Vec<_>>(),
        "token_length": session.future_auth_token.as_ref().map(Vec::len),
    })
}

fn compact(session: &Compact) -> Value {
    json!({
        "dc": session.dc_id,
        "key_id": key_id(&session.auth_key),
        "address": session.ip.to_string(),
        "port": session.port,
        "user_id": session.user_id.to_string(),
    })
}

fn form(peer: &CachedPeer) -> &'static str {
    match (peer.is_community, peer.is_chat, peer.is_channel) {
        (true, _, _) => "community",
        (_, true, _) => "chat",
        (_, _, true) => "channel",
        _ => "user",
    }
}

/// Bytes 12 to 19 of SHA-1, in the order they travel in.
fn key_id(key: &[u8; 256]) -> String {
    let digest = sha1_smol::Sha1::from(key).digest().bytes();
    digest[12..20]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// SplitMix64: keys need not be secret here, and every seed makes another session.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit
    }

    fn counter(&mut self) -> i32 {
        self.below(1 << 31) as i32
    }

    fn id(&mut self) -> i64 {
        1 + self.below(1 << 40) as i64
    }

    fn key(&mut self) -> [u8; 256] {
        std::array::from_fn(|_| self.next() as u8)
    }

    fn compact(&mut self) -> Compact {
        let ip = if self.below(2) == 0 {
            IpAddr::V4(Ipv4Addr::new(149, 154, 167, 51))
        } else {
            "2001:67c:4e8:f002::a".parse().expect("an address")
        };
        Compact {
            dc_id: 2,
            ip,
            port: 443,
            auth_key: self.key(),
            user_id: self.id(),
        }
    }

    fn session(&mut self) -> PersistedSession {
        let addresses = [
            "149.154.175.53",
            "149.154.167.51",
            "149.154.175.100",
            "149.154.167.91",
            "91.108.56.130",
        ];
        let home_dc_id = 1 + self.below(5) as i32;
        let mut dcs = Vec::new();
        for (index, ip) in addresses.iter().enumerate() {
            let dc_id = index as i32 + 1;
            let mut dc = DcEntry::from_parts(dc_id, ip, 443, DcFlags::STATIC);
            if dc_id == home_dc_id || self.below(2) == 0 {
                dc.auth_key = Some(self.key());
                dc.first_salt = self.next() as i64;
                dc.time_offset = self.below(200) as i32 - 100;
            }
            dcs.push(dc);
        }
        let mut ipv6 = DcEntry::from_parts(2, "2001:67c:4e8:f002::a", 443, DcFlags::IPV6);
        ipv6.auth_key = dcs[1].auth_key;
        dcs.push(ipv6);
        PersistedSession {
            home_dc_id,
            dcs,
            updates_state: UpdatesStateSnap {
                pts: self.counter(),
                qts: self.counter(),
                date: self.counter(),
                seq: self.counter(),
                channels: (0..self.below(9))
                    .map(|_| (self.id(), self.counter()))
                    .collect(),
            },
            peers: (0..self.below(40)).map(|_| self.peer()).collect(),
            min_peers: (0..self.below(6))
                .map(|_| CachedMinPeer {
                    user_id: self.id(),
                    peer_id: self.id(),
                    msg_id: self.counter(),
                })
                .collect(),
            future_auth_token: (self.below(2) == 0).then(|| self.key()[..40].to_vec()),
        }
    }

    fn peer(&mut self) -> CachedPeer {
        let form = self.below(4);
        let is_channel = form == 1;
        CachedPeer {
            id: self.id(),
            access_hash: if form == 2 { 0 } else { self.next() as i64 },
            is_channel,
            is_chat: form == 2,
            channel_kind: if is_channel {
                ChannelKind::from_byte(self.below(4) as u8)
            } else {
                None
            },
            is_community: form == 3,
        }
    }
}
