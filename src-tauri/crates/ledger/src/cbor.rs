//! The one permitted byte form: deterministic CBOR (RFC 8949, section 4.2.1).
//!
//! Hashes and signatures are made over bytes, so everything must have exactly one encoding:
//! shortest integers and lengths, definite lengths only, map keys in bytewise order of their
//! encoding, no floats, no tags. [`read_canonical`] enforces it by encoding again what it
//! decoded. The exchange file uses the same reader and writer.

use std::collections::BTreeMap;

use minicbor::data::Type;
use minicbor::{Decoder, Encoder};

use crate::{Error, Value, limits};

/// Writes CBOR into memory.
#[derive(Debug)]
pub struct Writer(Encoder<Vec<u8>>);

/// Takes the result of an encoder call, which cannot fail because the target is memory.
fn put<T, E: std::fmt::Debug>(result: Result<T, E>) {
    result.map(drop).expect("writing to memory cannot fail");
}

impl Default for Writer {
    fn default() -> Self {
        Self::new()
    }
}

impl Writer {
    /// An empty writer.
    pub fn new() -> Self {
        Self(Encoder::new(Vec::new()))
    }

    /// Begins an array of exactly `len` items.
    pub fn array(&mut self, len: usize) -> &mut Self {
        put(self.0.array(len as u64));
        self
    }

    /// Writes a number that is not negative.
    pub fn uint(&mut self, number: u64) -> &mut Self {
        put(self.0.u64(number));
        self
    }

    /// Writes a byte string.
    pub fn bytes(&mut self, bytes: &[u8]) -> &mut Self {
        put(self.0.bytes(bytes));
        self
    }

    /// Writes text.
    pub fn text(&mut self, text: &str) -> &mut Self {
        put(self.0.str(text));
        self
    }

    /// Writes null.
    pub fn null(&mut self) -> &mut Self {
        put(self.0.null());
        self
    }

    /// Writes text, or null when there is none.
    pub fn optional_text(&mut self, text: Option<&str>) -> &mut Self {
        match text {
            Some(text) => self.text(text),
            None => self.null(),
        }
    }

    /// Writes a byte string, or null when there is none.
    pub fn optional_bytes(&mut self, bytes: Option<&[u8]>) -> &mut Self {
        match bytes {
            Some(bytes) => self.bytes(bytes),
            None => self.null(),
        }
    }

    /// Writes a field value.
    pub fn value(&mut self, value: &Value) -> &mut Self {
        match value {
            Value::Null => put(self.0.null()),
            Value::Bool(yes) => put(self.0.bool(*yes)),
            Value::Int(number) => put(self.0.i64(*number)),
            Value::Text(text) => put(self.0.str(text)),
            Value::Bytes(bytes) => put(self.0.bytes(bytes)),
            // What stands for it in a masked payload. A value within a value is never masked.
            Value::Masked(commitment) => put(self.0.bytes(commitment)),
            Value::List(items) => {
                put(self.0.array(items.len() as u64));
                for item in items {
                    self.value(item);
                }
            }
            Value::Map(items) => {
                put(self.0.map(items.len() as u64));
                // The bytewise order of encoded text keys is: shorter first, then by bytes,
                // because the length comes first in the encoding.
                let mut sorted: Vec<_> = items.iter().collect();
                sorted.sort_by_key(|(key, _)| (key.len(), key.as_bytes()));
                for (key, item) in sorted {
                    self.text(key).value(item);
                }
            }
        }
        self
    }

    /// Writes items that are CBOR already.
    pub fn raw(&mut self, cbor: &[u8]) -> &mut Self {
        self.0.writer_mut().extend_from_slice(cbor);
        self
    }

    /// The bytes written.
    pub fn finish(self) -> Vec<u8> {
        self.0.into_writer()
    }
}

/// Reads CBOR from memory. Every failure names `what` was being read.
#[derive(Debug)]
pub struct Reader<'b> {
    decoder: Decoder<'b>,
    what: &'static str,
}

impl<'b> Reader<'b> {
    /// A reader over `bytes`; `what` is the Chinese name of the part, for messages.
    pub fn new(what: &'static str, bytes: &'b [u8]) -> Self {
        Self {
            decoder: Decoder::new(bytes),
            what,
        }
    }

    /// The refusal for data that does not have the expected structure.
    pub fn malformed(&self) -> Error {
        Error::Malformed { what: self.what }
    }

    fn check<T, E>(&self, result: Result<T, E>) -> Result<T, Error> {
        result.map_err(|_| self.malformed())
    }

    /// Begins an array and returns its length, which must not exceed `limit`.
    pub fn array_up_to(&mut self, limit: usize) -> Result<usize, Error> {
        let len = self.decoder.array();
        match self.check(len)? {
            Some(len) if len <= limit as u64 => Ok(len as usize),
            Some(_) => Err(Error::TooLarge {
                what: self.what,
                limit,
            }),
            None => Err(Error::NotCanonical { what: self.what }),
        }
    }

