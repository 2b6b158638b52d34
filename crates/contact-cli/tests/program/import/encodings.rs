//! The encodings and delimiters of tables.

use contact_testing::Backend;
use serde_json::json;

use super::values;
use crate::stage::Stage;

const TABLE: &str = "Name,Email,Notes\nZoë Ångström,zoe@example.com,“dé” – 5 €\n";

fn utf_16(text: &str, to_bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
    "\u{feff}".encode_utf16().chain(text.encode_utf16()).flat_map(to_bytes).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_table_is_read_in_its_encoding() {
    let stage = Stage::start(Backend::Sqlite).await;
    let windows = encoding_rs::WINDOWS_1252.encode(TABLE).0.into_owned();
    let nordic = encoding_rs::Encoding::for_label(b"iso-8859-4").unwrap();
    let files: [(&str, Vec<u8>, &[&str]); 6] = [
        ("utf-8", TABLE.as_bytes().to_owned(), &[]),
        ("utf-8-bom", format!("\u{feff}{TABLE}").into_bytes(), &[]),
        ("utf-16le", utf_16(TABLE, u16::to_le_bytes), &[]),
        ("utf-16be", utf_16(TABLE, u16::to_be_bytes), &[]),
        ("windows-1252", windows.clone(), &[]),
        ("named", windows, &["--encoding", "windows-1252"]),
    ];
    for (place, (name, file, more)) in files.into_iter().enumerate() {
        let done = stage.import(&format!("{name}.csv"), file, more).await;
        let expected = if place == 0 { ("created", "updated") } else { ("updated", "created") };
        let summary = done.summary(0);
        assert_eq!((&summary[expected.0], &summary[expected.1]), (&json!(1), &json!(0)), "{name}");
        assert_eq!(values(&stage.company, "name").await, ["Zoë Ångström"], "{name}");
        assert_eq!(values(&stage.company, "notes").await, ["“dé” – 5 €"], "{name}");
        assert_eq!(
            done.stderr.contains("was read as Windows-1252"),
            name == "windows-1252",
            "{}",
            done.stderr
        );
    }
    let baltic = nordic.encode("Name,Email\nĀris,aris@example.com\n").0.into_owned();
    stage.import("baltic.csv", baltic, &["--encoding", "iso-8859-4"]).await.summary(0);
    assert!(values(&stage.company, "name").await.contains(&json!("Āris")));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_damaged_file_is_refused() {
    let stage = Stage::start(Backend::Sqlite).await;
    let damaged = [TABLE.as_bytes(), b"Ren\xe9e,renee@example.com,\n"].concat();
    for more in [&[][..], &["--encoding", "utf-8"]] {
        let refused = stage.import("damaged.csv", &damaged, more).await.refusal(2);
        assert!(refused.contains("line 3: ") && refused.contains("not "), "{refused}");
        assert!(refused.contains("--encoding"), "{refused}");
    }

    // Far after the part by which the format is recognized.
    let mut long = TABLE.to_owned();
    for row in 1..5_000 {
        long += &format!("Zoë,zoe.{row}@example.com,\r\n");
    }
    let damaged = [long.as_bytes(), b"Ren\xe9e,renee@example.com,\n"].concat();
    let refused = stage.import("long.csv", &damaged, &[]).await.refusal(2);
    assert!(refused.contains("line 5002: a byte is not UTF-8"), "{refused}");
    assert_eq!(stage.run(&["list", "--count"]).await.text(), "0\n", "a file is read to its end first");

    // Standard input is read once: the rows before the byte are imported, and the import names them.
    let done = stage.run_with_input(&["import", "-", "--output", "json"], damaged).await;
    assert_eq!(done.summary(1)["done"], 5_000);
    assert!(done.stderr.contains("cannot be read from line 5002 on"), "{}", done.stderr);
    assert!(done.stderr.contains("`--encoding`") && done.stderr.contains("`--skip 5000`"), "{}", done.stderr);
    assert_eq!(stage.run(&["list", "--count"]).await.text(), "5000\n");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bytes_that_an_encoding_does_not_have_stop_the_import() {
    let stage = Stage::start(Backend::Sqlite).await;
    let cp_850 = b"Name,Email,Company\r\nJos\x82 M\x81ller,jose@example.com,Caf\x82\r\n";
    let shift_jis = b"Name,Email\r\n\x8e\x52\x93\x63 \x91\xbe\x98\x59,yamada@example.com\r\n";
    for (table, more, bad) in [
        (&cp_850[..], &[][..], "the byte 0x81 is not in windows-1252"),
        (shift_jis, &["--encoding", "windows-1250"], "0x98 is not in windows-1250"),
        (
            b"Name,Email\r\n\x8e\x52\x93,yamada@example.com\r\n",
            &["--encoding", "shift_jis"],
            "not in Shift_JIS",
        ),
    ] {
        let refused = stage.import("legacy.csv", table, more).await.refusal(2);
        assert!(refused.contains("line 2: ") && refused.contains(bad), "{refused}");
        assert!(refused.contains("`--encoding`"), "{refused}");
        let piped =
            stage.run_with_input(&[&["import", "-"], more].concat(), table.to_owned()).await.refusal(2);
        assert!(piped.contains(bad), "{piped}");
    }
    assert_eq!(stage.run(&["list", "--count"]).await.text(), "0\n");
    stage.import("legacy.csv", shift_jis, &["--encoding", "shift_jis"]).await.summary(0);
    assert_eq!(values(&stage.company, "name").await, ["山田 太郎"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn failed_rows_are_imported_with_the_same_options_as_their_file() {
    let stage = Stage::start(Backend::Sqlite).await;
    for (name, file) in [
        ("people.csv", "name,email,is_dnd\nZoë,zoe@example.com,perhaps\n"),
        ("people.ndjson", "{\"name\": \"Zoë\", \"email\": \"zoe@example.com\", \"is_dnd\": \"perhaps\"}\n"),
        (
            "people.vcf",
            "BEGIN:VCARD\nFN:Zoë\nEMAIL:zoe@example.com\nEND:VCARD\nBEGIN:VCARD\nFN:Zoë\nEND:VCARD\n",
        ),
    ] {
        let options = ["--encoding", "windows-1252"];
        let file = encoding_rs::WINDOWS_1252.encode(file).0.into_owned();
        stage.import(name, file, &options).await.summary(1);
        let failed = stage.content(&name.replace('.', ".failed."));
        let corrected = failed.replace("perhaps", "no").replace("N:Zoë", "N:Zoë\r\nEMAIL:zoe@example.com");
        let corrected = stage.import(&format!("corrected.{name}"), corrected, &options).await;
        assert_eq!(corrected.summary(0)["rows"], 1, "{name}");
        assert_eq!(values(&stage.company, "name").await, ["Zoë"], "{name}: {failed}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_table_is_read_with_its_delimiter() {
    let stage = Stage::start(Backend::Sqlite).await;
    for (name, delimiter, more) in [
        ("a.csv", ";", &[][..]),
        ("a.tsv", "\t", &[]),
        ("b.csv", ",", &["--delimiter", ","]),
        ("c.csv", "|", &["--delimiter", "|"]),
        ("d.csv", "\t", &["--delimiter", "tab"]),
    ] {
        let file = format!("Name{delimiter}Email\n\"Doe{delimiter} Jane\"{delimiter}jane@example.com\n");
        let summary = stage.import(name, file, more).await.summary(0);
        assert_eq!(summary["rows"], 1, "{name}: {summary}");
        let name = if delimiter == "\t" { "Doe Jane".to_owned() } else { format!("Doe{delimiter} Jane") };
        assert_eq!(values(&stage.company, "name").await, [name]);
    }
}
