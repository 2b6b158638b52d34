use std::io::{BufReader, Cursor};

use proptest::prelude::*;

use super::*;

type Records = Vec<Vec<String>>;

/// Returns the records of a text that is read this many bytes at a time, and the error that ends them.
fn read(text: &str, bytes: usize, escape: Option<u8>) -> (Records, Option<String>) {
    let text = BufReader::with_capacity(bytes, Cursor::new(text.to_owned().into_bytes()));
    let mut reader = CsvRecords::new(Box::new(text), b',', escape);
    let mut records = Records::new();
    loop {
        match reader.read() {
            Ok(Some(record)) => records.push(record.cells),
            Ok(None) => return (records, None),
            Err(error) => return (records, Some(error.to_string())),
        }
    }
}

proptest! {
    #[test]
    fn records_are_those_of_the_csv_crate(text in "[aé, \"\n\r]{0,40}", bytes in 1_usize..8) {
        let (records, error) = read(&text, bytes, None);
        let mut crates = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
        let mut expected: Records = crates.deserialize().collect::<Result<_, _>>().unwrap();
        if error.is_some() {
            expected.pop();
        }
        prop_assert_eq!(records, expected);
    }
}

#[test]
fn text_after_a_closing_quote_is_reported() {
    for (text, expected) in [
        ("a,\"b\"c\n", Some((1, false))),
        ("\"a\nb\" c,\"d\"e", Some((1, false))),
        ("a,\"Robert \\\"Bob\\\" Smith\"", Some((1, true))),
        ("\"a\" \t,b", None),
        ("a\"b\"c,\"d\"\"e\"", None),
    ] {
        let mut reader = CsvRecords::new(Box::new(Cursor::new(text.to_owned())), b',', None);
        let record = reader.read().unwrap().unwrap();
        let expected = expected.map(|(opened_in, has_backslash)| text_after_quote(opened_in, has_backslash));
        assert_eq!(record.fault, expected, "{text:?}");
    }
}

#[test]
fn an_escaped_quote_is_part_of_the_text() {
    let text = "\"Robert \\\"Bob\\\" Smith\",\"C:\\\\\",\"\\n\",\\\"x\n";
    for bytes in 1..9 {
        let (records, error) = read(text, bytes, Some(b'\\'));
        assert_eq!(records, [["Robert \"Bob\" Smith", "C:\\", "\\n", "\\\"x"]]);
        assert_eq!(error, None);
    }
}
