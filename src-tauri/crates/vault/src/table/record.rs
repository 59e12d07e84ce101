//! Tables `record` and `conflict`: what is shown of every record.

use std::collections::BTreeMap;

use ledger::{EntityId, EntryHash, Value};
use rusqlite::types::Value as Cell;
use rusqlite::{Connection, OptionalExtension, Row, params_from_iter};

use super::{entity, key, signed, unsigned};
use crate::Error;
use crate::journal::Conditions;

/// `retracted` is 0 for a record that stands, 1 for a withdrawn one, and 2 for one
/// of which everything came masked: nobody is shown that, and the row keeps when
/// it came into being.
pub(super) const CREATE: &str = "
CREATE TABLE record (
    id        BLOB PRIMARY KEY,
    kind      TEXT NOT NULL,
    parent    BLOB,
    order_key TEXT NOT NULL,
    first     BLOB NOT NULL,
    doc       TEXT NOT NULL,
    retracted INTEGER NOT NULL,
    created   INTEGER NOT NULL,
    changed   INTEGER NOT NULL
) STRICT;
CREATE INDEX record_kind ON record (kind, parent);
CREATE INDEX record_parent ON record (parent);
CREATE TABLE conflict (
    entity BLOB NOT NULL,
    field  TEXT NOT NULL,
    PRIMARY KEY (entity, field)
) STRICT, WITHOUT ROWID;";

/// The withdrawn records, the last one first. Made when first asked for.
pub(super) const INDEX_WITHDRAWN: &str =
    "CREATE INDEX IF NOT EXISTS record_withdrawn ON record (changed, id) WHERE retracted = 1;";

/// Where `doc`, which has the value of each field, lists the masked ones. No
/// field is called so.
pub(crate) const MASKED: &str = "$masked";

const COLUMNS: &str = "id, kind, doc, created, changed, retracted,
    EXISTS (SELECT 1 FROM conflict WHERE entity = record.id)";

/// A record as it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredRecord {
    /// Its identifier.
    pub id: EntityId,
    /// What it is; see [`casework::kinds`].
    pub kind: String,
    /// The value shown in each field that was ever set and is known here.
    pub fields: BTreeMap<String, Value>,
    /// The fields of which something came masked (遮盖), and is not known here: the
    /// value itself, or another that stands beside the one shown. Nobody can
    /// write to them here.
    pub masked: Vec<String>,
    /// The fields a person has to decide because two people changed them
    /// without knowing of each other. [`ledger::RETRACTED`] is among them when
    /// somebody withdrew the record without having seen all of it.
    pub conflicts: Vec<String>,
    /// When it was first written: milliseconds since 1970, UTC.
    pub created_millis: u64,
    /// When it was last written: milliseconds since 1970, UTC.
    pub changed_millis: u64,
    /// It was withdrawn. A withdrawal that is disputed leaves it standing.
    pub retracted: bool,
}

/// What stands for a value that came masked.
pub const MASKED_WORDS: &str = "（已遮盖）";

impl StoredRecord {
    /// Whether what a field shows came masked, and is not known here.
    pub fn is_unknown(&self, field: &str) -> bool {
        !self.fields.contains_key(field) && self.masked.iter().any(|it| it == field)
    }

    /// The text in a field; words in its place when it came masked.
    pub fn words(&self, field: &str) -> Option<&str> {
        if self.is_unknown(field) {
            return Some(MASKED_WORDS);
        }
        self.fields.get(field)?.as_text()
    }
}

/// What the list of withdrawn records is narrowed to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WithdrawnFilter {
    /// The kind of record.
    pub kind: Option<String>,
    /// Words in the record or in the one it belongs to.
    pub text: String,
}

impl WithdrawnFilter {
    fn conditions(&self) -> Conditions {
        let mut query = Conditions::default();
        query.and("retracted = 1".to_owned());
        if let Some(kind) = &self.kind {
            let kind = query.bind(Cell::Text(kind.clone()));
            query.and(format!("kind = {kind}"));
        }
        if let Some(words) = query.bind_words(&self.text) {
            query.and(format!(
                "(instr(doc, {words}) OR EXISTS (SELECT 1 FROM record AS owner
                  WHERE owner.id = record.parent AND instr(owner.doc, {words})))"
            ));
        }
        query
    }
}

