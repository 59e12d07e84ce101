//! Finding what the archive is made of among the pages that survive.
//!
//! Nothing here trusts the file's structure. An entry is one because its header
//! has the hash it is filed under and its device has signed it; a payload
//! because a header vouches for its hash; an attachment because its bytes have
//! the hash that is its name.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::path::Path;

use ledger::{DeviceId, EntityId, Entry, EntryHash, Payload, masking};
use rusqlite::Connection;
use serde_json::Value as Json;
use sha2::{Digest, Sha256};
use uuid::Uuid;
use zeroize::Zeroizing;

use super::cells::{Cell, Row, Shape, row_at, rows};
use super::known_loss::{self, KnownLoss};
use super::pages::Pages;
use super::sealed::Sealed;
use crate::keys::MasterKey;
use crate::table::read_log::{self, Reading};
use crate::verify::Progress;
use crate::{Error, device};

/// Where a row lies: its page, and which of the page's rows it is.
pub(super) type Place = (u32, u16);

/// An entry that was found whole, but for its payload perhaps.
#[derive(Debug)]
struct Found {
    /// Its number in the damaged archive, by arrival.
    number: i64,
    millis: u64,
    place: Place,
    payload_hash: [u8; 32],
    payload: Option<Place>,
    /// The payload is sealed. If it lay in the clear too, it is not looked for.
    is_sealed: bool,
}

/// An attachment that is listed; whether its bytes are whole shows on reading.
#[derive(Debug)]
pub(super) struct Listed {
    id: i64,
    pub(super) sha256: [u8; 32],
    pub(super) size: u64,
    pub(super) file_name: String,
}

/// Numbers of a device that are lost, and between which moments (milliseconds
/// since 1970, UTC) they were written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lost {
    /// Whose.
    pub device: DeviceId,
    /// First number lost.
    pub from: u64,
    /// Last number lost.
    pub to: u64,
    /// Stamp of the entry before, if there is one.
    pub after_millis: Option<u64>,
    /// Stamp of the entry after, if there is one.
    pub before_millis: Option<u64>,
}

/// What was found.
pub(crate) struct Carving {
    pages: Pages,
    /// Pages that cannot be read or were changed.
    pub(crate) damaged_pages: u64,
    entries: BTreeMap<(DeviceId, u64), Found>,
    /// Numbers that an index names, whether or not the entry was found.
    listed: BTreeMap<(DeviceId, u64), i64>,
    pub(super) attachments: Vec<Listed>,
    chunks: HashMap<(i64, i64), Place>,
    pub(super) settings: Vec<(String, String)>,
    pub(super) secrets: Vec<(String, Zeroizing<Vec<u8>>)>,
    /// Lines of the register of readings that are what was written.
    pub(super) readings: BTreeMap<u64, Reading>,
    /// What is sealed.
    sealed: Sealed,
    /// Records that lost entries were about, as far as an index still says.
    pub(crate) touched: BTreeSet<EntityId>,
}

impl Carving {
    /// Looks through every page of the archive in `folder`, which must not be
    /// written to meanwhile.
    pub(crate) fn of(
        folder: &Path,
        key: &MasterKey,
        progress: &mut dyn FnMut(Progress) -> bool,
    ) -> Result<Self, Error> {
        let mut carving = Self {
            pages: Pages::open(folder, key)?,
            damaged_pages: 0,
            entries: BTreeMap::new(),
            listed: BTreeMap::new(),
            attachments: Vec::new(),
            chunks: HashMap::new(),
            settings: Vec::new(),
            secrets: Vec::new(),
            readings: BTreeMap::new(),
            sealed: Sealed::default(),
            touched: BTreeSet::new(),
        };
        carving.find_entries(progress)?;
        carving.find_payloads(progress)?;
        carving.find_touched(progress)?;
        Ok(carving)
    }

