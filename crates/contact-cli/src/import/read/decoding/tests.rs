use proptest::prelude::*;

use super::*;

/// Returns a few bytes at a time, as a pipe may.
struct Drops<'a>(&'a [u8], usize);

impl Read for Drops<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let length = self.1.min(self.0.len()).min(into.len());
        into[..length].copy_from_slice(&self.0[..length]);
        self.0 = &self.0[length..];
        Ok(length)
    }
}

fn read(bytes: &[u8], drop: usize, named: Option<&'static Encoding>) -> io::Result<(String, bool)> {
    let is_windows_1252 = Arc::<AtomicBool>::default();
    let mut text = String::new();
    Decoding::new(Drops(bytes, drop), named, Arc::clone(&is_windows_1252))?.read_to_string(&mut text)?;
    Ok((text, is_windows_1252.load(Ordering::Relaxed)))
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
    fn text_that_is_not_utf_8_after_ascii_is_windows_1252(ascii in "[ -~\n]{0,40}", drop in 1_usize..9) {
        let bytes = [ascii.as_bytes(), b"Ren\xe9e \x80 5\n"].concat();
        let (text, is_windows_1252) = read(&bytes, drop, None).unwrap();
        prop_assert_eq!(text, format!("{ascii}Renée € 5\n"));
        prop_assert!(is_windows_1252);
    }
}

#[test]
fn long_texts_are_read_to_their_end() {
    let long = "Zoë 山田 😀\n".repeat(CHUNK / 5);
    assert_eq!(read(long.as_bytes(), CHUNK, None).unwrap().0, long);
    assert_eq!(read(&utf_16(&long, u16::to_le_bytes), CHUNK, None).unwrap().0, long);
}

#[test]
fn the_text_before_a_bad_byte_is_read() {
    let good = "Zoë\n".repeat(CHUNK / 5 * 3 + 1);
    let bytes = [good.as_bytes(), b"Ren\xe9e\n"].concat();
    let mut decoding = Decoding::new(bytes.as_slice(), None, Arc::default()).unwrap();
    let mut text = Vec::new();
    assert_eq!(decoding.read_to_end(&mut text).unwrap_err().kind(), io::ErrorKind::InvalidData);
    assert_eq!(String::from_utf8(text).unwrap(), good + "Ren");
    assert!(decoding.read(&mut [0]).is_err(), "and nothing after it");
}

#[test]
fn the_encoding_is_the_named_one_or_that_of_the_mark() {
    let big_endian: Vec<u8> = "Zoë".encode_utf16().flat_map(u16::to_be_bytes).collect();
    for (bytes, named) in [
        (&big_endian[..], UTF_16BE),
        (&utf_16("Zoë", u16::to_le_bytes), UTF_16LE),
        (b"Zo\xeb", WINDOWS_1252),
        // A mark takes precedence.
        ("\u{feff}Zoë".as_bytes(), WINDOWS_1252),
        (&utf_16("Zoë", u16::to_be_bytes), UTF_8),
    ] {
        assert_eq!(read(bytes, 3, Some(named)).unwrap().0, "Zoë");
    }
    assert!(read(&[&utf_16("Zoë", u16::to_le_bytes)[..], b"\0"].concat(), 3, Some(UTF_16LE)).is_err());
    assert!(read(b"\xef\xbb\xbfZo\xeb", 3, Some(UTF_8)).is_err());
}

#[test]
fn a_byte_that_the_encoding_does_not_have_is_an_error() {
    let encoding = |label: &str| Encoding::for_label(label.as_bytes()).unwrap();
    for (bytes, named, what) in [
        (&b"a\nRen\xe9e \x81"[..], None, "the byte 0x81 is not in windows-1252"),
        (b"Zo\xc3\xab\nRen\xe9e", None, "a byte is not UTF-8, although the text before it is"),
        (b"a\n\x9d", Some("windows-1252"), "the byte 0x9D is not in windows-1252"),
        (b"a\n\x98", Some("windows-1251"), "the byte 0x98 is not in windows-1251"),
        (b"a\n\xff", Some("windows-1253"), "a byte is not in windows-1253"),
        (b"a\n\x93\x00x", Some("shift_jis"), "a byte is not in Shift_JIS"),
        (b"a\n\x93", Some("shift_jis"), "a byte is not in Shift_JIS"),
        (b"a\n\xff\xff", Some("gbk"), "a byte is not in GBK"),
        (b"a\0\n\0\0\xd8a\0", Some("utf-16le"), "a byte is not in UTF-16LE"),
        (b"a\n\xe9a", Some("utf-8"), "a byte is not in UTF-8"),
    ] {
        for drop in 1..4 {
            let error = read(bytes, drop, named.map(encoding)).unwrap_err();
            let expected = format!("line 2: {what}; `--encoding` names the encoding of the file");
            assert_eq!(error.to_string(), expected, "{bytes:?}");
        }
    }
    assert_eq!(read(b"\x84\x31\xa4\x37", 1, Some(encoding("gb18030"))).unwrap().0, "\u{fffd}");
    assert_eq!(read("\u{85}".as_bytes(), 1, None).unwrap().0, "\u{85}", "UTF-8 has it");
    assert_eq!(read(b"Zo\xc3", 2, None).unwrap().0, "ZoÃ", "only ASCII before half a character");
}
