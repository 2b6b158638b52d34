//! The columns of the table of contacts. A column is listed once, in [`contact_table`], and every statement that
//! selects, inserts or updates contacts follows from that list.
//!
//! To store another field of a contact, add it to [`ContactRecord`] or to `ContactState`, to the list, and to a new
//! migration. The program does not compile if the list lacks a field, and a test fails if the table lacks a
//! column.

use contact_model::{AgentId, CompanyId, ContactId, ContactState, LeadSource, Timestamp};

use super::derived_rows::DerivedColumns;
use super::record::ContactRecord;
use crate::connection::{Row, Value};
use crate::{Result, StoreError};

/// The part that a column has in updates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Group {
    /// Identifies the row.
    Key,
    /// Never changes.
    Fixed,
    /// May change.
    Changing,
    /// May change, and does so without the version of the row when the company's country changes.
    MatchingKey,
}

/// The type of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ColumnType {
    Uuid,
    Text,
    /// Texts as a JSON array.
    Json,
    Boolean,
    Integer,
    Time,
}

/// A column whose value comes from an `R`.
pub(crate) struct Column<R> {
    pub(crate) name: &'static str,
    pub(crate) group: Group,
    pub(crate) kind: ColumnType,
    pub(crate) value: fn(&R) -> Value<'_>,
}

/// The type of a field that has a column.
pub(crate) trait Field: Sized {
    const TYPE: ColumnType;

    fn value(&self) -> Value<'_>;

    fn read(row: &dyn Row, column: usize) -> Result<Self>;
}

macro_rules! field {
    ($field:ty, $type:ident, |$self:ident| $value:expr, |$row:ident, $column:ident| $read:expr) => {
        impl Field for $field {
            const TYPE: ColumnType = ColumnType::$type;

            fn value(&self) -> Value<'_> {
                let $self = self;
                $value
            }

            fn read($row: &dyn Row, $column: usize) -> Result<Self> {
                $read
            }
        }
    };
}

field!(CompanyId, Uuid, |id| Value::uuid(*id), |row, column| row.uuid(column).map(Self));
field!(ContactId, Uuid, |id| Value::uuid(*id), |row, column| row.uuid(column).map(Self));
field!(Option<AgentId>, Uuid, |id| Value::Uuid(id.map(Into::into)), |row, column| Ok(row
    .optional_uuid(column)?
    .map(AgentId)));
field!(Option<ContactId>, Uuid, |id| Value::Uuid(id.map(Into::into)), |row, column| Ok(row
    .optional_uuid(column)?
    .map(ContactId)));
field!(Option<String>, Text, |text| Value::Text(text.as_deref()), |row, column| row.optional_text(column));
field!(String, Text, |text| Value::text(text), |row, column| row.text(column));
field!(LeadSource, Text, |source| Value::text(source.as_str()), |row, column| Ok(Self::from_sent(
    &row.text(column)?
)));
field!(Vec<String>, Json, |texts| Value::Json(texts), |row, column| serde_json::from_str(&row.text(column)?)
    .map_err(StoreError::unavailable));
field!(bool, Boolean, |flag| Value::boolean(*flag), |row, column| row.boolean(column));
field!(i64, Integer, |number| Value::Integer(*number), |row, column| row.integer(column));
field!(Timestamp, Time, |at| Value::time(*at), |row, column| row.time(column));
field!(Option<Timestamp>, Time, |at| Value::Time(*at), |row, column| row.optional_time(column));

/// Returns the type of the column of a field.
pub(crate) const fn type_of<R, F: Field>(_: fn(&R) -> &F) -> ColumnType {
    F::TYPE
}

/// A column with the value of a field.
macro_rules! field_column {
    ($name:ident, $group:ident, |$row:ident: $type:ty| $field:expr) => {
        $crate::contacts::columns::Column {
            name: stringify!($name),
            group: $crate::contacts::columns::Group::$group,
            kind: $crate::contacts::columns::type_of(|$row: &$type| &$field),
            value: |$row| $crate::contacts::columns::Field::value(&$field),
        }
    };
}
pub(crate) use field_column;

