//! Which field a heading names.

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

use super::field::Field;
use super::field::Field::{FirstName, FullName, LastName};
use super::heading_words::{HEADINGS, LABELS, VALUES};

/// Returns the field that a heading names, and its rank among the columns of that field: the lowest is used first. A few
/// headings mean different fields in different files, so the file's other headings are looked at.
pub(crate) fn known(heading: &str, all: &[String]) -> Option<(Field, u32)> {
    let (plain, number) = plain(heading);
    if let Some(field) = ambiguous(&plain, all) {
        return Some((field, number * RANKS));
    }
    HEADINGS.iter().find_map(|(field, names)| {
        let place = names.iter().position(|name| *name == plain)?;
        // The second phone comes after the first of every kind.
        Some((field.clone(), number * RANKS + u32::try_from(place).unwrap_or(u32::MAX)))
    })
}

/// More than the headings of any field.
const RANKS: u32 = 1_000;

/// Returns the field of a heading that means a part of the name only if the other parts have columns too: `Nom` and
/// `Name` are the family name beside `Prénom` and `Vorname`, `Nombre` and `Nome` the given name beside `Apellidos` and
/// `Sobrenome`. `Apelido` is the family name in Portugal, and a nickname in Brazil.
fn ambiguous(heading: &str, all: &[String]) -> Option<Field> {
    let has = |wanted: &Field| {
        let names = HEADINGS.iter().filter(|(field, _)| field == wanted).flat_map(|(_, names)| *names);
        let names: Vec<&str> = names.copied().collect();
        all.iter().any(|other| names.contains(&plain(other).0.as_str()))
    };
    let has_heading = |wanted: &str| all.iter().any(|other| plain(other).0 == wanted);
    match heading {
        "nom" if has(&FirstName) && !has(&LastName) => Some(LastName),
        "nom" => Some(FullName),
        "name" if has_heading("vorname") && !has(&LastName) => Some(LastName),
        "nombre" | "nome" if has(&LastName) || has_heading("apelido") => Some(FirstName),
        "nombre" | "nome" => Some(FullName),
        "apelido" if !has(&LastName) => Some(LastName),
        _ => None,
    }
}

/// Returns the place of the column with the label of a column such as `Phone 1 - Value`: that of `Phone 1 - Label`.
pub(crate) fn label_of(heading: &str, all: &[String]) -> Option<usize> {
    let (name, number) = plain(heading);
    let stem = VALUES.iter().find_map(|end| name.strip_suffix(end))?;
    all.iter().position(|other| {
        let (other, of) = plain(other);
        of == number && other.strip_prefix(stem).is_some_and(|end| LABELS.contains(&end))
    })
}

/// Returns the lower-case letters of a heading without accents, and its number: `E-mail 2 - Value` is the second
/// `emailvalue`.
fn plain(heading: &str) -> (String, u32) {
    let digits: String = heading.chars().filter(char::is_ascii_digit).collect();
    (letters(heading), digits.parse::<u32>().unwrap_or(1).clamp(1, RANKS))
}