    fn find_entries(&mut self, progress: &mut dyn FnMut(Progress) -> bool) -> Result<(), Error> {
        let (mut entries, mut listed) = (BTreeMap::new(), BTreeMap::new());
        let (mut attachments, mut chunks) = (BTreeMap::new(), HashMap::new());
        let (mut settings, mut secrets) = (Vec::new(), Vec::new());
        let mut readings = BTreeMap::new();
        let mut sealed = Sealed::default();
        let damaged = self.pages.each("逐页读取", progress, |no, page| {
            for row in rows(no, page) {
                sealed.take(&self.pages, &row, no);
                match (row.rowid, &row.shape[..]) {
                    (
                        Some(number),
                        [
                            Shape::Null,
                            Shape::Blob(32),
                            Shape::Blob(32),
                            Shape::Int,
                            Shape::Int,
                            Shape::Int,
                            Shape::Blob(_),
                            Shape::Blob(64),
                        ],
                    ) => {
                        let place = (no, row.index);
                        if let Some((entry, found)) = self.entry_in(&row, number, place) {
                            entries
                                .entry((entry.header.device, entry.header.seq))
                                .or_insert(found);
                        }
                    }
                    (Some(id), [Shape::Null, Shape::Blob(32), Shape::Int, Shape::Text(_)]) => {
                        if let Some(attachment) = self.attachment_in(&row, id) {
                            attachments.entry(attachment.sha256).or_insert(attachment);
                        }
                    }
                    (Some(_), [Shape::Int, Shape::Int, Shape::Blob(_)]) => {
                        if let [attachment, part, ..] = row.numbers()[..] {
                            chunks.insert((attachment, part), (no, row.index));
                        }
                    }
                    (
                        Some(number),
                        [
                            Shape::Null,
                            Shape::Int,
                            Shape::Blob(16),
                            Shape::Text(_),
                            Shape::Blob(16),
                            Shape::Text(_),
                            Shape::Text(_),
                            Shape::Blob(32),
                            Shape::Blob(32),
                        ],
                    ) => {
                        if let Some(line) = self.reading_in(&row, number) {
                            readings.insert(line.no, line);
                        }
                    }
                    (None, [Shape::Blob(32), Shape::Int, Shape::Int]) => {
                        if let Some((device, seq, number)) = self.listed_in(&row) {
                            listed.insert((device, seq), number);
                        }
                    }
                    // These carry no hash of their own: only the page's vouches.
                    (None, [Shape::Text(_), Shape::Text(_)]) if self.pages.authenticated => {
                        if let Some([Cell::Text(name), Cell::Text(value)]) = self.two(&row)
                            && let (Ok(name), Ok(value)) =
                                (String::from_utf8(name), String::from_utf8(value))
                        {
                            settings.push((name, value));
                        }
                    }
                    (None, [Shape::Text(_), Shape::Blob(_)]) if self.pages.authenticated => {
                        if let Some([Cell::Text(name), Cell::Blob(value)]) = self.two(&row)
                            && let Ok(name) = String::from_utf8(name)
                        {
                            secrets.push((name, Zeroizing::new(value)));
                        }
                    }
                    _ => {}
                }
            }
        })?;
        self.damaged_pages = damaged;
        self.sealed = sealed;
        self.entries = entries;
        self.listed = listed;
        // What lay in the clear only while something sealed was open stays sealed.
        self.attachments = attachments
            .into_values()
            .filter(|attachment: &Listed| !self.sealed.has_attachment(attachment.id))
            .collect();
        self.attachments.sort_by_key(|attachment| attachment.id);
        self.chunks = chunks;
        self.settings = settings;
        self.secrets = secrets;
        self.readings = readings;
        Ok(())
    }