/// Defines the columns of a contact from the list of the fields of [`ContactRecord`] and those of its `state`. Each
/// column has the name of its field and belongs to a [`Group`].
macro_rules! contact_table {
    (
        record { $first:ident: $first_group:ident, $($record:ident: $record_group:ident,)* }
        state { $($state:ident: $state_group:ident,)* }
    ) => {
        /// The columns of a contact, except the derived ones.
        pub(crate) const COLUMNS: &[Column<ContactRecord>] = &[
            field_column!($first, $first_group, |row: ContactRecord| row.$first),
            $(field_column!($record, $record_group, |row: ContactRecord| row.$record),)*
            $(field_column!($state, $state_group, |row: ContactRecord| row.state.$state),)*
            HAS_PHONE,
        ];

        /// The columns of a contact, in the order that [`ContactRecord::read`] expects. The statement must name the
        /// table `c`.
        macro_rules! contact_columns {
            () => {
                concat!(
                    "c.", stringify!($first),
                    $(", c.", stringify!($record),)*
                    $(", c.", stringify!($state),)*
                )
            };
        }
        pub(crate) use contact_columns;

        impl ContactRecord {
            /// Reads a row that begins with [`contact_columns`].
            pub(crate) fn read(row: &dyn Row) -> Result<Self> {
                let mut column = 0;
                let mut next = || {
                    column += 1;
                    column - 1
                };
                Ok(Self {
                    $first: Field::read(row, next())?,
                    $($record: Field::read(row, next())?,)*
                    state: ContactState { $($state: Field::read(row, next())?,)* },
                })
            }
        }
    };
}

/// The only column that is not read, because it follows from the phone.
const HAS_PHONE: Column<ContactRecord> = Column {
    name: "has_phone",
    group: Group::Changing,
    kind: ColumnType::Boolean,
    value: |row| Value::boolean(row.has_phone()),
};

contact_table! {
    record {
        company_id: Key,
        id: Key,
        email_key: MatchingKey,
        phone_key: MatchingKey,
        profile_picture_url: Changing,
        active_agent_id: Changing,
        last_activity: Changing,
        created_at: Fixed,
        updated_at: Changing,
        version: Changing,
        deleted_at: Changing,
        merged_into: Changing,
    }
    state {
        name: Changing,
        first_name: Changing,
        last_name: Changing,
        email: Changing,
        phone: Changing,
        business_name: Changing,
        notes: Changing,
        tags: Changing,
        lead_source: Changing,
        is_dnd: Changing,
    }
}

/// The number of columns in [`contact_columns`].
pub(crate) const COLUMN_COUNT: usize = COLUMNS.len() - 1;

/// The derived columns of a contact.
pub(crate) const DERIVED_COLUMNS: &[Column<DerivedColumns>] = &[
    field_column!(name_key, Changing, |row: DerivedColumns| row.name_key),
    field_column!(search_text, Changing, |row: DerivedColumns| row.search_text),
];

/// Returns the columns whose group satisfies the predicate.
pub(crate) fn columns_of(group: fn(Group) -> bool) -> impl Iterator<Item = &'static Column<ContactRecord>> {
    COLUMNS.iter().filter(move |column| group(column.group))
}

impl Group {
    /// Returns true if an update may change the column.
    pub(crate) fn is_updated(self) -> bool {
        !matches!(self, Self::Key | Self::Fixed)
    }
}

impl ColumnType {
    /// Returns the type of the column in PostgreSQL.
    pub(crate) fn postgres(self) -> &'static str {
        match self {
            Self::Uuid => "uuid",
            Self::Text | Self::Json => "text",
            Self::Boolean => "boolean",
            Self::Integer => "bigint",
            Self::Time => "timestamptz",
        }
    }
}