/// Returns the lower-case letters of a text without accents.
pub(super) fn letters(text: &str) -> String {
    let letters = text.nfd().filter(|&letter| letter.is_alphabetic() && !is_combining_mark(letter));
    letters.flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::field::Field::{BusinessName, Email, IsDnd, Notes, PhoneNumber, Tags};

    fn alone(heading: &str) -> Option<(Field, u32)> {
        known(heading, &[])
    }

    #[test]
    fn spellings_of_one_heading_are_one() {
        for heading in ["first_name", "First Name", "FIRSTNAME", " First-Name "] {
            assert_eq!(alone(heading).unwrap().0, FirstName, "{heading}");
        }
        for heading in [
            "",
            "Birthday",
            "Name Prefix",
            "Phonetic First Name",
            "E-mail 1 - Label",
            "Home Fax",
            "File As",
            "ID",
            "Fax geschäftlich",
            "Télécopie (bureau)",
            "E-Mail-Typ",
            "E-Mail: Angezeigter Name",
            "Straße geschäftlich",
            "Nombre de pantalla",
        ] {
            assert_eq!(alone(heading), None, "{heading}");
        }
    }

    #[test]
    fn the_first_of_several_columns_is_the_likeliest() {
        let rank = |heading| alone(heading).unwrap().1;
        for (first, second) in [
            ("Phone 1 - Value", "Phone 2 - Value"),
            ("Mobile Phone", "Business Phone"),
            ("Home Phone", "Home Phone 2"),
            ("Business Phone", "Home Phone 2"),
            ("Phone Number", "Mobile Phone Number"),
            ("E-mail Address", "E-mail 2 Address"),
            ("Given Name", "Additional Name"),
            ("First Name", "Middle Name"),
        ] {
            assert_eq!(alone(first).unwrap().0, alone(second).unwrap().0);
            assert!(rank(first) < rank(second), "{first} before {second}");
        }
    }

    #[test]
    fn no_heading_stands_for_two_fields() {
        let mut all: Vec<&str> = HEADINGS.iter().flat_map(|(_, names)| *names).copied().collect();
        assert!(all.iter().all(|name| plain(name).0 == *name));
        all.sort_unstable();
        let count = all.len();
        all.dedup();
        assert_eq!(all.len(), count);
    }

    #[test]
    fn headings_of_outlook_and_google_are_known_in_their_languages() {
        for (headings, fields) in [
            (
                "Vorname;Weitere Vornamen;Nachname;Firma;Telefon geschäftlich;Telefon (privat);Mobiltelefon;Kategorien;\
                 E-Mail-Adresse;E-Mail 2: Adresse;Notizen",
                vec![
                    FirstName,
                    FirstName,
                    LastName,
                    BusinessName,
                    PhoneNumber,
                    PhoneNumber,
                    PhoneNumber,
                    Tags,
                    Email,
                    Email,
                    Notes,
                ],
            ),
            (
                "Prénom;Deuxième prénom;Nom;Société;Tél. mobile;Téléphone (bureau);\
                 Téléphone 2 (domicile);Adresse de messagerie;Adresse de messagerie 2;Catégories;Notes",
                vec![
                    FirstName,
                    FirstName,
                    LastName,
                    BusinessName,
                    PhoneNumber,
                    PhoneNumber,
                    PhoneNumber,
                    Email,
                    Email,
                    Tags,
                    Notes,
                ],
            ),
            (
                "Nombre;Segundo nombre;Apellidos;Organización;Teléfono del trabajo;Número de móvil;\
                 Dirección de correo electrónico;Categorías;Notas",
                vec![
                    FirstName,
                    FirstName,
                    LastName,
                    BusinessName,
                    PhoneNumber,
                    PhoneNumber,
                    Email,
                    Tags,
                    Notes,
                ],
            ),
            (
                "Nome;Segundo Nome;Sobrenome;Empresa;Telefone Comercial;Telefone Celular;Endereço de Email;Categorias;\
                 Anotações",
                vec![
                    FirstName,
                    FirstName,
                    LastName,
                    BusinessName,
                    PhoneNumber,
                    PhoneNumber,
                    Email,
                    Tags,
                    Notes,
                ],
            ),
            (
                "Nome Próprio;Apelido;Telemóvel;Endereço de Correio Eletrónico",
                vec![FirstName, LastName, PhoneNumber, Email],
            ),
            (
                "Vorname;Organisationsname;E-Mail 1 – Wert;Telefon 1 – Wert",
                vec![FirstName, BusinessName, Email, PhoneNumber],
            ),
            ("Do Not Call;Email Opt Out;Opted out;is_dnd", vec![IsDnd, IsDnd, IsDnd, IsDnd]),
        ] {
            let headings: Vec<String> =
                headings.split(';').map(|heading| heading.trim().to_owned()).collect();
            let known: Vec<Option<Field>> =
                headings.iter().map(|heading| known(heading, &headings).map(|(field, _)| field)).collect();
            assert_eq!(known, fields.into_iter().map(Some).collect::<Vec<_>>(), "{headings:?}");
        }
    }

    #[test]
    fn a_heading_for_two_fields_depends_on_the_others() {
        for (heading, beside, field) in [
            ("Nom", &["Prénom"][..], Some(LastName)),
            ("Nom", &["E-mail"], Some(FullName)),
            ("Nom", &["Prénom", "Nom de famille"], Some(FullName)),
            ("Name", &["Vorname"], Some(LastName)),
            ("Name", &["Vorname", "Nachname"], Some(FullName)),
            ("Name", &["First Name"], Some(FullName)),
            ("Nombre", &["Apellidos"], Some(FirstName)),
            ("Nombre", &["Correo"], Some(FullName)),
            ("Nome", &["Apelido"], Some(FirstName)),
            ("Apelido", &["Nome"], Some(LastName)),
            ("Apelido", &["Nome", "Sobrenome"], None),
        ] {
            let all: Vec<String> =
                beside.iter().chain([&heading]).map(|&heading| heading.to_owned()).collect();
            assert_eq!(known(heading, &all).map(|(field, _)| field), field, "{heading} beside {beside:?}");
        }
    }

    #[test]
    fn labels_are_beside_their_values() {
        let all = ["Phone 1 - Label", "Phone 1 - Value", "Phone 2 - Type", "Phone 2 - Value", "E-mail Type"];
        let all = all.map(str::to_owned);
        for (heading, label) in [
            ("Phone 1 - Value", Some(0)),
            ("Phone 2 - Value", Some(2)),
            ("Phone 3 - Value", None),
            ("E-mail Address", None),
            ("E-mail 1 - Value", Some(4)),
            ("Phone 1 - Label", None),
        ] {
            assert_eq!(label_of(heading, &all), label, "{heading}");
        }
    }
}
