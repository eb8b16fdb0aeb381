//! The file of 0.8 and later.

use std::path::Path;

use grammers_session::Session;
use grammers_session::storages::SqliteSession;
use grammers_session::types::{
    ChannelKind, ChannelState, DcOption, PeerAuth, PeerId, PeerInfo, UpdateState, UpdatesState,
};
use serde_json::{Value, json};

use crate::random::Random;
use crate::{Outcome, key_id};

/// The library looks peers up by their id, and lists them to nobody.
pub async fn read(path: &Path, peers: &[&str]) -> Outcome<Value> {
    let session = SqliteSession::open(path).await?;
    let mut ids = Vec::new();
    for peer in peers {
        ids.push(PeerId::from_bot_api_dialog_id(peer.parse()?).ok_or("an id that is none")?);
    }
    facts(&session, &ids).await
}

pub async fn write(path: &Path, seed: u64) -> Outcome<Value> {
    let mut random = Random(seed);
    let session = SqliteSession::open(path).await?;
    let home = 1 + random.below(5) as i32;
    session.set_home_dc_id(home).await?;
    for id in 1..=5 {
        let known = session.dc_option(id)?.ok_or("a data centre that is not known")?;
        if id == home || random.below(2) == 0 {
            session.set_dc_option(&DcOption { auth_key: Some(random.key()), ..known }).await?;
        }
    }
    let mut ids = vec![PeerId::self_user()];
    let myself = PeerInfo::User {
        id: random.id(),
        auth: Some(PeerAuth::from_hash(random.next() as i64)),
        bot: Some(random.below(2) == 0),
        is_self: Some(true),
    };
    session.cache_peer(myself).await?;
    for _ in 0..random.below(40) {
        let peer = peer(&mut random);
        ids.push(peer.id());
        session.cache_peer(peer).await?;
    }
    let channels = (0..random.below(9)).map(|_| ChannelState { id: random.id(), pts: random.counter() }).collect();
    let state = UpdatesState {
        pts: random.counter(),
        qts: random.counter(),
        date: random.counter(),
        seq: random.counter(),
        channels,
    };
    session.set_update_state(UpdateState::All(state)).await?;
    facts(&session, &ids).await
}

fn peer(random: &mut Random) -> PeerInfo {
    let id = random.id();
    let auth = (random.below(4) > 0).then(|| PeerAuth::from_hash(random.next() as i64));
    match random.below(3) {
        0 => PeerInfo::User { id, auth, bot: Some(random.below(2) == 0), is_self: None },
        1 => PeerInfo::Chat { id },
        _ => {
            let kinds = [ChannelKind::Broadcast, ChannelKind::Megagroup, ChannelKind::Gigagroup];
            let kind = kinds.get(random.below(4) as usize).copied();
            PeerInfo::Channel { id, auth, kind }
        }
    }
}

async fn facts(session: &SqliteSession, ids: &[PeerId]) -> Outcome<Value> {
    let home = session.home_dc_id()?;
    let mut dcs = Vec::new();
    for id in 1..=5 {
        let Some(dc) = session.dc_option(id)? else { continue };
        dcs.push(json!({
            "id": id,
            "ipv4": dc.ipv4.to_string(),
            "ipv6": dc.ipv6.to_string(),
            "key_id": dc.auth_key.map(|key| key_id(&key)),
        }));
    }
    let mut peers = Vec::new();
    for id in ids {
        if let Some(peer) = session.peer(*id).await? {
            peers.push(described(&peer));
        }
    }
    let myself = match session.peer(PeerId::self_user()).await? {
        Some(PeerInfo::User { id, bot, .. }) => Some((id, bot)),
        _ => None,
    };
    let state = session.updates_state().await?;
    Ok(json!({
        "dc": home,
        "key_id": session.dc_option(home)?.and_then(|dc| dc.auth_key).map(|key| key_id(&key)),
        "user_id": myself.map(|(id, _)| id.to_string()),
        "is_bot": myself.and_then(|(_, bot)| bot),
        "dcs": dcs,
        "state": [state.pts, state.qts, state.date, state.seq],
        "channels": state.channels.iter().map(|one| json!([one.id.to_string(), one.pts])).collect::<Vec<_>>(),
        "peers": peers,
    }))
}

fn described(peer: &PeerInfo) -> Value {
    let hash = |auth: &Option<PeerAuth>| auth.map(|auth| auth.hash().to_string());
    match peer {
        PeerInfo::User { id, auth, bot, .. } => json!(["user", id.to_string(), hash(auth), bot.map(|bot| u8::from(bot))]),
        PeerInfo::Chat { id } => json!(["chat", id.to_string(), Value::Null, Value::Null]),
        PeerInfo::Channel { id, auth, kind } => {
            let word = kind.map(|kind| match kind {
                ChannelKind::Broadcast => "channel",
                ChannelKind::Megagroup => "supergroup",
                ChannelKind::Gigagroup => "gigagroup",
                ChannelKind::Community => "community",
            });
            json!(["channel", id.to_string(), hash(auth), word])
        }
    }
}
