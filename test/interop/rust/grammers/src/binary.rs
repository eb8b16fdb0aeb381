//! The file of 0.3 to 0.7.

use std::fs;
use std::net::{IpAddr, SocketAddr};
use std::path::Path;

use grammers_session_binary::{Session, UpdateState};
use serde_json::{Value, json};

use crate::random::Random;
use crate::{Outcome, key_id};

pub fn read(path: &Path) -> Outcome<Value> {
    let bytes = fs::read(path)?;
    let session = Session::load(&bytes)?;
    // What the library does not let others look at, it writes again as it was.
    Ok(facts(&session, session.save() == bytes))
}

pub fn write(path: &Path, seed: u64) -> Outcome<Value> {
    let mut random = Random(seed);
    let session = Session::new();
    let home = 1 + random.below(5) as i32;
    for (index, ip) in ["149.154.175.53", "149.154.167.51", "149.154.175.100", "2001:67c:4e8:f004::a", "91.108.56.130"]
        .iter()
        .enumerate()
    {
        let id = index as i32 + 1;
        if id == home || random.below(2) == 0 {
            session.insert_dc(id, SocketAddr::new(ip.parse::<IpAddr>()?, 443), random.key());
        }
    }
    session.set_user(random.id(), home, random.below(2) == 0);
    session.set_state(UpdateState {
        pts: random.counter(),
        qts: random.counter(),
        date: random.counter(),
        seq: random.counter(),
        channels: Vec::new(),
    });
    fs::write(path, session.save())?;
    Ok(facts(&session, true))
}

fn facts(session: &Session, is_same: bool) -> Value {
    let user = session.get_user();
    let home = user.as_ref().map(|user| user.dc);
    let key = |id: i32| session.dc_auth_key(id).map(|key| key_id(&key));
    json!({
        "dc": home,
        "key_id": home.and_then(key),
        "user_id": user.as_ref().map(|user| user.id.to_string()),
        "is_bot": user.as_ref().map(|user| user.bot),
        "dcs": session.get_dcs().iter().map(|dc| json!({
            "id": dc.id,
            "ipv4": dc.ipv4.map(|ip| IpAddr::from(ip.to_le_bytes()).to_string()),
            "ipv6": dc.ipv6.map(|ip| IpAddr::from(ip).to_string()),
            "port": dc.port,
            "key_id": key(dc.id),
        })).collect::<Vec<_>>(),
        "state": session.get_state().map(|state| [state.pts, state.qts, state.date, state.seq]),
        "channels": session.get_state().map(|state| state.channels.len()),
        "is_same": is_same,
    })
}
