//! vCards of address books, complete and incomplete.

use contact_testing::{Backend, on_both_databases};
use serde_json::json;

use super::files::all;
use super::{contacts, values};
use crate::stage::Stage;

on_both_databases!(
    cards_are_imported,
    the_preferred_phone_and_email_are_used,
    cards_that_fail_can_be_corrected_and_imported_again,
    an_incomplete_card_does_not_affect_others,
);

async fn cards_are_imported(backend: Backend) {
    let stage = Stage::start_as_admin(backend).await;
    stage.id(&["custom-field", "create", "Birthday", "--type", "date"]).await;
    let map = ["--map", "BDAY=custom_fields.Birthday", "--map", "FN="];
    let done = stage.import("three.vcf", include_str!("fixtures/version_3.vcf"), &map).await;
    assert_eq!(done.summary(0)["created"], 2);
    assert_eq!(
        all(&stage).await,
        json!([
            {
                "name": "Jane Marie Doe", "first_name": "Jane Marie", "last_name": "Doe",
                "email": "jane@example.com", "phone": "+14155552671", "business_name": "Example Ltd",
                "notes": "Met at the fair, calls on Mondays\nand brings a very long story that the program that wrote it has folded",
                "tags": ["Customers", "VIP"], "lead_source": "import", "is_dnd": false,
                "custom_fields": { "Birthday": "1980-02-29" }
            },
            {
                "name": "Zöe Ångström", "first_name": "Zöe", "last_name": "Ångström", "email": "zoe@example.com",
                "tags": [], "lead_source": "import", "is_dnd": false, "custom_fields": {}
            }
        ])
    );
    let four = stage.import("four.vcf", include_str!("fixtures/version_4.vcf"), &[]).await;
    assert_eq!(four.summary(0)["updated"], 1, "the preferred phone is Jane's");
    let jane = contacts(&stage.company).await.remove(0);
    assert_eq!((&jane["name"], &jane["email"]), (&json!("Jane Doe"), &json!("jane@home.example")));
    assert_eq!((&jane["notes"], &jane["tags"]), (&json!("a;b"), &json!(["Customers", "VIP", "a,b", "c"])));
    assert_eq!(jane["custom_fields"], json!({ "Birthday": "1980-02-29" }), "an incomplete date is ignored");

    // An export updates the same contacts.
    let before = all(&stage).await;
    let exported = stage.run(&["export", "--format", "vcard"]).await.text();
    assert_eq!(stage.run_with_input(&["import", "-"], &exported).await.summary(0)["updated"], 2);
    assert_eq!(all(&stage).await, before);
}

async fn the_preferred_phone_and_email_are_used(backend: Backend) {
    let stage = Stage::start(backend).await;
    let cards = "BEGIN:VCARD\nVERSION:4.0\nFN:Ann\nTEL;PREF=2;TYPE=cell:+14155552671\nTEL;PREF=1;TYPE=home:+14155552672\n\
                 EMAIL:a@example.com\nEMAIL;PREF=50:b@example.com\nEMAIL;PREF=10:c@example.com\nCATEGORIES:myContacts,Family\n\
                 END:VCARD\n\
                 BEGIN:VCARD\nVERSION:3.0\nFN:Ben\nTEL;TYPE=WORK:+14155552673\nTEL;TYPE=PREF\\,HOME:+14155552674\n\
                 EMAIL;TYPE=WORK:d@example.com\nEMAIL;TYPE=\"HOME,PREF\":e@example.com\n\
                 TEL;TYPE=FAX,PREF:+14155552675\nTEL;TYPE=CELL:+14155552676\nEND:VCARD\n";
    stage.import("preferred.vcf", cards, &[]).await.summary(0);
    assert_eq!(values(&stage.company, "phone").await, ["+14155552672", "+14155552674"]);
    assert_eq!(values(&stage.company, "email").await, ["c@example.com", "e@example.com"]);
    assert_eq!(values(&stage.company, "tags").await, [json!(["Family"]), json!([])]);
    let old = "begin:vcard\nfn;quoted-printable:D=C3=BCmmy GmbH\nemail;internet:b@example.net\nversion:2.1\nend:vcard\n";
    stage.import("old.vcf", old, &[]).await.summary(0);
    let names = values(&stage.company, "name").await;
    assert!(names.iter().any(|name| name == "Dümmy GmbH"), "{names:?}");
}

