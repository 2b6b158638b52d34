//! A stored response, and its body, which is compressed if that saves space.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::io::{self, Read, Write};

use contact_model::ContactId;
use flate2::Compression;
use flate2::read::ZlibDecoder;
use flate2::write::ZlibEncoder;

/// The shortest body that is compressed. A shorter one takes little space anyway, and setting up the
/// compression would take longer than storing it.
const MIN_COMPRESSED_BYTES: usize = 4 * 1024;

/// The response to a request, to be returned again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredResponse {
    /// The HTTP status.
    pub status: u16,
    /// The headers of the response.
    pub headers: Vec<(String, String)>,
    /// The body, byte for byte.
    pub body: StoredBody,
    /// True if the body is encrypted because it contains a secret.
    pub is_encrypted: bool,
    /// The contacts whose data the response contains. When one of them is erased, the response is removed.
    pub contacts: BTreeSet<ContactId>,
}

/// The body of a stored response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredBody {
    pub(crate) bytes: Vec<u8>,
    /// True if the bytes are compressed (zlib).
    pub(crate) is_compressed: bool,
}

impl StoredBody {
    /// Creates an uncompressed body.
    pub fn new(bytes: Vec<u8>) -> Self {
        Self { bytes, is_compressed: false }
    }

    /// Returns the uncompressed body.
    ///
    /// # Errors
    /// Returns an error if the body was damaged in the database.
    pub fn plain(&self) -> io::Result<Cow<'_, [u8]>> {
        if !self.is_compressed {
            return Ok(Cow::Borrowed(&self.bytes));
        }
        let mut plain = Vec::new();
        ZlibDecoder::new(self.bytes.as_slice()).read_to_end(&mut plain)?;
        Ok(Cow::Owned(plain))
    }

    /// Compresses a long body if that makes it shorter.
    pub(crate) fn compressed(self) -> io::Result<Self> {
        if self.is_compressed || self.bytes.len() < MIN_COMPRESSED_BYTES {
            return Ok(self);
        }
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(&self.bytes)?;
        let bytes = encoder.finish()?;
        let is_compressed = bytes.len() < self.bytes.len();
        Ok(if is_compressed { Self { bytes, is_compressed } } else { self })
    }
}

#[cfg(test)]
mod tests {
    use rand::RngExt as _;

    use super::*;

    fn stored(body: &[u8]) -> StoredBody {
        let stored = StoredBody::new(body.to_vec()).compressed().unwrap();
        assert_eq!(&*stored.plain().unwrap(), body);
        stored
    }

    #[test]
    fn long_body_is_compressed_and_decompressed_unchanged() {
        let body = br#"{"status":200,"id":"018bab2f-5d60-7c31-9a55-8dd25736052a"},"#.repeat(1_000);
        let stored = stored(&body);
        assert!(stored.is_compressed && stored.bytes.len() < body.len() / 50, "{}", stored.bytes.len());
    }

    #[test]
    fn short_or_random_body_is_not_compressed() {
        assert!(!stored(&vec![b' '; MIN_COMPRESSED_BYTES - 1]).is_compressed);
        assert!(stored(&vec![b' '; MIN_COMPRESSED_BYTES]).is_compressed);
        let random: Vec<u8> = (0..MIN_COMPRESSED_BYTES).map(|_| rand::rng().random()).collect();
        assert!(!stored(&random).is_compressed);
    }

    #[test]
    fn a_damaged_body_is_an_error() {
        let damaged = StoredBody { bytes: b"not compressed".to_vec(), is_compressed: true };
        assert!(damaged.plain().is_err());
    }
}
