use std::io::{BufReader, Cursor};

use proptest::prelude::*;

use super::*;

type Records = Vec<Vec<String>>;

/// The records of a text that is read this many bytes at a time, and the error that ends them.
fn read(text: &str, bytes: usize, escape: Option<u8>) -> (Records, Option<String>) {
    let text = BufReader::with_capacity(bytes, Cursor::new(text.to_owned().into_bytes()));
    let mut cells = CsvCells::new(Box::new(text), b',', escape);
    let (mut records, mut record) = (Vec::new(), Record::default());
    loop {
        match cells.read(&mut record) {
            Ok(true) => records.push(record.cells().map(Cow::into_owned).collect()),
            Ok(false) => return (records, None),
            Err(error) => return (records, Some(error.to_string())),
        }
    }
}

fn read_by_crate(text: &str) -> Records {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    reader.records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect()
}

proptest! {
    #[test]
    fn records_are_those_of_the_csv_crate(text in "[aé, \"\n\r]{0,40}", bytes in 1_usize..8) {
        let (records, error) = read(&text, bytes, None);
        let mut expected = read_by_crate(&text);
        if error.is_some() {
            expected.pop();
        }
        prop_assert_eq!(records, expected);
    }

    #[test]
    fn what_a_writer_of_csv_wrote_is_read_back(
        written in prop::collection::vec(prop::collection::vec("[aé,\\\\ \"\n\r]{0,9}", 2..4), 0..5),
        bytes in 1_usize..8,
    ) {
        let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
        for record in &written {
            writer.write_record(record).unwrap();
        }
        let text = String::from_utf8(writer.into_inner().unwrap()).unwrap();
        prop_assert_eq!(read(&text, bytes, None), (written, None));
    }
}

#[test]
fn a_quote_that_is_never_closed_is_an_error_with_its_line() {
    for (text, records, line) in [
        ("a,b\n1,\"x\n\n", 1, 2),
        ("a,b\r\n\r\n\"1\r\n\",\"x\"\"\r\n2,3\r\n", 1, 4),
        ("\"", 0, 1),
        ("a\n\"x\"\"", 1, 2),
    ] {
        let (read, error) = read(text, 3, None);
        assert_eq!(read.len(), records, "{text:?}");
        assert_eq!(error, Some(format!("the quote that opens in line {line} is not closed")), "{text:?}");
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
        let mut cells = CsvCells::new(Box::new(Cursor::new(text.to_owned())), b',', None);
        let mut record = Record::default();
        assert!(cells.read(&mut record).unwrap());
        let expected = expected.map(|(opened_in, has_backslash)| TextAfterQuote { opened_in, has_backslash });
        assert_eq!(record.text_after_quote, expected, "{text:?}");
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