async fn cards_that_fail_can_be_corrected_and_imported_again(backend: Backend) {
    let stage = Stage::start(backend).await;
    let file = "BEGIN:VCARD\nVERSION:4.0\nFN:Jane\nEMAIL:jane@example.com\nEND:VCARD\n\
                BEGIN:VCARD\nVERSION:4.0\nFN:Max\nNOTE:has\n  neither\nEND:VCARD\n\
                FN:Kim\nEND:VCARD\n\
                BEGIN:VCARD\nVERSION:4.0\nFN:Zoe\nEMAIL:zoe@example.com\n";
    let done = stage.import("people.vcf", file, &[]).await;
    assert_eq!(done.summary(1)["failed"], 3);
    let failed = stage.content("people.failed.vcf");
    insta::allow_duplicates! {
        insta::assert_snapshot!(failed.replace("\r\n", "\n"), @r"
        BEGIN:VCARD
        VERSION:4.0
        FN:Max
        NOTE:has
          neither
        X-IMPORT-LINE:6
        X-IMPORT-ERROR:there is neither a phone number nor an email address to find
          the contact by
        END:VCARD
        FN:Kim
        X-IMPORT-LINE:12
        X-IMPORT-ERROR:this is not a card: a card begins with BEGIN:VCARD
        END:VCARD
        BEGIN:VCARD
        VERSION:4.0
        FN:Zoe
        EMAIL:zoe@example.com
        X-IMPORT-LINE:14
        X-IMPORT-ERROR:the card does not end with END:VCARD
        END:VCARD
        ");
    }
    let again = stage.import("again.vcf", &failed, &[]).await;
    assert_eq!(again.summary(1)["failed"], 2, "the incomplete card was completed");
    let failed = stage.content("again.failed.vcf");
    assert_eq!(
        failed.matches("X-IMPORT-LINE").count(),
        2,
        "the properties of the first import are removed: {failed}"
    );
    let corrected = failed.replace("FN:Kim", "BEGIN:VCARD\r\nVERSION:4.0\r\nFN:Kim\r\nEMAIL:kim@example.com");
    let corrected = corrected.replace("FN:Max", "FN:Max\r\nEMAIL:max@example.com");
    assert_eq!(stage.import("corrected.vcf", corrected, &[]).await.summary(0)["created"], 2);
    assert_eq!(values(&stage.company, "name").await, ["Jane", "Kim", "Max", "Zoe"]);
}

async fn an_incomplete_card_does_not_affect_others(backend: Backend) {
    let stage = Stage::start(backend).await;
    let card =
        |name: &str| format!("BEGIN:VCARD\nVERSION:4.0\nFN:{name}\nEMAIL:{name}@example.com\nEND:VCARD");
    // As `cat` joins files without a line break at the end.
    let glued = format!("{}{}{}", card("Ann"), card("Ben"), card("Cem"));
    assert_eq!(stage.import("glued.vcf", glued, &[]).await.summary(0)["created"], 3);

    let cut = card("Dan").replace("\nEND:VCARD", "\n");
    let nested = card("Eva").replace("END:VCARD", "END:VEVENT\nNOTE:never read\nEND:VCARD");
    let folded = card("Fay").replace("END:VCARD", "NOTE:a card ends with\n  END:VCARD\nEND:VCARD");
    let done = stage.import("cut.vcf", format!("{cut}{}\n{nested}\n{folded}\n", card("Gil")), &[]).await;
    let summary = done.summary(1);
    assert_eq!((&summary["created"], &summary["failed"]), (&json!(2), &json!(2)), "{}", done.stderr);
    assert!(done.stderr.contains("line 1: the card does not end with END:VCARD"), "{}", done.stderr);
    assert!(done.stderr.contains("line 10: the card cannot be read to its end"), "{}", done.stderr);
    assert_eq!(values(&stage.company, "name").await, ["Ann", "Ben", "Cem", "Fay", "Gil"]);
    assert_eq!(values(&stage.company, "notes").await[3], "a card ends with END:VCARD");
}
