//! Splits the value of a header at separators outside quoted strings (RFC 9110).

/// Splits a header's value at separators outside quoted strings. The value is bytes, because a header may
/// contain other characters than ASCII.
pub fn split(value: &[u8], separator: u8) -> impl Iterator<Item = &[u8]> {
    let (mut quoted, mut escaped) = (false, false);
    value.split(move |byte| {
        let ends = *byte == separator && !quoted;
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            _ => {}
        }
        ends
    })
}

/// Returns the members of a comma-separated list, without surrounding white space. The list may continue over
/// several lines of the header. Empty members are skipped.
pub fn members<'v>(lines: impl IntoIterator<Item = &'v [u8]>) -> impl Iterator<Item = &'v [u8]> {
    let all = lines.into_iter().flat_map(|line| split(line, b','));
    all.map(<[u8]>::trim_ascii).filter(|member| !member.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(lines: &[&'static str]) -> Vec<&'static str> {
        let lines = lines.iter().map(|line| line.as_bytes());
        members(lines).map(|member| std::str::from_utf8(member).unwrap()).collect()
    }

    #[test]
    fn equivalent_lists_have_the_same_members() {
        for lines in [&["a,b"][..], &["a, b"], &["a", "b"], &[" a ,\t,b ,"], &["", "a", " , b"]] {
            assert_eq!(read(lines), ["a", "b"], "{lines:?}");
        }
        assert!(read(&[]).is_empty() && read(&["", " ,"]).is_empty());
    }

    #[test]
    fn quoted_strings_are_not_split() {
        assert_eq!(read(&[r#"a="x, \", y", b"#]), [r#"a="x, \", y""#, "b"]);
        assert_eq!(read(&[r#"a="never ends, b"#, "c"]), [r#"a="never ends, b"#, "c"]);
        assert_eq!(read(&["note=\"prüfung\", b"]), ["note=\"prüfung\"", "b"]);
        assert_eq!(split(b"a;b=\";\"", b';').count(), 2);
    }
}
