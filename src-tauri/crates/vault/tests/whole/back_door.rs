//! Into the database past the archive: for doing damage, and as a second,
//! independent reading of the key file's format.

use std::fmt::Write;

use argon2::{Algorithm, Argon2, Params, Version};
use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};
use rusqlite::Connection;
use serde_json::Value as Json;

use crate::desk::{Desk, PASSPHRASE};

fn unhex(json: &Json) -> Vec<u8> {
    let text = json.as_str().expect("hexadecimal text");
    (0..text.len())
        .step_by(2)
        .map(|i| u8::from_str_radix(&text[i..i + 2], 16).expect("hexadecimal"))
        .collect()
}

/// The key of the database, from the key file and the passphrase.
fn master(keys: &Json) -> Vec<u8> {
    let number =
        |name: &str| u32::try_from(keys["kdf"][name].as_u64().expect("a number")).expect("small");
    let params = Params::new(
        number("memory_kib"),
        number("passes"),
        number("lanes"),
        Some(32),
    )
    .expect("valid");
    let mut key = [0; 32];
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(
            PASSPHRASE.as_bytes(),
            &unhex(&keys["passphrase"]["salt"]),
            &mut key,
        )
        .expect("derived");
    let nonce: [u8; 24] = unhex(&keys["passphrase"]["nonce"])
        .try_into()
        .expect("24 bytes");
    let context = format!(
        "ducha/vault/1/{}/passphrase",
        keys["archive"].as_str().expect("an id")
    );
    XChaCha20Poly1305::new(&key.into())
        .decrypt(
            &XNonce::from(nonce),
            Payload {
                msg: &unhex(&keys["passphrase"]["key"]),
                aad: context.as_bytes(),
            },
        )
        .expect("the passphrase opens it")
}

/// The database of the closed archive called `name`.
pub(crate) fn open(desk: &Desk, name: &str) -> Connection {
    let folder = desk.folder(name);
    let text = std::fs::read_to_string(folder.join("keys")).expect("a key file");
    let mut digits = String::new();
    for byte in master(&serde_json::from_str(&text).expect("JSON")) {
        write!(digits, "{byte:02x}").expect("text takes everything");
    }
    let connection = Connection::open(folder.join("vault.db")).expect("a database");
    connection
        .execute_batch(&format!(
            "PRAGMA cipher_log_level = NONE; PRAGMA key = \"x'{digits}'\";"
        ))
        .expect("keyed");
    connection
}
