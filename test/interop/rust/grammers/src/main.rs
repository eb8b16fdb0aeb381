//! Reads and writes sessions with the crate `grammers-session` itself and prints what is in them as one line of JSON.
//! Keys are never printed: their ids are, which are safe to show.
//!
//! ```text
//! grammers-interop read  sqlite <path> [<dialog id>…]
//! grammers-interop read  binary <path>
//! grammers-interop write sqlite|binary <path> <seed>
//! ```

mod binary;
mod random;
mod sqlite;

use std::error::Error;
use std::path::Path;

type Outcome<T> = Result<T, Box<dyn Error>>;

fn main() -> Outcome<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    let printed = match &arguments[..] {
        ["read", "sqlite", path, peers @ ..] => runtime.block_on(sqlite::read(Path::new(path), peers))?,
        ["read", "binary", path] => binary::read(Path::new(path))?,
        ["write", "sqlite", path, seed] => runtime.block_on(sqlite::write(Path::new(path), seed.parse()?))?,
        ["write", "binary", path, seed] => binary::write(Path::new(path), seed.parse()?)?,
        _ => return Err("read|write sqlite|binary <path> [<dialog ids> | <seed>]".into()),
    };
    println!("{printed}");
    Ok(())
}

/// Bytes 12 to 19 of SHA-1, in the order they travel in.
fn key_id(key: &[u8]) -> String {
    let digest = sha1_smol::Sha1::from(key).digest().bytes();
    digest[12..20].iter().map(|byte| format!("{byte:02x}")).collect()
}
