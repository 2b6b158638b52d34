//! The limits (decided), in one place. The documentation defines none. They keep rows readable and the cost of a
//! request bounded. A request whose fields, parameters or headers exceed a limit is refused with a 400 that names the
//! limit. One that is too large, or whose response would be, is refused with a 413, and a keyed request after the
//! quota of stored responses is used up with a 429. Some limits refuse nothing: they cut a value, such as a word of a
//! search, or end a list earlier.

/// Characters in a full, first or last name, and in a business name.
pub const NAME: usize = 255;
/// Characters in an email address: 64 for the local part, the `@`, 255 for the domain.
pub const EMAIL: usize = 320;
/// Characters in a phone number as sent.
pub const PHONE_NUMBER: usize = 64;
/// Characters in the notes.
pub const NOTES: usize = 65_536;
/// Characters in one tag.
pub const TAG: usize = 100;
/// Tags of one contact, as sent and after a merge.
pub const TAGS: usize = 200;
/// Bytes of JSON in one custom field's value.
pub const CUSTOM_FIELD_VALUE: usize = 16 * 1024;
/// Bytes of JSON in all custom-field values of a contact together.
pub const CUSTOM_FIELDS_TOTAL: usize = 512 * 1024;
/// Levels of arrays and objects in a custom field's value: the default nesting limit of common JSON parsers,
/// minus the levels of the response around the value.
pub const CUSTOM_FIELD_DEPTH: usize = 120;
/// Characters in the name of a custom field, and in one option of a select field.
pub const CUSTOM_FIELD_NAME: usize = 100;
/// Options of a select field.
pub const CUSTOM_FIELD_OPTIONS: usize = 200;
/// Characters in the name of a company, an agent or an API key.
pub const DISPLAY_NAME: usize = 200;
/// Characters in a thread's `type`, `status` or `direction`.
pub const THREAD_ATTRIBUTE: usize = 50;
/// Invalid fields that a problem lists. It counts all of them.
pub const VIOLATIONS: usize = 1_000;
/// Invalid fields that the items of a batch list together. Each item counts all of its own.
pub const BATCH_VIOLATIONS: usize = 20 * BATCH_ITEMS;
/// Characters in the id of a request.
pub const REQUEST_ID: usize = 64;
/// Characters in the id of an operation, the header `Operation-Id`.
pub const OPERATION_ID: usize = 255;
/// Characters in the cursor of a request to undo changes.
pub const REVERT_CURSOR: usize = 100;
/// Bytes in the body of a request other than a batch.
pub const REQUEST_BODY: usize = 1024 * 1024;
/// Items in a batch.
pub const BATCH_ITEMS: usize = 1_000;
/// Bytes in the body of a batch. Leaves room for a large contact in each item.
pub const BATCH_BODY: usize = 16 * 1024 * 1024;
/// Bytes in the body of a batch that is done in one transaction. Every other write waits until it is done.
pub const SINGLE_TRANSACTION_BATCH_BODY: usize = 4 * 1024 * 1024;
/// Bytes of contacts, with their custom fields, that a batch in one transaction may load: a thousand contacts with 64
/// KiB each. Contacts that might match a create count too, even if the batch does not change them.
pub const SINGLE_TRANSACTION_BATCH_CONTACTS: usize = 64 * 1024 * 1024;
/// Bytes of contacts, as JSON, in the response to a write, such as a batch.
pub const RESPONSE: usize = 64 * 1024 * 1024;
/// Bytes in the response to a batch with an idempotency key, which is stored.
pub const KEYED_BATCH_RESPONSE: usize = 4 * 1024 * 1024;
/// Bytes of stored responses that a company may add within 24 hours, unless the server is configured otherwise.
/// Enough for at least a million single writes, or for imports of about four million rows.
pub const IDEMPOTENCY_QUOTA: u64 = 1024 * 1024 * 1024;
/// Bytes of contacts, as JSON, on a page of a list. A page that would be larger ends earlier and links to the
/// next page.
pub const LIST_RESPONSE: usize = 16 * 1024 * 1024;
/// Characters in a name as stored. Leaves room for the characters that title-casing and composing add to
/// names of [`NAME`] characters, so that every contact can be inserted again.
pub const STORED_NAME: usize = 4 * (NAME + 1);
/// Characters in an email address as stored. Lowercasing may replace one character by two.
pub const STORED_EMAIL: usize = 2 * EMAIL;
/// Characters in the URL of a picture.
pub const PROFILE_PICTURE_URL: usize = 2_048;
/// Names in the header `Ignored-Fields`.
pub const IGNORED_FIELDS: usize = 20;
/// Characters of one name in the header `Ignored-Fields`.
pub const IGNORED_FIELD_NAME: usize = 64;
/// Characters of a key in the header `Idempotency-Key`.
pub const IDEMPOTENCY_KEY: usize = 255;
/// Words in one search.
pub const SEARCH_WORDS: usize = 10;
/// Characters of a word in a search or a search index. Longer words are cut.
pub const SEARCH_WORD: usize = 64;
/// Positions within the words of one text at which a search finds a Chinese, Japanese or Korean name.
pub const SEARCH_SUFFIXES: usize = 16;
/// Digits that a search needs to find a phone number by its last digits.
pub const SEARCH_DIGITS: usize = 4;
/// Characters of the key that contacts are sorted by name with. Longer keys are cut.
pub const NAME_KEY: usize = 255;
/// Bytes of that key. PostgreSQL allows at most 2704 bytes in an entry of an index.
pub const NAME_KEY_BYTES: usize = 1_000;
/// Characters in a search. Leaves room for its words and the separators between them.
pub const SEARCH: usize = SEARCH_WORDS * (SEARCH_WORD + 1);
/// Tags that a list of contacts can be filtered by at once.
pub const FILTER_TAGS: usize = 20;
/// Custom fields that a list of contacts can be filtered by at once.
pub const FILTER_CUSTOM_FIELDS: usize = 10;
/// Seconds that a reader of the feed of changes may wait for a change.
pub const FEED_WAIT: u64 = 25;
/// Characters in the URL of a webhook.
pub const WEBHOOK_URL: usize = 2_048;
/// Fields that a webhook can be limited to.
pub const WEBHOOK_FIELDS: usize = 100;
/// Characters in the name of such a field: `custom_fields.` and the name of a custom field.
pub const WEBHOOK_FIELD: usize = 14 + CUSTOM_FIELD_NAME;
/// Webhooks of a company.
pub const WEBHOOKS: usize = 20;
/// Attempts of a webhook that are kept, and changes that are set aside.
pub const WEBHOOK_ATTEMPTS: usize = 100;
/// Contacts that a count of a list looks at.
pub const LIST_COUNT: u32 = 100_000;
/// Contacts on a page of a list.
pub const PAGE_SIZE: u16 = 200;
/// Contacts on a page of a list if the request does not specify a page size.
pub const DEFAULT_PAGE_SIZE: u16 = 50;