/// The position of a record's earliest entry, in bytes that sort like it:
/// packed stamp, device, hash. The same in every archive, whatever the order
/// of arrival.
pub(crate) type First = [u8; 72];

/// What the table keeps of a record besides what its tips say.
#[derive(Debug, Clone)]
pub(crate) struct Stamp {
    pub(crate) kind: String,
    pub(crate) first: First,
    pub(crate) created: u64,
    pub(crate) changed: u64,
    pub(crate) retracted: bool,
}

impl Stamp {
    /// The entry by which the record came into being.
    pub(crate) fn made_by(&self) -> EntryHash {
        let mut hash = [0; 32];
        hash.copy_from_slice(&self.first[40..]);
        EntryHash(hash)
    }

    /// Whether the record came into being by the entry with this hash.
    pub(crate) fn is_made_by(&self, hash: &EntryHash) -> bool {
        self.made_by() == *hash
    }
}

/// The stamps of a record, if it is there.
pub(crate) fn stamp(connection: &Connection, id: &EntityId) -> Result<Option<Stamp>, Error> {
    Ok(connection
        .prepare_cached(
            "SELECT kind, first, created, changed, retracted FROM record WHERE id = ?1",
        )?
        .query_row([key(id)], |row| {
            Ok(Stamp {
                kind: row.get(0)?,
                first: row.get(1)?,
                created: unsigned(row, 2)?,
                changed: unsigned(row, 3)?,
                retracted: row.get(4)?,
            })
        })
        .optional()?)
}

/// Whether a record stands, and with it everything it belongs to: the turns of
/// a withdrawn talk are not withdrawn themselves, and are not shown either.
pub(crate) fn stands(connection: &Connection, id: &EntityId) -> Result<bool, Error> {
    stands_but_for(connection, id, None)
}

/// Whether a record would stand if `withdrawn` did.
pub(crate) fn stands_but_for(
    connection: &Connection,
    id: &EntityId,
    withdrawn: Option<&EntityId>,
) -> Result<bool, Error> {
    /// Deeper than any true nesting; a circle made by a hostile import ends here.
    const DEEPEST: u32 = 16;
    Ok(connection
        .prepare_cached(
            "WITH RECURSIVE up (id, depth) AS (
                 SELECT ?1, 0
                 UNION
                 SELECT parent, depth + 1 FROM up JOIN record USING (id)
                 WHERE parent NOT NULL AND depth < ?2
             )
             SELECT NOT EXISTS (
                 SELECT 1 FROM up JOIN record USING (id) WHERE retracted = 1 AND id IS NOT ?3
             )",
        )?
        .query_row((key(id), DEEPEST, withdrawn.map(key)), |row| row.get(0))?)
}

/// A record's row as applying an entry writes it.
#[derive(Debug)]
pub(crate) struct NewRow<'a> {
    pub(crate) id: &'a EntityId,
    pub(crate) stamp: &'a Stamp,
    pub(crate) parent: Option<EntityId>,
    pub(crate) order_key: &'a str,
    pub(crate) doc: &'a str,
    pub(crate) conflicts: &'a [&'a str],
    /// Everything of it came masked.
    pub(crate) is_unknown: bool,
    /// Nothing of the record was here before.
    pub(crate) is_new: bool,
}

/// In `retracted`: everything of the record came masked.
const UNKNOWN: i64 = 2;

