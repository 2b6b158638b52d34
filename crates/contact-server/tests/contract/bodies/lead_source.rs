//! `lead_source`

use contact_testing::{Backend, on_both_databases};
use serde_json::json;

use crate::stage::Stage;

on_both_databases!(
    the_six_documented_values_are_stored,
    any_other_string_is_stored_as_manual,
    not_sent_a_new_contact_gets_api_and_an_existing_one_keeps_its_own,
);

const DOCUMENTED: [&str; 6] = ["manual", "api", "webhook", "facebook", "instagram", "import"];

async fn the_six_documented_values_are_stored(backend: Backend) {
    let stage = Stage::with(backend, json!({ "phone_number": "+14155552671" })).await;
    for source in DOCUMENTED {
        let answered = stage.company.update(stage.id, json!({ "lead_source": source })).await;
        assert_eq!(
            (&answered["lead_source"], &stage.read().await["lead_source"]),
            (&json!(source), &json!(source))
        );
        stage.company.create(json!({ "phone_number": "+14155552671", "lead_source": "api" })).await;
        assert_eq!(stage.read().await["lead_source"], "api");
        stage.company.create(json!({ "phone_number": "+14155552671", "lead_source": source })).await;
        assert_eq!(stage.read().await["lead_source"], source);
        let created = stage.company.create(json!({ "lead_source": source })).await;
        assert_eq!(stage.company.read(created).await["lead_source"], source);
    }
}

async fn any_other_string_is_stored_as_manual(backend: Backend) {
    let stage = Stage::with(backend, json!({ "phone_number": "+14155552671" })).await;
    let long = "x".repeat(10_000);
    for source in ["<string>", "", "Facebook", "API", " api", "api ", "tiktok", "null", "api\0", &long, "名"]
    {
        for reset in ["webhook", "api"] {
            stage.company.update(stage.id, json!({ "lead_source": reset })).await;
            let answered = stage.company.update(stage.id, json!({ "lead_source": source })).await;
            assert_eq!(answered["lead_source"], "manual", "{source:?}");
            stage.company.update(stage.id, json!({ "lead_source": reset })).await;
            stage.company.create(json!({ "phone_number": "+14155552671", "lead_source": source })).await;
            assert_eq!(stage.read().await["lead_source"], "manual", "{source:?}");
        }
        let created = stage.company.create(json!({ "lead_source": source })).await;
        assert_eq!(stage.company.read(created).await["lead_source"], "manual", "{source:?}");
    }
}

async fn not_sent_a_new_contact_gets_api_and_an_existing_one_keeps_its_own(backend: Backend) {
    let stage = Stage::with(backend, json!({ "phone_number": "+14155552671" })).await;
    assert_eq!(stage.read().await["lead_source"], "api");
    for source in DOCUMENTED {
        stage.company.update(stage.id, json!({ "lead_source": source })).await;
        stage.company.create(json!({ "phone_number": "+14155552671", "notes": source })).await;
        stage.company.update(stage.id, json!({ "tags": [source] })).await;
        let contact = stage.read().await;
        assert_eq!((&contact["lead_source"], &contact["notes"]), (&json!(source), &json!(source)));
    }
}
