//! The decided limits, in one place. The documentation names none; ours keep a row readable and a
//! request bounded. Over a limit a request is refused with a 400 that names it.

/// Characters in a full, first or last name, and in a business name.
pub const NAME: usize = 255;
/// Characters in an email address: 64 for the local part, the `@`, 255 for the domain.
pub const EMAIL: usize = 320;
/// Characters in a phone number, as it was sent.
pub const PHONE_NUMBER: usize = 64;
/// Characters in the notes.
pub const NOTES: usize = 65_536;
/// Characters in one tag.
pub const TAG: usize = 100;
/// Tags of one contact, sent or after a merge.
pub const TAGS: usize = 200;
/// Bytes of JSON in one custom field's value.
pub const CUSTOM_FIELD_VALUE: usize = 16 * 1024;
/// Bytes of JSON in all of a contact's custom-field values together.
pub const CUSTOM_FIELDS_TOTAL: usize = 512 * 1024;
/// Levels of arrays and objects inside a custom field's value, the depth that common JSON readers
/// follow by default less the levels of the answer around it.
pub const CUSTOM_FIELD_DEPTH: usize = 120;
/// Characters in the name of a custom field, and in one option of a select field.
pub const CUSTOM_FIELD_NAME: usize = 100;
/// Options of a select field.
pub const CUSTOM_FIELD_OPTIONS: usize = 200;
/// Characters in the name of a company, an agent or an API key.
pub const LABEL: usize = 200;
/// Characters in a thread's `type`, `status` or `direction`.
pub const THREAD_WORD: usize = 50;
/// Bad fields that a problem lists; it counts all of them.
pub const VIOLATIONS: usize = 1_000;
/// Bad fields that the items of a batch list together; each counts all of its own.
pub const BATCH_VIOLATIONS: usize = 20 * BATCH_ITEMS;
/// Bytes in a request body, unless it is one of a batch.
pub const REQUEST_BODY: usize = 1024 * 1024;
/// Items of a batch.
pub const BATCH_ITEMS: usize = 1_000;
/// Bytes in the body of a batch: room for a large contact in each item.
pub const BATCH_BODY: usize = 16 * 1024 * 1024;
/// Bytes in the body of a batch that is done in one transaction. Every other write waits until it is done.
pub const UNDIVIDED_BATCH_BODY: usize = 4 * 1024 * 1024;
/// Bytes that the response to a batch may show of contacts, as JSON writes them.
pub const BATCH_ANSWER: usize = 64 * 1024 * 1024;
/// Bytes in the response to a batch with an idempotency key, which is stored.
pub const KEYED_BATCH_ANSWER: usize = 4 * 1024 * 1024;
/// Bytes of stored responses that a company may add within 24 hours, unless the server is configured otherwise: a
/// million single writes or more, or imports of some four million rows.
pub const IDEMPOTENCY_QUOTA: u64 = 1024 * 1024 * 1024;
/// Bytes that a page of a list shows of contacts, as JSON writes them: one that would show more ends before, with
/// the page's address that goes on.
pub const LIST_ANSWER: usize = 16 * 1024 * 1024;
/// Characters in a name as it is stored: room for what title-casing and composing make of names within
/// [`NAME`], so that every contact can be inserted anew.
pub const STORED_NAME: usize = 4 * (NAME + 1);
/// Characters in an email address as it is stored: lowercasing may make two characters of one.
pub const STORED_EMAIL: usize = 2 * EMAIL;
/// Characters in the address of a picture.
pub const PROFILE_PICTURE_URL: usize = 2_048;
/// Names listed in the `Ignored-Fields` header.
pub const IGNORED_FIELDS: usize = 20;
/// Characters of one name in the `Ignored-Fields` header.
pub const IGNORED_FIELD_NAME: usize = 64;
/// Characters of a key in the `Idempotency-Key` header.
pub const IDEMPOTENCY_KEY: usize = 255;
/// Words that one search looks for.
pub const SEARCH_WORDS: usize = 10;
/// Characters of a word that a search finds or looks for; longer ones are cut.
pub const SEARCH_WORD: usize = 64;
/// Places within the words of one text from which a search finds a Chinese, Japanese or Korean name.
pub const SEARCH_SUFFIXES: usize = 16;
/// Digits at the end of a phone number that a search needs to find it by them.
pub const SEARCH_DIGITS: usize = 4;
/// Characters of the key that contacts are sorted by name with; longer ones are cut.
pub const NAME_KEY: usize = 255;
/// Bytes of that key, well under what an entry of a PostgreSQL index holds (2704).
pub const NAME_KEY_BYTES: usize = 1_000;
/// Characters in a search: room for its words and what stands between them.
pub const SEARCH: usize = SEARCH_WORDS * (SEARCH_WORD + 1);
/// Tags that a list of contacts is filtered by at once.
pub const FILTER_TAGS: usize = 20;
/// Custom fields that a list of contacts is filtered by at once.
pub const FILTER_CUSTOM_FIELDS: usize = 10;
/// Contacts on a page of a list.
pub const PAGE_SIZE: u16 = 200;
/// Contacts on a page of a list where the request does not say how many.
pub const DEFAULT_PAGE_SIZE: u16 = 50;
