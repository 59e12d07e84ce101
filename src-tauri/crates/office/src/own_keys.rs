//! This archive's own keys, as others are given them: a card file, a QR
//! picture, digits to be read aloud. And the change to another receiving key.

use crate::Office;
use crate::error::{ErrorView, Result};
use crate::moment::Moment;
use crate::open::{Open, entity};
use crate::session::write_file;
use exchange::{Identity, KeyCard, Keys, qr, spoken};
use serde::Serialize;
use specta::Type;
use std::path::Path;
use zeroize::Zeroizing;

/// This archive's key for opening bundles.
const IDENTITY: &str = "exchange.identity";
/// Those it had before, one a line, the latest first: bundles that are still
/// under way were locked for them.
const FORMER: &str = "exchange.identity.former";

/// The receiving key was changed.
const RENEWED: &str = "更换收件码";

/// This archive's keys in every form.
#[derive(Debug, Clone, Serialize, Type)]
pub struct OwnKeys {
    /// Name on the card.
    pub name: String,
    /// Unit and post on the card.
    pub unit: String,
    /// Key for which others lock bundles.
    pub public_key: String,
    /// Fingerprint of the signing device.
    pub fingerprint: String,
    /// Eight groups that depend on both keys, to be compared.
    pub code: String,
    /// The card as a QR picture (SVG).
    pub qr_svg: String,
    /// The keys as groups of digits, in the order in which they are read.
    pub spoken: Vec<String>,
}

impl Office {
    /// The keys to be shown or given away.
    pub fn own_keys(&self, now: Moment) -> Result<OwnKeys> {
        let card = self.archive()?.own_card(now)?;
        Ok(OwnKeys {
            public_key: card.keys.recipient.as_str().to_owned(),
            fingerprint: card.keys.device.fingerprint(),
            code: card.keys.fingerprint(),
            qr_svg: qr::svg(&card.to_qr_text())?,
            spoken: spoken::groups(&card.keys),
            name: card.name,
            unit: card.unit,
        })
    }

    /// Writes the card to a file: a picture when its name ends in `.png` (which
    /// can be read back) or `.svg`, otherwise the text file.
    pub fn save_key_card(&self, path: &Path, now: Moment) -> Result<()> {
        let card = self.archive()?.own_card(now)?;
        let ends_in = |wanted: &str| {
            path.extension()
                .is_some_and(|ending| ending.eq_ignore_ascii_case(wanted))
        };
        let bytes = if ends_in("png") {
            qr::png(&card.to_qr_text())?
        } else if ends_in("svg") {
            qr::svg(&card.to_qr_text())?.into_bytes()
        } else {
            card.to_text().into_bytes()
        };
        write_file(path, &bytes)
    }

    /// Gives this archive another receiving key. Bundles locked for the old one
    /// can still be opened here; others must get the new card.
    pub fn renew_receiving_key(&mut self, now: Moment) -> Result<OwnKeys> {
        let open = self.archive_mut()?;
        let Some(mut supervisor) = open.supervisor()? else {
            return Err(ErrorView::form(
                "还没有登记督查员。",
                "请先在“设置”里填写，再更换收件码；原来的收件码照旧使用。",
            ));
        };
        let old = open.identity_key()?;
        let before = open.own_public()?;
        let fresh = Identity::generate();
        let after = Keys {
            recipient: fresh.recipient(),
            ..before.clone()
        };
        // Written down first: no key is changed without its line.
        let mut action = open.action(RENEWED)?;
        action.note = Some(format!(
            "收件码由{}换为{}；核对码由{}换为{}",
            before.recipient,
            after.recipient,
            before.fingerprint(),
            after.fingerprint()
        ));
        after
            .recipient
            .as_str()
            .clone_into(&mut supervisor.record.receiving_code);
        let edits = open.edits(entity(&supervisor.id)?, &supervisor.record)?;
        open.vault.write(&action, edits, now.millis)?;
        let mut former = Zeroizing::new(old.to_text().as_bytes().to_vec());
        if let Some(earlier) = open.vault.secret(FORMER)? {
            former.push(b'\n');
            former.extend_from_slice(&earlier);
        }
        // The old key is put by first: a bundle under way must never be lost.
        open.vault.put_secret(FORMER, &former)?;
        open.vault
            .put_secret(IDENTITY, fresh.to_text().as_bytes())?;
        self.own_keys(now)
    }
}

impl Open {
    /// Makes this archive's key for bundles, once.
    pub(crate) fn ensure_identity(&mut self) -> Result<()> {
        if self.vault.secret(IDENTITY)?.is_none() {
            let text = Identity::generate().to_text();
            self.vault.put_secret(IDENTITY, text.as_bytes())?;
        }
        Ok(())
    }

    pub(crate) fn identity_key(&self) -> Result<Identity> {
        let stored = self.vault.secret(IDENTITY)?.ok_or_else(no_identity)?;
        read_identity(&stored)
    }

    /// The key that opens a bundle: the present one, or one from before that
    /// the bundle was still locked for.
    pub(crate) fn identity_for(&self, path: &Path) -> Result<Identity> {
        let present = self.identity_key()?;
        let Some(former) = self.vault.secret(FORMER)? else {
            return Ok(present);
        };
        for line in former.split(|byte| *byte == b'\n') {
            let identity = read_identity(line)?;
            let file = std::fs::File::open(path)
                .map_err(|error| crate::error::file_error("打开", path, &error))?;
            let unlock = exchange::Unlock::Identity(&identity);
            if exchange::read_manifest(std::io::BufReader::new(file), &unlock).is_ok() {
                return Ok(identity);
            }
        }
        Ok(present)
    }

    /// The two public keys.
    pub(crate) fn own_public(&self) -> Result<Keys> {
        Ok(Keys {
            device: self.vault.device(),
            recipient: self.identity_key()?.recipient(),
        })
    }

    fn own_card(&self, now: Moment) -> Result<KeyCard> {
        let supervisor = self.supervisor()?.map(|own| own.record);
        let organ = self.organ()?.map(|own| own.record.full_name);
        let post = supervisor.map(|own| own.post).unwrap_or_default();
        let unit = if post.trim().is_empty() {
            organ.unwrap_or_default()
        } else {
            post
        };
        Ok(KeyCard::sign(
            self.vault.device_key_for_signing(),
            self.identity_key()?.recipient(),
            self.own_name()?,
            unit,
            now.millis,
            &self.vault.handovers()?,
        )?)
    }
}

fn no_identity() -> ErrorView {
    ErrorView::new(
        "JH-04",
        "本档案库的收件密钥读不出来。",
        "请校验档案；其他内容不受影响。",
    )
}

fn read_identity(stored: &[u8]) -> Result<Identity> {
    let text = std::str::from_utf8(stored).map_err(|_| no_identity())?;
    Ok(Identity::from_text(text)?)
}

/// Whether a file's name says that it is a picture.
pub(crate) fn is_picture(path: &Path) -> bool {
    path.extension().is_some_and(|ending| {
        ["png", "jpg", "jpeg"]
            .iter()
            .any(|known| ending.eq_ignore_ascii_case(known))
    })
}
