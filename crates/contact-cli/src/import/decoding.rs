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
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Gives a few bytes at a time, as a pipe may.
    struct Drops<'a>(&'a [u8], usize);

    impl Read for Drops<'_> {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            let length = self.1.min(self.0.len()).min(into.len());
            into[..length].copy_from_slice(&self.0[..length]);
            self.0 = &self.0[length..];
            Ok(length)
        }
    }

    fn read(
        bytes: &[u8],
        drop: usize,
        said: Option<&'static Encoding>,
    ) -> io::Result<(String, Arc<Findings>)> {
        let findings = Arc::<Findings>::default();
        let mut text = String::new();
        Decoding::new(Drops(bytes, drop), said, Arc::clone(&findings)).read_to_string(&mut text)?;
        Ok((text, findings))
    }

    fn utf_16(text: &str, to_bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
        "\u{feff}".encode_utf16().chain(text.encode_utf16()).flat_map(to_bytes).collect()
    }

    proptest! {
        #[test]
        fn every_text_is_read_in_every_unicode_encoding(text in any::<String>(), drop in 1_usize..9) {
            let text = text.trim_start_matches('\u{feff}');
            let marked = format!("\u{feff}{text}");
            for bytes in [marked.into_bytes(), utf_16(text, u16::to_le_bytes), utf_16(text, u16::to_be_bytes)] {
                prop_assert_eq!(read(&bytes, drop, None).unwrap().0, text);
            }
            prop_assert_eq!(read(text.as_bytes(), drop, None).unwrap().0, text);
        }

        #[test]
        fn what_is_no_utf_8_after_ascii_is_windows_1252(ascii in "[ -~\n]{0,40}", drop in 1_usize..9) {
            let bytes = [ascii.as_bytes(), b"Ren\xe9e \x80 5\n"].concat();
            let (text, findings) = read(&bytes, drop, None).unwrap();
            prop_assert_eq!(text, format!("{ascii}Renée € 5\n"));
            prop_assert!(findings.is_windows_1252.load(Ordering::Relaxed));
        }
    }

    #[test]
    fn long_texts_are_read_to_their_end() {
        let long = "Zoë 山田 😀\n".repeat(CHUNK / 5);
        assert_eq!(read(long.as_bytes(), CHUNK, None).unwrap().0, long);
        assert_eq!(read(&utf_16(&long, u16::to_le_bytes), CHUNK, None).unwrap().0, long);
    }

    #[test]
    fn a_byte_that_is_no_utf_8_among_utf_8_is_not_guessed() {
        let damaged = "Zoë and Ren\u{0}e".replace('\u{0}', "\u{1}").into_bytes();
        let damaged: Vec<u8> = damaged.into_iter().map(|byte| if byte == 1 { 0xe9 } else { byte }).collect();
        assert_eq!(read(&damaged, 4, None).unwrap_err().kind(), io::ErrorKind::InvalidData);
        let error = read(&damaged, 4, Some(UTF_8)).unwrap_err();
        assert_eq!(
            error.to_string(),
            "line 1: a byte is not in UTF-8; `--encoding` names the encoding of the file"
        );
        // Cut off in the middle of a character, and nothing but ASCII before.
        assert_eq!(read(b"Zo\xc3", 2, None).unwrap().0, "ZoÃ");
    }

    #[test]
    fn what_comes_before_a_bad_byte_is_read() {
        let good = "Zoë\n".repeat(CHUNK / 5 * 3 + 1);
        let bytes = [good.as_bytes(), b"Ren\xe9e\n"].concat();
        let mut decoding = Decoding::new(bytes.as_slice(), None, Arc::default());
        let mut text = Vec::new();
        assert_eq!(decoding.read_to_end(&mut text).unwrap_err().kind(), io::ErrorKind::InvalidData);
        assert_eq!(String::from_utf8(text).unwrap(), good + "Ren");
        assert!(decoding.read(&mut [0]).is_err(), "and nothing behind it");
    }

    #[test]
    fn a_mark_wins_over_what_the_user_says() {
        assert_eq!(read("\u{feff}Zoë".as_bytes(), 3, Some(WINDOWS_1252)).unwrap().0, "Zoë");
        assert_eq!(read(&utf_16("Zoë", u16::to_be_bytes), 3, Some(UTF_8)).unwrap().0, "Zoë");
        let damaged = [&utf_16("Zoë", u16::to_le_bytes)[..], b"\0"].concat();
        assert!(read(&damaged, 3, Some(UTF_16LE)).is_err());
        assert!(read(b"\xef\xbb\xbfZo\xeb", 3, Some(UTF_8)).is_err());
    }

    #[test]
    fn a_byte_that_the_encoding_does_not_have_is_an_error() {
        let encoding = |label: &str| Encoding::for_label(label.as_bytes()).unwrap();
        for (bytes, said, what) in [
            (&b"a\nRen\xe9e \x81"[..], None, "the byte 0x81 is not in windows-1252"),
            (b"a\n\x8d", None, "the byte 0x8D is not in windows-1252"),
            (b"a\n\x8f", None, "the byte 0x8F is not in windows-1252"),
            (b"a\n\x90", None, "the byte 0x90 is not in windows-1252"),
            (b"a\n\x9d", Some("windows-1252"), "the byte 0x9D is not in windows-1252"),
            (b"a\n\x81", Some("windows-1250"), "the byte 0x81 is not in windows-1250"),
            (b"a\n\x98", Some("windows-1251"), "the byte 0x98 is not in windows-1251"),
            (b"a\n\xff", Some("windows-1253"), "a byte is not in windows-1253"),
            (b"a\n\x93\x00x", Some("shift_jis"), "a byte is not in Shift_JIS"),
            (b"a\n\x93", Some("shift_jis"), "a byte is not in Shift_JIS"),
            (b"a\n\xff\xff", Some("gbk"), "a byte is not in GBK"),
            (b"a\0\n\0\0\xd8a\0", Some("utf-16le"), "a byte is not in UTF-16LE"),
            (b"a\n\xe9a", Some("utf-8"), "a byte is not in UTF-8"),
        ] {
            for drop in 1..4 {
                let error = read(bytes, drop, said.map(encoding)).unwrap_err();
                let expected = format!("line 2: {what}; `--encoding` names the encoding of the file");
                assert_eq!(error.to_string(), expected, "{bytes:?}");
            }
        }
        assert_eq!(read(b"\x84\x31\xa4\x37", 1, Some(encoding("gb18030"))).unwrap().0, "\u{fffd}");
        assert_eq!(read("\u{85}".as_bytes(), 1, None).unwrap().0, "\u{85}", "UTF-8 has it");
    }

    #[test]
    fn what_the_user_says_is_followed() {
        let bytes: Vec<u8> = "Zoë".encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!(read(&bytes, 3, Some(UTF_16BE)).unwrap().0, "Zoë");
        assert_eq!(read(&utf_16("Zoë", u16::to_le_bytes), 3, Some(UTF_16LE)).unwrap().0, "Zoë");
        assert_eq!(read(b"Ren\xe9e", 3, Some(WINDOWS_1252)).unwrap().0, "Renée");
    }
}
