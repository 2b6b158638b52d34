//! Converts the bytes of a file to UTF-8 as they are read.
//!
//! A file without a byte order mark is read as UTF-8 up to the first byte that is not UTF-8. If everything before that
//! byte is ASCII, the file is read as Windows-1252, which spreadsheets in Europe and America write. Otherwise the file is
//! damaged. Bytes that an encoding does not have are an error and never become U+FFFD: they mean that the encoding is the
//! wrong one. For this reason, `encoding_rs` is used directly: readers such as that of `encoding_rs_io` replace such bytes
//! silently.

use std::io::{self, Cursor, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use encoding_rs::{Decoder, DecoderResult, Encoding, GB18030, GBK, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// The number of bytes that are read and written at a time.
const CHUNK: usize = 64 * 1024;
/// The length of the longest byte order mark.
const LONGEST_MARK: u64 = 3;

enum State {
    /// UTF-8 so far.
    Guessed { is_ascii: bool },
    /// The encoding of a mark, of the user, or Windows-1252.
    Known(Box<Decoder>),
}

/// Reads text in any encoding as UTF-8.
pub(super) struct Decoding<R> {
    bytes: R,
    /// The file has a byte order mark.
    pub(super) has_mark: bool,
    state: State,
    /// Bytes that are not decoded yet.
    input: Vec<u8>,
    has_ended: bool,
    output: Cursor<Vec<u8>>,
    /// The line after the output, counted from 1.
    line: u64,
    /// What is wrong with the byte after the output.
    damage: Option<String>,
    is_windows_1252: Arc<AtomicBool>,
}

impl<R: Read> Decoding<R> {
    /// Reads in the named encoding, or recognizes the encoding. Sets `is_windows_1252` if it is that one and was not named.
    ///
    /// A mark for another encoding than the named one takes precedence: the file of failed rows has a mark, and is imported
    /// with the same options as the original file.
    pub(super) fn new(
        mut bytes: R,
        named: Option<&'static Encoding>,
        is_windows_1252: Arc<AtomicBool>,
    ) -> io::Result<Self> {
        let mut input = Vec::new();
        bytes.by_ref().take(LONGEST_MARK).read_to_end(&mut input)?;
        let marked = Encoding::for_bom(&input).map(|(encoding, _)| encoding);
        let named = named.filter(|&named| marked.is_none_or(|encoding| encoding == named));
        let state = match named.or(marked) {
            None => State::Guessed { is_ascii: true },
            Some(encoding) if encoding == UTF_8 && named.is_none() => {
                input.clear();
                State::Guessed { is_ascii: false }
            }
            Some(encoding) => State::Known(Box::new(encoding.new_decoder_with_bom_removal())),
        };
        Ok(Self {
            bytes,
            has_mark: marked.is_some(),
            state,
            input,
            has_ended: false,
            output: Cursor::default(),
            line: 1,
            damage: None,
            is_windows_1252,
        })
    }

    /// Decodes the input up to the first byte that the encoding does not have. Returns what is wrong with that byte.
    fn decode(&mut self, output: &mut Vec<u8>) -> Option<String> {
        if let State::Guessed { is_ascii } = &mut self.state {
            let (good, is_bad) = match std::str::from_utf8(&self.input) {
                Ok(_) => (self.input.len(), false),
                Err(error) => (error.valid_up_to(), error.error_len().is_some() || self.has_ended),
            };
            *is_ascii &= self.input[..good].is_ascii();
            output.extend(self.input.drain(..good));
            if !is_bad {
                return None;
            }
            if !*is_ascii {
                return Some("a byte is not UTF-8, although the text before it is".to_owned());
            }
            self.is_windows_1252.store(true, Ordering::Relaxed);
            self.state = State::Known(Box::new(WINDOWS_1252.new_decoder_without_bom_handling()));
        }
        let State::Known(decoder) = &mut self.state else { return None };
        let name = decoder.encoding().name();
        loop {
            let end = output.len();
            output.resize(end + CHUNK, 0);
            let (result, read, written) =
                decoder.decode_to_utf8_without_replacement(&self.input, &mut output[end..], self.has_ended);
            self.input.drain(..read);
            output.truncate(end + written);
            if let Some((at, byte)) = control(&output[end..], decoder.encoding()) {
                output.truncate(end + at);
                return Some(format!("the byte 0x{byte:02X} is not in {name}"));
            }
            match result {
                DecoderResult::InputEmpty => return None,
                DecoderResult::OutputFull => {}
                DecoderResult::Malformed(..) => return Some(format!("a byte is not in {name}")),
            }
        }
    }
}

/// Finds a control character from U+0080 to U+009F: its place and the byte that stands for it. For bytes that an encoding
/// of the Windows family does not have, the decoder returns such a character, which no file of contacts contains on
/// purpose. The Unicode encodings have them as characters of their own.
fn control(text: &[u8], encoding: &'static Encoding) -> Option<(usize, u8)> {
    if [UTF_8, UTF_16LE, UTF_16BE, GBK, GB18030].contains(&encoding) {
        return None;
    }
    // The UTF-8 of U+0081 is C2 81.
    let place = text.windows(2).position(|pair| pair[0] == 0xc2 && (0x80..=0x9f).contains(&pair[1]))?;
    Some((place, text[place + 1]))
}

impl<R: Read> Read for Decoding<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        loop {
            let length = self.output.read(into)?;
            if length > 0 || into.is_empty() {
                return Ok(length);
            }
            if let Some(damage) = &self.damage {
                let line = self.line;
                return Err(io::Error::new(
                    io::ErrorKind::InvalidData,
                    format!("line {line}: {damage}; `--encoding` names the encoding of the file"),
                ));
            }
            if self.has_ended {
                return Ok(0);
            }
            self.has_ended = self.bytes.by_ref().take(CHUNK as u64).read_to_end(&mut self.input)? == 0;
            let mut output = Vec::new();
            self.damage = self.decode(&mut output);
            self.line += output.iter().filter(|&&byte| byte == b'\n').count() as u64;
            self.output = Cursor::new(output);
        }
    }
}

#[cfg(test)]
mod tests;
