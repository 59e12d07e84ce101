//! The signing key of a device.

use std::fmt;

use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use zeroize::Zeroizing;

use crate::DeviceId;

/// Domain of the statement that another device goes on in this one's place.
const HANDOVER: &[u8] = b"ducha/ledger/1/handover\0";

/// The secret half of a [`DeviceId`]. Wiped from memory when dropped; never printed.
pub struct DeviceKey(SigningKey);

impl DeviceKey {
    /// Makes the key from 32 bytes of randomness, which *are* the secret: draw them from the
    /// operating system and wipe them afterwards.
    pub fn generate(seed: [u8; 32]) -> Self {
        Self::from_bytes(&Zeroizing::new(seed))
    }

    /// The key from its stored form, [`DeviceKey::to_bytes`].
    pub fn from_bytes(bytes: &[u8; 32]) -> Self {
        Self(SigningKey::from_bytes(bytes))
    }

    /// The secret to be stored, inside the encrypted archive only.
    pub fn to_bytes(&self) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(self.0.to_bytes())
    }

    /// The device this key speaks for.
    pub fn id(&self) -> DeviceId {
        DeviceId(self.0.verifying_key().to_bytes())
    }

    /// Signs `message` under `domain`, which keeps a signature made for one purpose from being
    /// used for another. `domain` is a constant that ends in a zero byte.
    pub fn sign(&self, domain: &[u8], message: &[u8]) -> [u8; 64] {
        self.0.sign(&[domain, message].concat()).to_bytes()
    }

    /// States that `next` goes on in this device's place (换用新设备身份): whoever
    /// knows this device may know the next one by it.
    pub fn hand_over(&self, next: DeviceId) -> [u8; 64] {
        self.sign(HANDOVER, &next.0)
    }
}

impl fmt::Debug for DeviceKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DeviceKey(of {})", self.id())
    }
}

impl DeviceId {
    /// Whether `signature` was made by this device over `message` under `domain`.
    ///
    /// Uses the strict rule of RFC 8032 without cofactor, so that a signature is either valid
    /// everywhere or nowhere, and refuses weak keys.
    pub fn has_signed(&self, domain: &[u8], message: &[u8], signature: &[u8; 64]) -> bool {
        VerifyingKey::from_bytes(&self.0)
            .is_ok_and(|key| is_signed_with(&key, domain, message, signature))
    }

    /// Whether this device itself has stated that `next` goes on in its place.
    pub fn has_handed_over(&self, next: DeviceId, signature: &[u8; 64]) -> bool {
        self.has_signed(HANDOVER, &next.0, signature)
    }
}

fn is_signed_with(key: &VerifyingKey, domain: &[u8], message: &[u8], signature: &[u8; 64]) -> bool {
    key.verify_strict(
        &[domain, message].concat(),
        &Signature::from_bytes(signature),
    )
    .is_ok()
}

/// [`DeviceId::has_signed`] for many signatures: makes the key of a device ready once for
/// those that follow each other.
#[derive(Debug, Default)]
pub(crate) struct Keys {
    last: Option<(DeviceId, Option<VerifyingKey>)>,
}

impl Keys {
    /// See [`DeviceId::has_signed`].
    pub(crate) fn have_signed(
        &mut self,
        device: DeviceId,
        domain: &[u8],
        message: &[u8],
        signature: &[u8; 64],
    ) -> bool {
        let key = match &self.last {
            Some((last, key)) if *last == device => *key,
            _ => {
                let key = VerifyingKey::from_bytes(&device.0).ok();
                self.last = Some((device, key));
                key
            }
        };
        key.is_some_and(|key| is_signed_with(&key, domain, message, signature))
    }
}

/// Whether this device made all of these signatures, each over its message under
/// `domain`. Three times as fast as one by one, and not as strict: of what a
/// device signed with a key made for the purpose it may accept what
/// [`DeviceId::has_signed`] refuses. So it serves to find damage among entries
/// that were checked strictly when they came in, and never to let one in.
pub(crate) fn has_signed_all<'a>(
    device: &DeviceId,
    domain: &[u8],
    signed: impl Iterator<Item = (&'a [u8], &'a [u8; 64])>,
) -> bool {
    let Ok(key) = VerifyingKey::from_bytes(&device.0) else {
        return false;
    };
    let (messages, signatures): (Vec<Vec<u8>>, Vec<Signature>) = signed
        .map(|(message, signature)| ([domain, message].concat(), Signature::from_bytes(signature)))
        .unzip();
    let messages: Vec<&[u8]> = messages.iter().map(Vec::as_slice).collect();
    let keys = vec![key; messages.len()];
    !key.is_weak() && ed25519_dalek::verify_batch(&messages, &signatures, &keys).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_for_one_device_domain_and_message_only() {
        let key = DeviceKey::generate([1; 32]);
        let signature = key.sign(b"a\0", b"message");
        assert!(key.id().has_signed(b"a\0", b"message", &signature));
        assert!(!key.id().has_signed(b"b\0", b"message", &signature));
        assert!(!key.id().has_signed(b"a\0", b"massage", &signature));
        assert!(
            !DeviceKey::generate([2; 32])
                .id()
                .has_signed(b"a\0", b"message", &signature)
        );
        assert!(!DeviceId([0; 32]).has_signed(b"a\0", b"message", &signature));
    }

    #[test]
    fn only_the_device_itself_names_the_one_that_goes_on() {
        let (old, new) = (DeviceKey::generate([1; 32]), DeviceKey::generate([2; 32]));
        let stated = old.hand_over(new.id());
        assert!(old.id().has_handed_over(new.id(), &stated));
        assert!(!old.id().has_handed_over(old.id(), &stated));
        assert!(!old.id().has_handed_over(new.id(), &new.hand_over(new.id())));
    }

    #[test]
    fn stored_form_is_the_same_key_and_is_never_printed() {
        let key = DeviceKey::generate([3; 32]);
        assert_eq!(DeviceKey::from_bytes(&key.to_bytes()).id(), key.id());
        assert!(!format!("{key:?}").contains("0303"));
    }
}