    /// Looks for the payloads that the headers found vouch for.
    fn find_payloads(&mut self, progress: &mut dyn FnMut(Progress) -> bool) -> Result<(), Error> {
        let wanted: HashSet<[u8; 32]> = self
            .entries
            .values()
            .map(|found| found.payload_hash)
            .collect();
        // Of several forms of one payload, the one that says most: an old page may
        // still hold what was masked before it was completed.
        let mut places: HashMap<[u8; 32], (usize, Place)> = HashMap::new();
        self.pages.each("查找内容", progress, |no, page| {
            for row in rows(no, page) {
                if row.rowid.is_none() || !matches!(row.shape[..], [Shape::Null, Shape::Blob(_)]) {
                    continue;
                }
                if let Some([_, Cell::Blob(bytes)]) = self.two(&row) {
                    let Ok(hash) = Payload::hash(&bytes) else {
                        continue;
                    };
                    if wanted.contains(&hash) {
                        let open = masking::openness(&bytes).unwrap_or_default();
                        let place = (no, row.index);
                        places
                            .entry(hash)
                            .and_modify(|best| {
                                if open >= best.0 {
                                    *best = (open, place);
                                }
                            })
                            .or_insert((open, place));
                    }
                }
            }
        })?;
        for found in self.entries.values_mut() {
            found.is_sealed = self.sealed.has_payload(found.number);
            if !found.is_sealed {
                found.payload = places.get(&found.payload_hash).map(|best| best.1);
            }
        }
        Ok(())
    }

    /// Asks the index of field versions which records the lost entries were about.
    fn find_touched(&mut self, progress: &mut dyn FnMut(Progress) -> bool) -> Result<(), Error> {
        let lost: HashSet<i64> = self
            .listed
            .iter()
            .filter(|(name, _)| {
                self.entries
                    .get(name)
                    .is_none_or(|found| found.payload.is_none() && !found.is_sealed)
            })
            .map(|(_, number)| *number)
            .collect();
        if lost.is_empty() {
            return Ok(());
        }
        let mut touched = BTreeSet::new();
        self.pages.each("查找受影响的记录", progress, |no, page| {
            for row in rows(no, page) {
                let is_version = row.rowid.is_none()
                    && matches!(
                        row.shape[..],
                        [Shape::Blob(16), Shape::Text(_), Shape::Int, Shape::Int]
                    );
                if is_version
                    && let Some(cells) = row.read(&self.pages)
                    && let [Cell::Blob(entity), _, Cell::Int(number), _] = &cells[..]
                    && lost.contains(number)
                    && let Ok(entity) = Uuid::from_slice(entity)
                {
                    touched.insert(EntityId(entity));
                }
            }
        })?;
        self.touched = touched;
        Ok(())
    }

    fn two(&self, row: &Row<'_>) -> Option<[Cell; 2]> {
        row.read(&self.pages)?.try_into().ok()
    }

    fn entry_in(&self, row: &Row<'_>, number: i64, place: Place) -> Option<(Entry, Found)> {
        let entry = entry_of(row.read(&self.pages)?, None)?;
        if !entry.is_signed() {
            return None;
        }
        let found = Found {
            number,
            millis: entry.header.hlc.millis,
            place,
            payload_hash: entry.header.payload_hash,
            payload: None,
            is_sealed: false,
        };
        Some((entry, found))
    }

    fn attachment_in(&self, row: &Row<'_>, id: i64) -> Option<Listed> {
        let cells = row.read(&self.pages)?;
        let [_, Cell::Blob(sha256), Cell::Int(size), Cell::Text(name)] = &cells[..] else {
            return None;
        };
        Some(Listed {
            id,
            sha256: sha256[..].try_into().ok()?,
            size: u64::try_from(*size).ok()?,
            file_name: String::from_utf8_lossy(name).into_owned(),
        })
    }

