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

fn read(bytes: &[u8], drop: usize, said: Option<&'static Encoding>) -> io::Result<(String, Arc<Findings>)> {
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
