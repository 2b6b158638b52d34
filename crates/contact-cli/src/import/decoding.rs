//! Converts bytes of any encoding to UTF-8 as they are read.
//!
//! A file without a byte order mark is read as UTF-8 up to the first byte that is not UTF-8. If everything before that byte
//! is ASCII, the file is read as Windows-1252, which spreadsheets in Europe and America write. Otherwise the file is damaged.
//! Bytes that an encoding does not have are an error and never become U+FFFD: they mean that the encoding is the wrong one.

use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use encoding_rs::{Decoder, DecoderResult, Encoding, GB18030, GBK, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// Bytes that are read and written at a time.
const CHUNK: usize = 64 * 1024;
/// Bytes of the longest mark.
const MARK: usize = 3;

/// What became known of the encoding while the file was read.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    /// A mark at the beginning says the encoding, as spreadsheets want it.
    pub(crate) is_marked: AtomicBool,
    /// The file is Windows-1252, and nobody said so.
    pub(crate) is_windows_1252: AtomicBool,
}

enum State {
    /// Nothing was read yet.
    Beginning,
    /// UTF-8, as far as it was read; whether all of it was ASCII.
    Guessed { is_ascii: bool },
    /// What a mark, the user, or a byte that is no UTF-8 says.
    Known(Box<Decoder>),
}

/// Reads UTF-8 out of bytes in an encoding.
pub(crate) struct Decoding<R> {
    bytes: R,
    said: Option<&'static Encoding>,
    state: State,
    /// Read and not decoded yet.
    input: Vec<u8>,
    has_ended: bool,
    /// Why the file cannot be read beyond the output.
    damage: Option<String>,
    output: Vec<u8>,
    given: usize,
    /// The line of the byte after the output, counted from 1.
    line: u64,
    findings: Arc<Findings>,
}

impl<R: Read> Decoding<R> {
    /// Reads in this encoding, or in the one that the bytes are in.
    pub(crate) fn new(bytes: R, said: Option<&'static Encoding>, findings: Arc<Findings>) -> Self {
        let (input, output) = (Vec::with_capacity(CHUNK), Vec::with_capacity(CHUNK));
        Self {
            bytes,
            said,
            state: State::Beginning,
            input,
            has_ended: false,
            damage: None,
            output,
            given: 0,
            line: 1,
            findings,
        }
    }

    /// Takes more bytes in; false where there are no more.
    fn take_in(&mut self) -> io::Result<bool> {
        let before = self.input.len();
        self.input.resize(before + CHUNK, 0);
        let read = loop {
            match self.bytes.read(&mut self.input[before..]) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                read => break read,
            }
        };
        self.input.truncate(before + *read.as_ref().unwrap_or(&0));
        self.has_ended = read? == 0;
        Ok(!self.has_ended)
    }

    /// Looks for a mark, which wins over what the user says: the file of rows that failed has one, and is imported with the
    /// same words as the file that they come from. Where both say the same, the user has said it.
    fn begin(&mut self) -> io::Result<()> {
        while self.input.len() < MARK && self.take_in()? {}
        let marked = Encoding::for_bom(&self.input);
        self.findings.is_marked.store(marked.is_some(), Ordering::Relaxed);
        let said = self.said.filter(|&said| marked.is_none_or(|(encoding, _)| encoding == said));
        self.state = match (said, marked) {
            (Some(said), _) => State::Known(Box::new(said.new_decoder_with_bom_removal())),
            (None, Some((encoding, length))) if encoding == UTF_8 => {
                self.input.drain(..length);
                State::Guessed { is_ascii: false }
            }
            (None, Some((encoding, _))) => State::Known(Box::new(encoding.new_decoder_with_bom_removal())),
            (None, None) => State::Guessed { is_ascii: true },
        };
        Ok(())
    }

    /// Decodes the input to output.
    fn decode(&mut self) {
        let begin = self.output.len();
        self.damage = self.decode_good();
        self.line += self.output[begin..].iter().filter(|&&byte| byte == b'\n').count() as u64;
    }

    /// Decodes the input up to the first byte that the encoding does not have. Returns what is wrong with that byte.
    fn decode_good(&mut self) -> Option<String> {
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

/// Finds a control character from U+0080 to U+009F: the place of its UTF-8 and the byte that stands for it. Where an
/// encoding of the Windows family has no character for a byte, the decoder has such a control character, which no file
/// with contacts means. Unicode encodings have them as characters of their own.
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
        if matches!(self.state, State::Beginning) {
            self.begin()?;
            self.decode();
        }
        while self.given == self.output.len() {
            self.output.clear();
            self.given = 0;
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
            self.take_in()?;
            self.decode();
        }
        let length = into.len().min(self.output.len() - self.given);
        into[..length].copy_from_slice(&self.output[self.given..self.given + length]);
        self.given += length;
        Ok(length)
    }
}

#[cfg(test)]
mod tests;