    /// Begins an array that must have exactly `len` items.
    pub fn array(&mut self, len: usize) -> Result<(), Error> {
        let found = self.decoder.array();
        match self.check(found)? {
            Some(found) if found == len as u64 => Ok(()),
            Some(_) => Err(self.malformed()),
            None => Err(Error::NotCanonical { what: self.what }),
        }
    }

    /// Begins an array whose first item is a format version, checks that it is not newer than
    /// `known`, and only then that the array has `len` items.
    pub fn versioned_array(&mut self, known: u8, len: usize) -> Result<u8, Error> {
        let found = self.decoder.array();
        let found = self.check(found)?;
        let version = self.uint()?;
        if version > u64::from(known) {
            return Err(Error::NewerVersion {
                what: self.what,
                found: version,
                known: u64::from(known),
            });
        }
        match found {
            Some(found) if found == len as u64 && version > 0 => Ok(version as u8),
            Some(_) => Err(self.malformed()),
            None => Err(Error::NotCanonical { what: self.what }),
        }
    }

    /// Reads a number that is not negative.
    pub fn uint(&mut self) -> Result<u64, Error> {
        let number = self.decoder.u64();
        self.check(number)
    }

    /// Reads a byte string.
    pub fn bytes(&mut self) -> Result<&'b [u8], Error> {
        let bytes = self.decoder.bytes();
        self.check(bytes)
    }

    /// Reads a byte string of exactly `N` bytes.
    pub fn fixed<const N: usize>(&mut self) -> Result<[u8; N], Error> {
        let bytes = self.bytes()?;
        self.check(bytes.try_into())
    }

    /// Reads text.
    pub fn text(&mut self) -> Result<&'b str, Error> {
        let text = self.decoder.str();
        self.check(text)
    }

    /// Consumes a null if one comes next.
    pub fn take_null(&mut self) -> Result<bool, Error> {
        let next = self.decoder.datatype();
        if self.check(next)? == Type::Null {
            let null = self.decoder.null();
            self.check(null)?;
            return Ok(true);
        }
        Ok(false)
    }

    /// Reads text or null.
    pub fn optional_text(&mut self) -> Result<Option<&'b str>, Error> {
        if self.take_null()? {
            Ok(None)
        } else {
            self.text().map(Some)
        }
    }

    /// Reads a byte string or null.
    pub fn optional_bytes(&mut self) -> Result<Option<&'b [u8]>, Error> {
        if self.take_null()? {
            Ok(None)
        } else {
            self.bytes().map(Some)
        }
    }

    /// Reads a field value, at most [`limits::DEPTH`] levels deep.
    pub fn value(&mut self) -> Result<Value, Error> {
        self.value_within(limits::DEPTH)
    }

    fn value_within(&mut self, levels: usize) -> Result<Value, Error> {
        let next = self.decoder.datatype();
        let next = self.check(next)?;
        Ok(match next {
            Type::Null => {
                self.take_null()?;
                Value::Null
            }
            Type::Bool => {
                let yes = self.decoder.bool();
                Value::Bool(self.check(yes)?)
            }
            Type::U8
            | Type::U16
            | Type::U32
            | Type::U64
            | Type::I8
            | Type::I16
            | Type::I32
            | Type::I64 => {
                let number = self.decoder.i64();
                Value::Int(self.check(number)?)
            }
            Type::String => Value::Text(self.text()?.to_owned()),
            Type::Bytes => Value::Bytes(self.bytes()?.to_vec()),
            Type::Array | Type::Map if levels == 0 => {
                return Err(Error::TooLarge {
                    what: "数据的嵌套层数",
                    limit: limits::DEPTH,
                });
            }
            Type::Array => {
                let len = self.array_up_to(usize::MAX)?;
                // The stated length is not trusted for an allocation: each item is at least
                // one byte, so the loop ends with the input.
                let mut items = Vec::new();
                for _ in 0..len {
                    items.push(self.value_within(levels - 1)?);
                }
                Value::List(items)
            }
            Type::Map => {
                let len = self.decoder.map();
                let Some(len) = self.check(len)? else {
                    return Err(Error::NotCanonical { what: self.what });
                };
                let mut items = BTreeMap::new();
                for _ in 0..len {
                    let key = self.text()?.to_owned();
                    let item = self.value_within(levels - 1)?;
                    if items.insert(key, item).is_some() {
                        return Err(Error::NotCanonical { what: self.what });
                    }
                }
                Value::Map(items)
            }
            Type::StringIndef | Type::BytesIndef | Type::ArrayIndef | Type::MapIndef => {
                return Err(Error::NotCanonical { what: self.what });
            }
            _ => return Err(self.malformed()),
        })
    }

    /// Reads a byte string of exactly `N` bytes, if a byte string comes next.
    pub fn take_fixed<const N: usize>(&mut self) -> Result<Option<[u8; N]>, Error> {
        let next = self.decoder.datatype();
        if self.check(next)? == Type::Bytes {
            return self.fixed().map(Some);
        }
        Ok(None)
    }

    /// How many bytes were read.
    pub fn position(&self) -> usize {
        self.decoder.position()
    }

    /// The bytes of everything that `read` takes.
    pub fn raw(
        &mut self,
        read: impl FnOnce(&mut Self) -> Result<(), Error>,
    ) -> Result<&'b [u8], Error> {
        let from = self.position();
        read(self)?;
        Ok(&self.decoder.input()[from..self.position()])
    }

    /// Passes over the next item, whatever it holds.
    pub fn skip(&mut self) -> Result<(), Error> {
        let skipped = self.decoder.skip();
        self.check(skipped)
    }

    /// Checks that nothing follows.
    pub fn end(&self) -> Result<(), Error> {
        if self.decoder.position() == self.decoder.input().len() {
            Ok(())
        } else {
            Err(self.malformed())
        }
    }
}

