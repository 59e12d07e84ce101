//! The device an archive writes as, and those it wrote as before.
//!
//! An archive that may stand at an earlier point than its chain once did (a
//! backup, a salvage, a folder that was put back) never continues that chain:
//! it goes on as a new device. Which devices it was remains known, so that its
//! own work is not taken for a stranger's.

use ledger::{DeviceId, DeviceKey, hex};
use rusqlite::Connection;
use serde_json::{Value as Json, json};
use zeroize::Zeroizing;

use crate::table::{local, secret};
use crate::{Error, Vault, keys};

/// Name of the secret that holds the device's signing key.
pub(crate) const DEVICE_KEY: &str = "ducha.device-key";
/// Local setting: the devices this archive wrote as before, the earliest first.
pub(crate) const FORMER: &str = "ducha.former-devices";
/// Local setting: what each of those devices signed when the next took its
/// place, as `[device, signature in hexadecimal]`, the earliest first.
const HANDOVERS: &str = "ducha.handovers";

impl Vault {
    /// The devices this archive has written as before this one, the earliest
    /// first.
    pub fn former_devices(&self) -> Result<Vec<DeviceId>, Error> {
        former(&self.connection)
    }

    /// The devices that signed a statement when another took their place, each
    /// for the next, the last one for the present device; those before a gap
    /// (an older program, a lost key) are left out.
    pub fn handovers(&self) -> Result<Vec<(DeviceId, [u8; 64])>, Error> {
        let mut chain = Vec::new();
        let mut next = self.device();
        for (device, signature) in handovers(&self.connection)?.into_iter().rev() {
            if !device.has_handed_over(next, &signature) {
                break;
            }
            next = device;
            chain.push((device, signature));
        }
        chain.reverse();
        Ok(chain)
    }
}

/// The key of the device the archive writes as.
pub(crate) fn key(connection: &Connection) -> Result<DeviceKey, Error> {
    let bytes =
        secret::get(connection, DEVICE_KEY)?.ok_or_else(|| Error::damaged("本机的签名密钥缺失"))?;
    read_key(&bytes).ok_or_else(|| Error::damaged("本机的签名密钥"))
}

/// The key in the secret of that name.
pub(crate) fn read_key(bytes: &[u8]) -> Option<DeviceKey> {
    let bytes: Zeroizing<[u8; 32]> = Zeroizing::new(bytes.try_into().ok()?);
    Some(DeviceKey::from_bytes(&bytes))
}

/// Gives this archive a new device to write as. The chain of the old one, if it
/// has one, stays as it is and is never continued here.
pub(crate) fn renew(connection: &Connection) -> Result<DeviceKey, Error> {
    let fresh = DeviceKey::generate(*Zeroizing::new(keys::random()?));
    if secret::get(connection, DEVICE_KEY)?.is_some() {
        let old = key(connection)?;
        let mut all = former(connection)?;
        all.push(old.id());
        remember(connection, &all)?;
        // The old key says who goes on in its place before it is gone for good,
        // so that others need not take the new device for a stranger.
        let mut stated = handovers(connection)?;
        stated.push((old.id(), old.hand_over(fresh.id())));
        let stated: Vec<(DeviceId, String)> = stated
            .into_iter()
            .map(|(device, signature)| (device, hex::encode(&signature)))
            .collect();
        local::put(connection, HANDOVERS, &json!(stated))?;
    }
    secret::put(connection, DEVICE_KEY, &fresh.to_bytes()[..])?;
    Ok(fresh)
}

/// Keeps which devices the archive was.
pub(crate) fn remember(connection: &Connection, former: &[DeviceId]) -> Result<(), Error> {
    local::put(connection, FORMER, &json!(former))
}

fn former(connection: &Connection) -> Result<Vec<DeviceId>, Error> {
    match local::get(connection, FORMER)? {
        Some(list) => read_former(list).ok_or_else(|| Error::damaged("本机设置")),
        None => Ok(Vec::new()),
    }
}

fn handovers(connection: &Connection) -> Result<Vec<(DeviceId, [u8; 64])>, Error> {
    let Some(list) = local::get(connection, HANDOVERS)? else {
        return Ok(Vec::new());
    };
    let list: Vec<(DeviceId, String)> =
        serde_json::from_value(list).map_err(|_| Error::damaged("本机设置"))?;
    // A statement that cannot be read is a gap, not damage: nothing rests on it here.
    Ok(list
        .into_iter()
        .filter_map(|(device, digits)| {
            let signature = hex::decode(&digits)?.try_into().ok()?;
            Some((device, signature))
        })
        .collect())
}

/// The devices in the setting of that name.
pub(crate) fn read_former(list: Json) -> Option<Vec<DeviceId>> {
    serde_json::from_value(list).ok()
}
