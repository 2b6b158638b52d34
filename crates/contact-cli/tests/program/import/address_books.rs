//! Tables that Outlook and Google export: their languages, labels, groups and addresses.

use contact_testing::Backend;
use serde_json::{Value, json};

use super::{contacts, values};
use crate::stage::Stage;

/// Returns these keys of all contacts, sorted by name.
async fn keys(stage: &Stage, keys: &[&str]) -> Vec<Value> {
    let of = |contact: &Value| keys.iter().map(|&key| contact[key].clone()).collect();
    contacts(&stage.company).await.iter().map(of).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tables_of_outlook_are_read_in_their_languages() {
    let files = [
        (
            "de",
            "\"Anrede\",\"Vorname\",\"Weitere Vornamen\",\"Nachname\",\"Firma\",\"Fax geschäftlich\",\"Telefon geschäftlich\",\
             \"Telefon (privat)\",\"Mobiltelefon\",\"Kategorien\",\"E-Mail-Adresse\",\"E-Mail-Typ\",\"E-Mail: Angezeigter Name\",\
             \"Notizen\"\r\n\"Herr\",\"Jörg\",\"\",\"Groß\",\"Muster GmbH\",\"0221 5550109\",\"0221 5550101\",\"\",\"0151 55501020\",\
             \"Kunde;Köln\",\"joerg@example.com\",\"SMTP\",\"Jörg Groß (joerg@example.com)\",\"Zeile\"\r\n",
            json!([
                "Jörg",
                "Groß",
                "joerg@example.com",
                "+4915155501020",
                "Muster GmbH",
                ["Kunde", "Köln"],
                "Zeile"
            ]),
        ),
        (
            "fr",
            "\"Titre\",\"Prénom\",\"Deuxième prénom\",\"Nom\",\"Société\",\"Télécopie (bureau)\",\"Tél. mobile\",\
             \"Téléphone (bureau)\",\"Adresse de messagerie\",\"Catégories\",\"Notes\"\r\n\"M.\",\"Hélène\",\"\",\"Lefèvre\",\
             \"Exemple SA\",\"01 55 50 10 29\",\"06 55 50 10 20\",\"01 55 50 10 21\",\"helene@example.com\",\"Client\",\"note\"\r\n",
            json!([
                "Hélène",
                "Lefèvre",
                "helene@example.com",
                "+33655501020",
                "Exemple SA",
                ["Client"],
                "note"
            ]),
        ),
        (
            "es",
            "Tratamiento,Nombre,Segundo nombre,Apellidos,Organización,Fax del trabajo,Teléfono del trabajo,Número de móvil,\
             Categorías,Dirección de correo electrónico,Notas\r\nSra.,Lucía,,Peña Ruiz,Ejemplo SL,912 345 679,912 345 678,\
             612 345 678,Cliente,lucia@example.com,nota\r\n",
            json!([
                "Lucía",
                "Peña Ruiz",
                "lucia@example.com",
                "+34612345678",
                "Ejemplo SL",
                ["Cliente"],
                "nota"
            ]),
        ),
        (
            "pt",
            "Título,Nome,Segundo Nome,Sobrenome,Empresa,Fax Comercial,Telefone Comercial,Telefone Celular,Categorias,\
             Endereço de Email,Anotações\r\nSr.,João,,Simões,Exemplo Ltda,11 5555-1109,11 5555-1102,11 95555-1101,Cliente,\
             joao@example.com,nota\r\n",
            json!([
                "João",
                "Simões",
                "joao@example.com",
                "+5511955551101",
                "Exemplo Ltda",
                ["Cliente"],
                "nota"
            ]),
        ),
    ];
    for (language, file, expected) in files {
        let stage = Stage::start(Backend::Sqlite).await;
        let (file, _, _) = encoding_rs::WINDOWS_1252.encode(file);
        let country = if language == "pt" { "BR".to_owned() } else { language.to_uppercase() };
        let done = stage.import("outlook.csv", &file, &["--country", &country]).await;
        assert_eq!(done.summary(0)["created"], 1, "{language}: {}", done.stderr);
        let all = ["first_name", "last_name", "email", "phone", "business_name", "tags", "notes"];
        assert_eq!(keys(&stage, &all).await, [expected], "{language}: {}", done.stderr);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn labels_of_google_decide_which_value_is_used() {
    let stage = Stage::start(Backend::Sqlite).await;
    let new = "First Name,Labels,E-mail 1 - Label,E-mail 1 - Value,E-mail 2 - Label,E-mail 2 - Value,Phone 1 - Label,\
               Phone 1 - Value,Phone 2 - Label,Phone 2 - Value\n\
               Ann,Family ::: * myContacts,Home,ann@home.example,* Work,ann@work.example,Work Fax,+1 415 555 2670,Mobile,\
               +1 415 555 2671\n\
               Ben,* myContacts,,ben@example.com,,,Work,+1 415 555 2672,Mobile,+1 415 555 2673\n\
               Cem,* myContacts,,cem@example.com,,,Home Fax,+1 415 555 2674,,\n\
               Dan,* myContacts,,dan@example.com,,,* Work,+1 415 555 2675,Mobile,+1 415 555 2676\n";
    stage.import("new.csv", new, &[]).await.summary(0);
    let old = "Name,Group Membership,Phone 1 - Type,Phone 1 - Value,Phone 2 - Type,Phone 2 - Value,E-mail 1 - Value\n\
               Eva,* My Contacts ::: School,Home Fax,+1 415 555 2677,Mobile,+1 415 555 2678,eva@example.com\n";
    stage.import("old.csv", old, &[]).await.summary(0);
    assert_eq!(
        keys(&stage, &["name", "email", "phone", "tags"]).await,
        [
            json!(["Ann", "ann@work.example", "+14155552671", ["Family"]]),
            json!(["Ben", "ben@example.com", "+14155552673", []]),
            json!(["Cem", "cem@example.com", null, []]),
            json!(["Dan", "dan@example.com", "+14155552675", []]),
            json!(["Eva", "eva@example.com", "+14155552678", ["School"]]),
        ]
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn addresses_of_exchange_are_not_email_addresses() {
    let stage = Stage::start(Backend::Sqlite).await;
    let file = "First Name,E-mail Address,E-mail Type,E-mail 2 Address,Mobile Phone\n\
                Ann,/o=ExchangeLabs/ou=Group (FYDI)/cn=Recipients/cn=ann,EX,ann@example.com,\n\
                Ben,/o=ExchangeLabs/ou=Group (FYDI)/cn=Recipients/cn=ben,EX,,+1 415 555 2671\n";
    stage.import("outlook.csv", file, &[]).await.summary(0);
    assert_eq!(values(&stage.company, "email").await, [json!("ann@example.com"), json!(null)]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_opt_out_sets_do_not_disturb() {
    let stage = Stage::start(Backend::Sqlite).await;
    let file = "Name,Email,Do Not Call,Email Opt Out,Opted out\nAnn,ann@example.com,0,1,\n\
                Ben,ben@example.com,no,no,no\nCem,cem@example.com,,,WAHR\nDan,dan@example.com,Nein,,\n";
    stage.import("crm.csv", file, &[]).await.summary(0);
    assert_eq!(values(&stage.company, "is_dnd").await, [true, false, true, false]);
}
