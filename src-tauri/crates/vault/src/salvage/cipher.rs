//! SQLCipher's page format, read without SQLCipher: it gives nothing more out
//! after the first page that fails, and a salvage begins just there.
//!
//! Version 4, default settings: pages of 4096 bytes, of which the last 80 are
//! the initial vector (16) and the HMAC-SHA512 (64) over ciphertext, vector and
//! page number; AES-256-CBC under the raw key. The key of the HMAC is derived
//! from the raw key and the salt that stands in the first 16 bytes of the file.

use aes::Aes256;
use cbc::cipher::{BlockModeDecrypt, KeyIvInit};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha512;
use zeroize::Zeroizing;

use crate::keys::MasterKey;

/// Bytes of a page.
pub(super) const PAGE: usize = 4096;
/// Bytes of a page that hold the database's own data.
pub(super) const USABLE: usize = PAGE - VECTOR - TAG;
/// Bytes at the beginning of the file that are the salt, in clear.
pub(super) const SALT: usize = 16;
const VECTOR: usize = 16;
const TAG: usize = 64;
/// SQLCipher turns the salt of the file into that of the HMAC key with it.
const SALT_MASK: u8 = 0x3a;
/// Rounds for a key that is random already.
const ROUNDS: u32 = 2;

/// Opens single pages.
pub(super) struct PageCipher {
    key: MasterKey,
    tag_key: Zeroizing<[u8; 32]>,
}

impl PageCipher {
    /// For a file that begins with `salt`.
    pub(super) fn new(key: &MasterKey, salt: [u8; SALT]) -> Self {
        let mut tag_key = Zeroizing::new([0; 32]);
        let salt = salt.map(|byte| byte ^ SALT_MASK);
        pbkdf2::pbkdf2_hmac::<Sha512>(&key[..], &salt, ROUNDS, &mut *tag_key);
        Self {
            key: key.clone(),
            tag_key,
        }
    }

    /// Whether page `no` (from 1) is as SQLCipher wrote it.
    pub(super) fn is_authentic(&self, no: u32, page: &[u8; PAGE]) -> bool {
        let Ok(mut mac) = Hmac::<Sha512>::new_from_slice(&self.tag_key[..]) else {
            return false;
        };
        let (text, tag) = page.split_at(PAGE - TAG);
        mac.update(&text[clear(no)..]);
        mac.update(&no.to_le_bytes());
        mac.verify_slice(tag).is_ok()
    }

    /// The page's content. Nonsense where the page is damaged.
    pub(super) fn decrypt(&self, no: u32, page: &[u8; PAGE]) -> Vec<u8> {
        let mut vector = [0; VECTOR];
        vector.copy_from_slice(&page[USABLE..USABLE + VECTOR]);
        let mut text = page[..USABLE].to_vec();
        let mut cipher = cbc::Decryptor::<Aes256>::new((&*self.key).into(), &vector.into());
        for block in text[clear(no)..].chunks_exact_mut(16) {
            if let Ok(block) = block.try_into() {
                cipher.decrypt_block(block);
            }
        }
        if no == 1 {
            text[..SALT].copy_from_slice(b"SQLite format 3\0");
        }
        text
    }
}

/// Bytes at the beginning of page `no` that are not encrypted.
fn clear(no: u32) -> usize {
    if no == 1 { SALT } else { 0 }
}
