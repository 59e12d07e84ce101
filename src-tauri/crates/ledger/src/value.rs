//! The value of a field, and its JSON form.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use crate::error::shorten;
use crate::{Error, hex, limits};

/// The JSON key that marks bytes: `{"$bytes": "00ff"}`.
const BYTES_KEY: &str = "$bytes";
/// The JSON key that marks a masked value: `{"$masked": "<commitment>"}`.
const MASKED_KEY: &str = "$masked";

/// What a field can hold. There are no floating point numbers: their text and byte forms are
/// not unique, and nothing in a case file is measured in them.
///
/// In JSON, bytes are `{"$bytes": "<hex>"}`; a map key that begins with `$` gets a second `$`,
/// so every value survives the way to JSON and back unchanged. A masked value is
/// `{"$masked": "<hex>"}`, and never stands within another.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(into = "Json", try_from = "Json")]
pub enum Value {
    /// Nothing: the field was emptied.
    #[default]
    Null,
    /// Yes or no.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// Text, kept exactly as given.
    Text(String),
    /// Bytes, for hashes and small binary data.
    Bytes(Vec<u8>),
    /// An ordered list.
    List(Vec<Value>),
    /// Named values; the order of keys carries no meaning.
    Map(BTreeMap<String, Value>),
    /// A value that is not known here: whoever passed the entry on masked it, and this is the
    /// commitment that stands in its place. It is read, never written; see [`crate::masking`].
    Masked([u8; 32]),
}

impl Value {
    /// Levels of lists and maps: 0 for a plain value, 1 for a list of plain values.
    pub fn depth(&self) -> usize {
        match self {
            Self::List(items) => 1 + items.iter().map(Self::depth).max().unwrap_or(0),
            Self::Map(items) => 1 + items.values().map(Self::depth).max().unwrap_or(0),
            _ => 0,
        }
    }

    /// Whether the value is not known here.
    pub fn is_masked(&self) -> bool {
        matches!(self, Self::Masked(_))
    }

    /// Whether something masked is in it, at any level: such a value cannot be written.
    pub(crate) fn holds_masked(&self) -> bool {
        match self {
            Self::Masked(_) => true,
            Self::List(items) => items.iter().any(Self::holds_masked),
            Self::Map(items) => items.values().any(Self::holds_masked),
            _ => false,
        }
    }

    /// The text, when the value is text.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The number, when the value is a number.
    pub fn as_int(&self) -> Option<i64> {
        match self {
            Self::Int(number) => Some(*number),
            _ => None,
        }
    }

    /// Yes or no, when the value is that.
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Self::Bool(yes) => Some(*yes),
            _ => None,
        }
    }

    fn from_json(json: Json, depth: usize) -> Result<Self, Error> {
        if depth > limits::DEPTH {
            return Err(Error::TooLarge {
                what: "数据的嵌套层数",
                limit: limits::DEPTH,
            });
        }
        Ok(match json {
            Json::Null => Self::Null,
            Json::Bool(yes) => Self::Bool(yes),
            Json::Number(number) => {
                Self::Int(number.as_i64().ok_or_else(|| Error::NotAnInteger {
                    number: shorten(&number.to_string()),
                })?)
            }
            Json::String(text) => Self::Text(text),
            Json::Array(items) => Self::List(
                items
                    .into_iter()
                    .map(|item| Self::from_json(item, depth + 1))
                    .collect::<Result<_, _>>()?,
            ),
            Json::Object(items) => {
                if items.len() == 1
                    && let Some(Json::String(text)) = items.get(BYTES_KEY)
                {
                    return hex::decode(text).map(Self::Bytes).ok_or_else(|| {
                        Error::BadIdentifier {
                            text: shorten(text),
                        }
                    });
                }
                if depth == 0
                    && items.len() == 1
                    && let Some(Json::String(text)) = items.get(MASKED_KEY)
                {
                    return hex::decode(text)
                        .and_then(|bytes| bytes.try_into().ok())
                        .map(Self::Masked)
                        .ok_or_else(|| Error::BadIdentifier {
                            text: shorten(text),
                        });
                }
                let mut map = BTreeMap::new();
                for (key, item) in items {
                    let key = match key.strip_prefix('$') {
                        Some(rest) if rest.starts_with('$') => rest.to_owned(),
                        Some(_) => return Err(Error::ReservedKey { key: shorten(&key) }),
                        None => key,
                    };
                    map.insert(key, Self::from_json(item, depth + 1)?);
                }
                Self::Map(map)
            }
        })
    }
}