    fn reading_in(&self, row: &Row<'_>, number: i64) -> Option<Reading> {
        let cells: [Cell; 9] = row.read(&self.pages)?.try_into().ok()?;
        let [
            _,
            Cell::Int(millis),
            Cell::Blob(author),
            Cell::Text(deed),
            Cell::Blob(record),
            Cell::Text(kind),
            Cell::Text(title),
            Cell::Blob(previous),
            Cell::Blob(hash),
        ] = cells
        else {
            return None;
        };
        let line = Reading {
            no: u64::try_from(number).ok()?,
            millis: u64::try_from(millis).ok()?,
            author: EntityId(Uuid::from_slice(&author).ok()?),
            deed: String::from_utf8(deed).ok()?,
            record: EntityId(Uuid::from_slice(&record).ok()?),
            kind: String::from_utf8(kind).ok()?,
            title: String::from_utf8(title).ok()?,
        };
        // A line whose title is sealed cannot be checked without it; then only
        // the page vouches for it.
        let is_sealed = self.pages.authenticated && line.title.is_empty();
        let is_whole = read_log::hash_of(&line, &previous.try_into().ok()?)[..] == hash;
        (is_whole || is_sealed).then_some(line)
    }

    fn listed_in(&self, row: &Row<'_>) -> Option<(DeviceId, u64, i64)> {
        let cells = row.read(&self.pages)?;
        let [Cell::Blob(device), Cell::Int(seq), Cell::Int(number)] = &cells[..] else {
            return None;
        };
        Some((
            DeviceId(device[..].try_into().ok()?),
            u64::try_from(*seq).ok()?,
            *number,
        ))
    }

    /// How many pages there are.
    pub(crate) fn pages(&self) -> u64 {
        u64::from(self.pages.count)
    }

    /// How many entries were found.
    pub(crate) fn entries(&self) -> u64 {
        self.entries.len() as u64
    }

    /// Of the entries found, those without payload: it was withheld when the
    /// entry came, or its page is lost.
    pub(crate) fn without_payload(&self) -> u64 {
        let without = self
            .entries
            .values()
            .filter(|it| it.payload.is_none() && !it.is_sealed);
        without.count() as u64
    }

    /// Of the entries found, those whose payload is sealed.
    pub(crate) fn sealed(&self) -> u64 {
        self.entries.values().filter(|it| it.is_sealed).count() as u64
    }

    /// Writes what is sealed into a new database. `arrived` are the numbers
    /// that the entries have there.
    pub(super) fn put_back_sealed(
        &self,
        connection: &Connection,
        arrived: &HashMap<EntryHash, i64>,
    ) -> Result<(), Error> {
        let mut numbers = HashMap::new();
        for found in self.entries.values().filter(|found| found.is_sealed) {
            if let Some(entry) = self.cells_at(found.place).and_then(|it| entry_of(it, None))
                && let Some(number) = arrived.get(&entry.hash)
            {
                numbers.insert(found.number, *number);
            }
        }
        self.sealed.put_back(&self.pages, connection, &numbers)
    }

    /// A setting of the archive's own, if its page survives.
    fn setting(&self, name: &str) -> Option<Json> {
        let (_, text) = self.settings.iter().find(|(found, _)| found == name)?;
        serde_json::from_str(text).ok()
    }

    /// What the damaged archive knew to be lost, having been salvaged before.
    pub(crate) fn known_loss(&self) -> KnownLoss {
        self.setting(known_loss::KNOWN_LOSS)
            .and_then(KnownLoss::read)
            .unwrap_or_default()
    }

    /// How many of the numbers from `from` to `to` of `device` were found.
    pub(crate) fn count_between(&self, device: &DeviceId, from: u64, to: u64) -> u64 {
        self.entries.range((*device, from)..=(*device, to)).count() as u64
    }

    /// The devices the damaged archive wrote as, as far as that is still known.
    pub(super) fn devices(&self) -> Vec<DeviceId> {
        let former = self.setting(device::FORMER).and_then(device::read_former);
        let key = self
            .secrets
            .iter()
            .find(|(name, _)| name == device::DEVICE_KEY)
            .and_then(|(_, bytes)| device::read_key(bytes));
        let last = key.map(|key| key.id());
        former.unwrap_or_default().into_iter().chain(last).collect()
    }

