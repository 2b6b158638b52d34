//! `GET /whoami/`

use contact_model::{Access, ApiKey, Country, ProblemType};
use contact_store::company::{CreateApiKey, UpdateCompany};
use contact_testing::{Backend, TestCompany, TestServer, on_both_databases};
use serde_json::json;

on_both_databases!(
    response_describes_the_caller,
    changes_of_the_company_are_visible_at_once,
    unknown_key_is_a_401
);

async fn response_describes_the_caller(backend: Backend) {
    let server = TestServer::start(backend).await;
    let company = server.company_in("GB".parse::<Country>().unwrap()).await;
    for access in Access::ALL {
        let key = ApiKey::from_random(rand::random());
        let create = CreateApiKey {
            company_id: company.id,
            name: (access != Access::Read).then(|| format!("a key to {access}")),
            access,
            expires_at: (access == Access::Admin).then(|| "2099-01-31T00:00:00Z".parse().unwrap()),
            key: key.clone(),
        };
        let created = server.store.run(create).await.unwrap();
        let response = company.with_key(key.reveal()).get("/whoami/").await;
        assert_eq!(response.status, 200, "{response:#?}");
        assert_eq!(
            response.json(),
            json!({
                "company": { "id": company.id, "name": "Example Ltd", "country": "GB" },
                "api_key": {
                    "id": created.listed.id,
                    "name": created.listed.name,
                    "access": access.as_str(),
                    "expires_at": created.listed.expires_at,
                },
            })
        );
        assert!(!response.body.contains(key.reveal()));
    }
}

async fn changes_of_the_company_are_visible_at_once(backend: Backend) {
    let server = TestServer::start(backend).await;
    let company = server.company().await;
    assert_eq!(company.get("/whoami/").await.json()["company"]["country"], "US");
    let update = UpdateCompany {
        name: Some("Example GmbH".to_owned()),
        country: Some("DE".parse().unwrap()),
        ..UpdateCompany::of(company.id)
    };
    server.store.run(update).await.unwrap();
    let expected = json!({ "id": company.id, "name": "Example GmbH", "country": "DE" });
    assert_eq!(company.get("/whoami/").await.json()["company"], expected);
}

async fn unknown_key_is_a_401(backend: Backend) {
    let stranger = TestCompany::start(backend).await.with_key(ApiKey::from_random(1).reveal());
    stranger.get("/whoami/").await.problem(ProblemType::Unauthorized);
}
