//! The parts of a header's value (RFC 9110): what stands between separators, but for those in a quoted string.

/// The parts of a value between separators that stand in no quoted string, as they are. It is read as bytes,
/// because a header may hold others than ASCII.
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

/// The members of a list that stands in the lines of a header: those between commas, without the white space
/// around them. Empty ones do not count, and neither does which line a member stands in.
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
    fn a_list_is_the_same_however_it_is_written() {
        for lines in [&["a,b"][..], &["a, b"], &["a", "b"], &[" a ,\t,b ,"], &["", "a", " , b"]] {
            assert_eq!(read(lines), ["a", "b"], "{lines:?}");
        }
        assert!(read(&[]).is_empty() && read(&["", " ,"]).is_empty());
    }

    #[test]
    fn what_is_quoted_is_not_divided() {
        assert_eq!(read(&[r#"a="x, \", y", b"#]), [r#"a="x, \", y""#, "b"]);
        assert_eq!(read(&[r#"a="never ends, b"#, "c"]), [r#"a="never ends, b"#, "c"]);
        assert_eq!(read(&["note=\"prüfung\", b"]), ["note=\"prüfung\"", "b"]);
        assert_eq!(split(b"a;b=\";\"", b';').count(), 2);
    }
}