    /// The numbers that are missing between those found, and after them as far
    /// as an index still names them or the archive knew of their loss.
    pub(crate) fn lost(&self) -> Vec<Lost> {
        let mut devices: BTreeMap<DeviceId, u64> = BTreeMap::new();
        let named = self.entries.keys().chain(self.listed.keys()).copied();
        for (device, seq) in named.chain(self.known_loss().ends()) {
            let last = devices.entry(device).or_default();
            *last = (*last).max(seq);
        }
        let mut lost = Vec::new();
        for (device, last) in devices {
            let (mut expected, mut before) = (1, None);
            let found = self
                .entries
                .range((device, 0)..=(device, u64::MAX))
                .map(|((_, seq), found)| (*seq, Some(found.millis)));
            for (seq, millis) in found.chain([(last + 1, None)]) {
                if seq > expected {
                    lost.push(Lost {
                        device,
                        from: expected,
                        to: seq - 1,
                        after_millis: before,
                        before_millis: millis,
                    });
                }
                (expected, before) = (seq + 1, millis);
            }
        }
        lost
    }

    /// Gives every entry found to `visit`, in the order they once arrived.
    pub(crate) fn each_by_arrival(
        &self,
        visit: &mut dyn FnMut(Entry) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let mut found: Vec<&Found> = self.entries.values().collect();
        found.sort_by_key(|found| found.number);
        self.give(found, visit)
    }

    /// Gives every entry found to `visit`, chain by chain.
    pub(crate) fn each_by_chain(
        &self,
        visit: &mut dyn FnMut(Entry) -> Result<(), Error>,
    ) -> Result<(), Error> {
        self.give(self.entries.values(), visit)
    }

    fn give<'a>(
        &'a self,
        found: impl IntoIterator<Item = &'a Found>,
        visit: &mut dyn FnMut(Entry) -> Result<(), Error>,
    ) -> Result<(), Error> {
        for found in found {
            let payload =
                found
                    .payload
                    .and_then(|place| match self.cells_at(place)?.into_iter().nth(1) {
                        Some(Cell::Blob(bytes)) => Some(bytes),
                        _ => None,
                    });
            // It was there a moment ago; a disk that is dying may refuse now.
            if let Some(cells) = self.cells_at(found.place)
                && let Some(entry) = entry_of(cells, payload)
            {
                visit(entry)?;
            }
        }
        Ok(())
    }

    fn cells_at(&self, (page, index): Place) -> Option<Vec<Cell>> {
        let bytes = self.pages.read(page)?;
        row_at(page, &bytes, index)?.read(&self.pages)
    }

    /// Gives the bytes of an attachment to `visit`, chunk by chunk. Answers
    /// whether they were all there and are what their name says.
    pub(super) fn read_attachment(
        &self,
        attachment: &Listed,
        visit: &mut dyn FnMut(&[u8]) -> Result<(), Error>,
    ) -> Result<bool, Error> {
        let mut hasher = Sha256::new();
        let mut read = 0;
        for part in 0.. {
            if read >= attachment.size {
                break;
            }
            let cells = self
                .chunks
                .get(&(attachment.id, part))
                .and_then(|place| self.cells_at(*place));
            let Some(Cell::Blob(bytes)) = cells.and_then(|cells| cells.into_iter().nth(2)) else {
                return Ok(false);
            };
            if bytes.is_empty() {
                return Ok(false);
            }
            hasher.update(&bytes);
            read += bytes.len() as u64;
            visit(&bytes)?;
        }
        Ok(read == attachment.size && hasher.finalize()[..] == attachment.sha256)
    }
}

/// The entry in a row of its table.
fn entry_of(cells: Vec<Cell>, payload: Option<Vec<u8>>) -> Option<Entry> {
    let mut cells = cells.into_iter();
    let Some(Cell::Blob(hash)) = cells.nth(1) else {
        return None;
    };
    let (Some(Cell::Blob(header)), Some(Cell::Blob(signature))) = (cells.nth(4), cells.next())
    else {
        return None;
    };
    let entry = Entry::from_parts(header, signature.try_into().ok()?, payload).ok()?;
    (entry.hash.0[..] == hash[..]).then_some(entry)
}
