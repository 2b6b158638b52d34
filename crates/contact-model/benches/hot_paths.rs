//! Benchmarks of the pure functions that every request calls.

use std::hint::black_box;

use contact_model::{ApiKey, Contact, ContactUpdate, Country, RequestBody as _, phone};
use criterion::Criterion;

const PATCH_BODY: &[u8] = br#"{
    "full_name": "Jane Doe",
    "email": "jane@example.com",
    "phone_number": "+14155552671",
    "notes": "Called back, wants an offer by Friday.",
    "tags": ["vip", "newsletter"],
    "is_dnd": false,
    "lead_source": "manual",
    "custom_fields": { "Plan": "gold" }
}"#;

const CONTACT: &str = r#"{
    "id": "3c90c3cc-0d44-4b50-8888-8dd25736052a",
    "name": "Jane Doe",
    "email": "jane@example.com",
    "phone": "+14155552671",
    "business_name": "Example Ltd",
    "notes": "Called back, wants an offer by Friday.",
    "tags": ["vip", "newsletter"],
    "lead_source": "api",
    "is_dnd": false,
    "profile_picture_url": null,
    "last_activity": "2023-11-07T05:31:56Z",
    "created_at": "2023-11-07T05:31:56.000123Z"
}"#;

fn hot_paths(criterion: &mut Criterion) {
    criterion.bench_function("read the body of an update", |bench| {
        bench.iter(|| ContactUpdate::from_json(black_box(PATCH_BODY)));
    });

    let contact: Contact = serde_json::from_str(CONTACT).expect("the example is a contact");
    criterion.bench_function("write a contact as JSON", |bench| {
        bench.iter(|| serde_json::to_vec(black_box(&contact)));
    });

    let key = ApiKey::from_random(0x0123_4567_89ab_cdef_0123_4567_89ab_cdef);
    criterion.bench_function("check a key's form and hash it", |bench| {
        bench.iter(|| ApiKey::parse(black_box(key.reveal())).map(|key| key.hash()));
    });

    criterion.bench_function("normalise a national phone number", |bench| {
        bench.iter(|| phone::for_create(black_box("(415) 555-2671"), Country::US));
    });
}

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    hot_paths(&mut criterion);
    criterion.final_summary();
}