/// Writes the row and its conflicts.
pub(crate) fn put(connection: &Connection, row: &NewRow<'_>) -> Result<(), Error> {
    let values = (
        key(row.id),
        row.stamp.kind.as_str(),
        row.parent.as_ref().map(key),
        row.order_key,
        &row.stamp.first[..],
        row.doc,
        if row.is_unknown {
            UNKNOWN
        } else {
            i64::from(row.stamp.retracted)
        },
        signed(row.stamp.created)?,
        signed(row.stamp.changed)?,
    );
    // In two steps for the reason told in the journal.
    let added = connection
        .prepare_cached(
            "INSERT OR IGNORE INTO record
                 (id, kind, parent, order_key, first, doc, retracted, created, changed)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        )?
        .execute(values)?;
    if added == 0 {
        connection
            .prepare_cached(
                "UPDATE record SET kind = ?2, parent = ?3, order_key = ?4, first = ?5,
                     doc = ?6, retracted = ?7, created = ?8, changed = ?9
                 WHERE id = ?1",
            )?
            .execute(values)?;
    }
    if !row.conflicts.is_empty() || (!row.is_new && has_conflicts(connection, row.id)?) {
        connection
            .prepare_cached("DELETE FROM conflict WHERE entity = ?1")?
            .execute([key(row.id)])?;
        for field in row.conflicts {
            connection
                .prepare_cached("INSERT INTO conflict (entity, field) VALUES (?1, ?2)")?
                .execute((key(row.id), field))?;
        }
    }
    Ok(())
}

/// Removes a record's row and its conflicts: nothing is known of it any more.
pub(crate) fn remove(connection: &Connection, id: &EntityId) -> Result<(), Error> {
    connection
        .prepare_cached("DELETE FROM record WHERE id = ?1")?
        .execute([key(id)])?;
    connection
        .prepare_cached("DELETE FROM conflict WHERE entity = ?1")?
        .execute([key(id)])?;
    Ok(())
}

/// One record, withdrawn or not; nothing for one of which everything came masked.
pub(crate) fn get(connection: &Connection, id: &EntityId) -> Result<Option<StoredRecord>, Error> {
    let mut statement = connection.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM record WHERE id = ?1 AND retracted <> ?2"
    ))?;
    let mut rows = statement.query((key(id), UNKNOWN))?;
    rows.next()?.map(|row| read(connection, row)).transpose()
}

/// The standing records of a kind, all or those of one parent, in list order.
pub(crate) fn list(
    connection: &Connection,
    kind: &str,
    parent: Option<&EntityId>,
) -> Result<Vec<StoredRecord>, Error> {
    let (filter, parent) = match parent {
        Some(parent) => ("parent = ?2", key(parent)),
        None => ("?2 = ?2", &[][..]),
    };
    let mut statement = connection.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM record WHERE kind = ?1 AND {filter} AND retracted = 0 ORDER BY order_key, first"
    ))?;
    let mut rows = statement.query((kind, parent))?;
    let mut records = Vec::new();
    while let Some(row) = rows.next()? {
        records.push(read(connection, row)?);
    }
    Ok(records)
}

/// Gives every standing record to `visit`, oldest first.
pub(crate) fn each_standing(
    connection: &Connection,
    visit: &mut dyn FnMut(StoredRecord) -> Result<(), Error>,
) -> Result<(), Error> {
    let mut statement = connection.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM record WHERE retracted = 0 ORDER BY first"
    ))?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        visit(read(connection, row)?)?;
    }
    Ok(())
}

/// The withdrawn records, the one touched last first: at most `limit`, those
/// after the one that was touched at `after` and has that identifier.
pub(crate) fn withdrawn(
    connection: &Connection,
    filter: &WithdrawnFilter,
    after: Option<(u64, EntityId)>,
    limit: usize,
) -> Result<Vec<StoredRecord>, Error> {
    let mut query = filter.conditions();
    if let Some((changed, id)) = after {
        let changed = query.bind(Cell::Integer(signed(changed)?));
        let id = query.bind(Cell::Blob(key(&id).to_vec()));
        query.and(format!("(changed, id) < ({changed}, {id})"));
    }
    let most = query.bind(Cell::Integer(i64::try_from(limit).unwrap_or(i64::MAX)));
    let mut statement = connection.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM record {} ORDER BY changed DESC, id DESC LIMIT {most}",
        query.clause()
    ))?;
    let mut rows = statement.query(params_from_iter(query.values))?;
    let mut records = Vec::new();
    while let Some(row) = rows.next()? {
        records.push(read(connection, row)?);
    }
    Ok(records)
}