impl From<Value> for Json {
    fn from(value: Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(yes) => Self::Bool(yes),
            Value::Int(number) => number.into(),
            Value::Text(text) => Self::String(text),
            Value::Bytes(bytes) => serde_json::json!({ BYTES_KEY: hex::encode(&bytes) }),
            Value::Masked(commitment) => {
                serde_json::json!({ MASKED_KEY: hex::encode(&commitment) })
            }
            Value::List(items) => Self::Array(items.into_iter().map(Into::into).collect()),
            Value::Map(items) => Self::Object(
                items
                    .into_iter()
                    .map(|(key, item)| {
                        (
                            if key.starts_with('$') {
                                format!("${key}")
                            } else {
                                key
                            },
                            item.into(),
                        )
                    })
                    .collect(),
            ),
        }
    }
}

impl From<&Value> for Json {
    fn from(value: &Value) -> Self {
        value.clone().into()
    }
}

impl TryFrom<Json> for Value {
    type Error = Error;

    fn try_from(json: Json) -> Result<Self, Error> {
        // Depth counts containers: a container at level 16 may hold plain values at level 17.
        let value = Self::from_json(json, 0);
        match value {
            Ok(value) if value.depth() > limits::DEPTH => Err(Error::TooLarge {
                what: "数据的嵌套层数",
                limit: limits::DEPTH,
            }),
            other => other,
        }
    }
}

impl From<bool> for Value {
    fn from(yes: bool) -> Self {
        Self::Bool(yes)
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Int(number)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    /// Any value within the limits, map keys with `$` included.
    pub(crate) fn any_value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::Bool),
            any::<i64>().prop_map(Value::Int),
            any::<String>().prop_map(Value::Text),
            prop::collection::vec(any::<u8>(), 0..40).prop_map(Value::Bytes),
        ];
        leaf.prop_recursive(4, 24, 5, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..5).prop_map(Value::List),
                prop::collection::btree_map("[$]{0,2}[a-c中]{0,3}|[$]bytes", inner, 0..5)
                    .prop_map(Value::Map),
            ]
        })
    }

    fn nested(levels: usize) -> Json {
        (0..levels).fold(json!(1), |inner, _| json!([inner]))
    }

    #[test]
    fn refuses_fractions_large_numbers_reserved_keys_and_depth() {
        let code = |json: Json| Value::try_from(json).map_err(|e| e.code());
        assert_eq!(code(json!(1.5)), Err("not-an-integer"));
        assert_eq!(code(json!(1.0)), Err("not-an-integer"));
        assert_eq!(code(json!(u64::MAX)), Err("not-an-integer"));
        assert_eq!(code(json!({"$secret": 1})), Err("reserved-key"));
        assert_eq!(code(json!({"$bytes": "zz"})), Err("bad-identifier"));
        assert_eq!(code(json!({"$bytes": "00", "a": 1})), Err("reserved-key"));
        assert_eq!(code(json!({"$masked": "00"})), Err("bad-identifier"));
        let masked = json!({ "$masked": "ab".repeat(32) });
        assert_eq!(
            Value::try_from(masked.clone()),
            Ok(Value::Masked([0xab; 32]))
        );
        assert_eq!(Json::from(Value::Masked([0xab; 32])), masked);
        assert_eq!(code(json!([masked])), Err("reserved-key"));
        assert!(Value::try_from(nested(limits::DEPTH)).is_ok());
        assert_eq!(code(nested(limits::DEPTH + 1)), Err("too-large"));
        assert_eq!(code(nested(100)), Err("too-large"));
    }

    proptest! {
        #[test]
        fn json_keeps_every_value(value in any_value()) {
            let text = serde_json::to_string(&value).expect("no floats, text keys");
            let back: Value = serde_json::from_str(&text).expect("its own form");
            prop_assert_eq!(back, value);
        }
    }
}
