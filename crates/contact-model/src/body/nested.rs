//! Reads nested values of a body: objects and arrays.

use std::fmt;

use serde::de::{Deserializer, IgnoredAny, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::{BodyError, ObjectReader, RequestBody};
use crate::problem::ViolationCode;

impl<'a> ObjectReader<'a> {
    /// Reads an object inside this one with the same handling. The pointers to its invalid fields are
    /// relative to this object, and the names of its unknown keys begin with `key`.
    pub(crate) fn nested<T: RequestBody>(&mut self, key: &str) -> Option<T> {
        let raw = self.take(key)?;
        match ObjectReader::new(self.nested_body(raw)) {
            Ok(mut object) => {
                let value = T::read(&mut object);
                let (parsed, violations) = object.finish(value);
                if violations.is_empty() {
                    return Some(self.merge_nested(key, parsed));
                }
                self.check(|all| all.extend(violations.with_prefix(&format!("/{key}"))));
            }
            Err(BodyError::NotAnObject(_)) => self.refuse_type(key, raw, "an object"),
            Err(_) => self.refuse_names(key),
        }
        None
    }

    /// Reads a required array with at least one and at most `limit` items.
    pub(crate) fn items(&mut self, key: &str, limit: usize) -> Vec<&'a RawValue> {
        let Some(raw) = self.take(key) else {
            self.require(key);
            return Vec::new();
        };
        let Ok(Items { first, count }) = Items::read(raw, limit) else {
            self.refuse_type(key, raw, "an array");
            return Vec::new();
        };
        if count == 0 {
            self.refuse(key, ViolationCode::Required, format!("{key} must contain at least one item."));
        } else if count > limit {
            let detail = format!("{key} takes at most {limit} items; {count} were sent.");
            self.refuse(key, ViolationCode::TooMany, detail);
        }
        first
    }
}

/// The first items of an array, and the number of all its items.
struct Items<'a> {
    first: Vec<&'a RawValue>,
    count: usize,
}

impl<'a> Items<'a> {
    /// Reads an array. A body has room for very many items, so items beyond the limit are counted but not
    /// kept.
    fn read(raw: &'a RawValue, limit: usize) -> serde_json::Result<Self> {
        serde_json::Deserializer::from_str(raw.get()).deserialize_seq(ItemsVisitor { limit })
    }
}

struct ItemsVisitor {
    limit: usize,
}

impl<'de> Visitor<'de> for ItemsVisitor {
    type Value = Items<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let mut items = Items { first: Vec::new(), count: 0 };
        while items.count < self.limit
            && let Some(item) = seq.next_element()?
        {
            items.first.push(item);
            items.count += 1;
        }
        while items.count >= self.limit && seq.next_element::<IgnoredAny>()?.is_some() {
            items.count += 1;
        }
        Ok(items)
    }
}