/// How many withdrawn records pass `filter`, by kind.
pub(crate) fn count_withdrawn(
    connection: &Connection,
    filter: &WithdrawnFilter,
) -> Result<BTreeMap<String, u64>, Error> {
    let query = filter.conditions();
    let mut statement = connection.prepare_cached(&format!(
        "SELECT kind, count(*) FROM record {} GROUP BY kind",
        query.clause()
    ))?;
    let rows = statement.query_map(params_from_iter(query.values), |row| {
        Ok((row.get(0)?, unsigned(row, 1)?))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The identifiers of everything that belongs to `parent`, withdrawn included.
pub(crate) fn children(connection: &Connection, parent: &EntityId) -> Result<Vec<EntityId>, Error> {
    let mut statement = connection.prepare_cached("SELECT id FROM record WHERE parent = ?1")?;
    let rows = statement.query_map([key(parent)], |row| entity(row, 0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The records in which `text` stands, letter for letter.
pub(crate) fn mentioning(connection: &Connection, text: &str) -> Result<Vec<EntityId>, Error> {
    let mut statement =
        connection.prepare_cached("SELECT id FROM record WHERE instr(doc, ?1) > 0 ORDER BY id")?;
    let rows = statement.query_map([text], |row| entity(row, 0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// How many standing records of a kind there are.
pub(crate) fn count(connection: &Connection, kind: &str) -> Result<u64, Error> {
    Ok(connection
        .prepare_cached("SELECT count(*) FROM record WHERE kind = ?1 AND retracted = 0")?
        .query_row([kind], |row| unsigned(row, 0))?)
}

/// How many standing records there are of each kind.
pub(crate) fn counts(connection: &Connection) -> Result<BTreeMap<String, u64>, Error> {
    let mut statement = connection
        .prepare_cached("SELECT kind, count(*) FROM record WHERE retracted = 0 GROUP BY kind")?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, unsigned(row, 1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Every field of every record that a person has to decide.
pub(crate) fn conflicts(connection: &Connection) -> Result<Vec<(EntityId, String)>, Error> {
    let mut statement =
        connection.prepare_cached("SELECT entity, field FROM conflict ORDER BY entity, field")?;
    let rows = statement.query_map([], |row| Ok((entity(row, 0)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Whether a person has to decide something in a record.
pub(crate) fn has_conflicts(connection: &Connection, id: &EntityId) -> Result<bool, Error> {
    Ok(connection
        .prepare_cached("SELECT 1 FROM conflict WHERE entity = ?1")?
        .exists([key(id)])?)
}

fn conflicts_of(connection: &Connection, id: &EntityId) -> Result<Vec<String>, Error> {
    let mut statement =
        connection.prepare_cached("SELECT field FROM conflict WHERE entity = ?1 ORDER BY field")?;
    let rows = statement.query_map([key(id)], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn read(connection: &Connection, row: &Row<'_>) -> Result<StoredRecord, Error> {
    let id = entity(row, 0)?;
    let doc = row.get_ref(2)?.as_str().map_err(rusqlite::Error::from)?;
    let mut fields: BTreeMap<String, Value> =
        serde_json::from_str(doc).map_err(|_| Error::damaged("记录的字段"))?;
    let masked = match fields.remove(MASKED) {
        Some(Value::List(names)) => names,
        _ => Vec::new(),
    };
    Ok(StoredRecord {
        id,
        kind: row.get(1)?,
        fields,
        masked: masked
            .iter()
            .filter_map(|name| name.as_text().map(str::to_owned))
            .collect(),
        created_millis: unsigned(row, 3)?,
        changed_millis: unsigned(row, 4)?,
        retracted: row.get(5)?,
        conflicts: if row.get(6)? {
            conflicts_of(connection, &id)?
        } else {
            Vec::new()
        },
    })
}
