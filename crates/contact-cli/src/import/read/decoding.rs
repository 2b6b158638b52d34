//! Converts the bytes of a file to UTF-8 as they are read.
//!
//! A file without a byte order mark is read as UTF-8 up to the first byte that is not UTF-8. If everything before that
//! byte is ASCII, the file is read as Windows-1252, which spreadsheets in Europe and America write. Otherwise the file is
//! damaged. Bytes that an encoding does not have are an error and never become U+FFFD: they mean that the encoding is the
//! wrong one. For this reason, `encoding_rs` is used directly: readers such as that of `encoding_rs_io` replace such bytes
//! silently.

use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use encoding_rs::{Decoder, DecoderResult, Encoding, GB18030, GBK, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// The number of bytes that are read and written at a time.
const CHUNK: usize = 64 * 1024;
/// The length of the longest byte order mark.
const MARK: usize = 3;

/// What reading the file has shown about its encoding.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    /// The file has a byte order mark.
    pub(crate) has_mark: AtomicBool,
    /// The file is Windows-1252, although the user named no encoding.
    pub(crate) is_windows_1252: AtomicBool,
}

enum State {
    Beginning,
    /// UTF-8 so far.
    Guessed {
        is_ascii: bool,
    },
    /// The encoding of a mark, of the user, or Windows-1252.
    Known(Box<Decoder>),
}

/// Reads text in any encoding as UTF-8.
pub(super) struct Decoding<R> {
    bytes: R,
    named: Option<&'static Encoding>,
    state: State,
    /// Bytes that are not decoded yet.
    input: Vec<u8>,
    has_ended: bool,
    output: Vec<u8>,
    /// The number of bytes of the output that were read.
    given: usize,
    /// The line after the output, counted from 1.
    line: u64,
    /// What is wrong with the byte after the output.
    damage: Option<String>,
    findings: Arc<Findings>,
}

impl<R: Read> Decoding<R> {
    /// Reads in the named encoding, or recognizes the encoding.
    pub(super) fn new(bytes: R, named: Option<&'static Encoding>, findings: Arc<Findings>) -> Self {
        Self {
            bytes,
            named,
            state: State::Beginning,
            input: Vec::new(),
            has_ended: false,
            output: Vec::new(),
            given: 0,
            line: 1,
            damage: None,
            findings,
        }
    }

    fn read_chunk(&mut self) -> io::Result<()> {
        let chunk = &mut (&mut self.bytes).take(CHUNK as u64);
        self.has_ended = chunk.read_to_end(&mut self.input)? == 0;
        Ok(())
    }

    /// Chooses the encoding by the byte order mark. A mark for another encoding than the named one takes precedence: the
    /// file of failed rows has a mark, and is imported with the same options as the original file.
    fn begin(&mut self) -> io::Result<()> {
        while self.input.len() < MARK && !self.has_ended {
            self.read_chunk()?;
        }
        let marked = Encoding::for_bom(&self.input);
        self.findings.has_mark.store(marked.is_some(), Ordering::Relaxed);
        let named = self.named.filter(|&named| marked.is_none_or(|(encoding, _)| encoding == named));
        self.state = match named.or(marked.map(|(encoding, _)| encoding)) {
            None => State::Guessed { is_ascii: true },
            Some(encoding) if encoding == UTF_8 && named.is_none() => {
                self.input.drain(..MARK);
                State::Guessed { is_ascii: false }
            }
            Some(encoding) => State::Known(Box::new(encoding.new_decoder_with_bom_removal())),
        };
        Ok(())
    }

    /// Decodes the input up to the first byte that the encoding does not have. Returns what is wrong with that byte.
    fn decode(&mut self) -> Option<String> {
        if let State::Guessed { is_ascii } = &mut self.state {
            let (good, is_bad) = match std::str::from_utf8(&self.input) {
                Ok(_) => (self.input.len(), false),
                Err(error) => (error.valid_up_to(), error.error_len().is_some() || self.has_ended),
            };
            *is_ascii &= self.input[..good].is_ascii();
            self.output.extend(self.input.drain(..good));
            if !is_bad {
                return None;
            }
            if !*is_ascii {
                return Some("a byte is not UTF-8, although the text before it is".to_owned());
            }
            self.findings.is_windows_1252.store(true, Ordering::Relaxed);
            self.state = State::Known(Box::new(WINDOWS_1252.new_decoder_without_bom_handling()));
        }
        let State::Known(decoder) = &mut self.state else { return None };
        let name = decoder.encoding().name();
        loop {
            let end = self.output.len();
            self.output.resize(end + CHUNK, 0);
            let (result, read, written) = decoder.decode_to_utf8_without_replacement(
                &self.input,
                &mut self.output[end..],
                self.has_ended,
            );
            self.input.drain(..read);
            self.output.truncate(end + written);
            if let Some((at, byte)) = control(&self.output[end..], decoder.encoding()) {
                self.output.truncate(end + at);
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
        while self.given == self.output.len() {
            if let Some(damage) = &self.damage {
                let line = self.line;
                return Err(io::Error::new(
                    io::ErrorKind::InvalidData,
                    format!("line {line}: {damage}; `--encoding` names the encoding of the file"),
                ));
            }
            if matches!(self.state, State::Beginning) {
                self.begin()?;
            } else if self.has_ended {
                return Ok(0);
            } else {
                self.read_chunk()?;
            }
            self.output.clear();
            self.given = 0;
            self.damage = self.decode();
            self.line += self.output.iter().filter(|&&byte| byte == b'\n').count() as u64;
        }
        let length = into.len().min(self.output.len() - self.given);
        into[..length].copy_from_slice(&self.output[self.given..self.given + length]);
        self.given += length;
        Ok(length)
    }
}

#[cfg(test)]
mod tests;