/// Decodes `bytes` with `read`, then refuses them unless `write` gives back the same bytes.
///
/// `limit` is the largest permitted length in bytes, checked before anything is decoded.
pub fn read_canonical<T>(
    what: &'static str,
    limit: usize,
    bytes: &[u8],
    read: impl FnOnce(&mut Reader<'_>) -> Result<T, Error>,
    write: impl FnOnce(&T, &mut Writer),
) -> Result<T, Error> {
    if bytes.len() > limit {
        return Err(Error::TooLarge { what, limit });
    }
    let mut reader = Reader::new(what, bytes);
    let value = read(&mut reader)?;
    reader.end()?;
    let mut writer = Writer::new();
    write(&value, &mut writer);
    if writer.finish() == bytes {
        Ok(value)
    } else {
        Err(Error::NotCanonical { what })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::value::tests::any_value;

    fn read_value(r: &mut Reader<'_>) -> Result<Value, Error> {
        r.value()
    }

    fn read(bytes: &[u8]) -> Result<Value, &'static str> {
        read_canonical("内容", 1 << 20, bytes, read_value, |v, w| {
            w.value(v);
        })
        .map_err(|e| e.code())
    }

    #[test]
    fn refuses_every_second_way_to_write_a_value() {
        for (name, bytes, expected) in [
            ("long zero", &[0x18, 0x00][..], "not-canonical"),
            ("long length of text", &[0x78, 0x01, b'a'], "not-canonical"),
            ("open-ended list", &[0x9f, 0x01, 0xff], "not-canonical"),
            (
                "open-ended text",
                &[0x7f, 0x61, b'a', 0xff],
                "not-canonical",
            ),
            (
                "keys out of order",
                &[0xa2, 0x61, b'b', 0x01, 0x61, b'a', 0x01],
                "not-canonical",
            ),
            (
                "long key before short",
                &[0xa2, 0x62, b'a', b'a', 0x01, 0x61, b'b', 0x01],
                "not-canonical",
            ),
            (
                "key twice",
                &[0xa2, 0x61, b'a', 0x01, 0x61, b'a', 0x01],
                "not-canonical",
            ),
            ("half float", &[0xf9, 0x3c, 0x00], "malformed"),
            ("double", &[0xfb, 0x3f, 0xf0, 0, 0, 0, 0, 0, 0], "malformed"),
            ("undefined", &[0xf7], "malformed"),
            ("tag", &[0xc0, 0x60], "malformed"),
            ("number key", &[0xa1, 0x01, 0x01], "malformed"),
            ("not UTF-8", &[0x61, 0xff], "malformed"),
            (
                "number beyond i64",
                &[0x1b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
                "malformed",
            ),
            ("cut short", &[0x62, b'a'], "malformed"),
            (
                "huge stated length",
                &[0x9b, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
                "malformed",
            ),
            ("trailing byte", &[0x01, 0x01], "malformed"),
            ("nothing", &[], "malformed"),
        ] {
            assert_eq!(read(bytes), Err(expected), "{name}");
        }
    }

    #[test]
    fn depth_is_limited_without_using_the_stack() {
        let nested = |n: usize| [vec![0x81; n], vec![0x01]].concat();
        assert!(read(&nested(limits::DEPTH)).is_ok());
        assert_eq!(read(&nested(limits::DEPTH + 1)), Err("too-large"));
        assert_eq!(read(&nested(500_000)), Err("too-large"));
    }

    #[test]
    fn size_is_checked_first() {
        assert_eq!(
            read_canonical("内容", 3, &[1; 4], read_value, |_, _| ()).map_err(|e| e.code()),
            Err("too-large")
        );
    }

    proptest! {
        #[test]
        fn values_round_trip(value in any_value()) {
            let mut writer = Writer::new();
            writer.value(&value);
            prop_assert_eq!(read(&writer.finish()), Ok(value));
        }

        #[test]
        fn whatever_is_accepted_has_one_form(bytes in prop::collection::vec(any::<u8>(), 0..60)) {
            if let Ok(value) = read(&bytes) {
                let mut writer = Writer::new();
                writer.value(&value);
                prop_assert_eq!(writer.finish(), bytes);
            }
        }
    }
}
