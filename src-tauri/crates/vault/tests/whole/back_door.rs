//! Into the database past the archive: for doing damage, and as a second,
//! independent reading of the key file's format.

use std::fmt::Write;
use std::path::Path;

use argon2::{Algorithm, Argon2, Params, Version};
use cbc::cipher::{BlockModeDecrypt, KeyIvInit};
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

/// The key of the archive called `name`.
fn key_of(desk: &Desk, name: &str) -> Vec<u8> {
    let text = std::fs::read_to_string(desk.folder(name).join("keys")).expect("a key file");
    master(&serde_json::from_str(&text).expect("JSON"))
}

/// The database of the closed archive called `name`.
pub(crate) fn open(desk: &Desk, name: &str) -> Connection {
    let mut digits = String::new();
    for byte in key_of(desk, name) {
        write!(digits, "{byte:02x}").expect("text takes everything");
    }
    let connection = Connection::open(desk.folder(name).join("vault.db")).expect("a database");
    connection
        .execute_batch(&format!(
            "PRAGMA cipher_log_level = NONE; PRAGMA key = \"x'{digits}'\";"
        ))
        .expect("keyed");
    connection
}

/// Every page of a database file under the key of the archive called `name`,
/// decrypted, whether or not anything uses it; and every page in its log.
pub(crate) fn pages(desk: &Desk, name: &str, file: &Path) -> Vec<u8> {
    const PAGE: usize = 4096;
    const USABLE: usize = PAGE - 80;
    let key: [u8; 32] = key_of(desk, name).try_into().expect("32 bytes");
    let decrypt = |page: &[u8], clear: usize| {
        let vector: [u8; 16] = page[USABLE..USABLE + 16].try_into().expect("16 bytes");
        let mut cipher = cbc::Decryptor::<aes::Aes256>::new((&key).into(), (&vector).into());
        let mut text = page[..USABLE].to_vec();
        for block in text[clear..].chunks_exact_mut(16) {
            cipher.decrypt_block(block.try_into().expect("16 bytes"));
        }
        text
    };
    let mut all = Vec::new();
    for (number, page) in std::fs::read(file)
        .expect("a file")
        .chunks_exact(PAGE)
        .enumerate()
    {
        all.extend(decrypt(page, if number == 0 { 16 } else { 0 }));
    }
    let mut log = file.as_os_str().to_owned();
    log.push("-wal");
    let log = std::fs::read(log).unwrap_or_default();
    for frame in log.get(32..).unwrap_or_default().chunks_exact(PAGE + 24) {
        all.extend(decrypt(&frame[24..], 0));
    }
    all
}
