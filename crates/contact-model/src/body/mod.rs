//! Reads a request body: JSON, an object, and all invalid fields reported at once.

mod entries;
mod error;
mod location;
mod nested;
mod object;
mod parsed;
mod request_body;
mod sent_body;
mod text;
mod value;

pub use error::BodyError;
pub use object::ObjectReader;
pub use parsed::{Coerced, ParsedBody};
pub use request_body::RequestBody;
pub use sent_body::SentBody;
pub use value::spelled_boolean;
