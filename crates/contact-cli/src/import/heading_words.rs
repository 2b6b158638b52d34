//! The headings that name a field: those of the API, vCards and HubSpot, and those of Google Contacts and Outlook in
//! English, German, French, Spanish and Portuguese.

use super::field::Field;
use super::field::Field::{
    BusinessName, Email, FirstName, FullName, IsDnd, LastName, LeadSource, Notes, PhoneNumber, Tags,
};

/// Headings in lower-case letters without accents, white space, digits and punctuation, each list with its field. If
/// several columns of a file are for one field, the column whose heading comes first in the list is used first.
#[rustfmt::skip]
pub(super) const HEADINGS: &[(Field, &[&str])] = &[
    (FullName, &[
        "fullname", "name", "displayname", "contactname", "fn",
        "vollstandigername", "anzeigename", "nomcomplet", "nombrecompleto", "nomecompleto",
    ]),
    // The API has no middle name: it is appended to the first name.
    (FirstName, &[
        "firstname", "givenname", "forename",
        "vorname", "rufname", "prenom", "primernombre", "nombredepila", "primeironome", "nomeproprio",
        "middlename", "additionalname",
        "weiterevornamen", "zweitervorname", "deuxiemeprenom", "autresprenoms", "segundonombre", "segundonome",
        "nomedomeio",
    ]),
    (LastName, &[
        "lastname", "familyname", "surname",
        "nachname", "familienname", "nomdefamille",
        "apellidos", "apellido", "primerapellido", "apellidopaterno", "segundoapellido", "apellidomaterno",
        "sobrenome", "ultimonome",
    ]),
    (Email, &[
        "emailpref", "email", "emailaddress", "emailvalue", "mail", "primaryemail",
        "emailadresse", "emailwert",
        "adressedemessagerie", "adresseemail", "adressemail", "courriel", "adressecourriel", "adresseelectronique",
        "emailvaleur",
        "correoelectronico", "direcciondecorreoelectronico", "direcciondelcorreoelectronico", "correo",
        "correoelectronicovalor", "emailvalor",
        "enderecodeemail", "enderecodecorreioeletronico", "enderecodecorreioelectronico", "enderecodecorreio",
        "correioeletronico", "correioelectronico",
        "emailwork", "workemail", "emailgeschaftlich", "emailarbeit", "emailprofessionnel", "emailbureau",
        "emailtrabajo", "emaildetrabajo", "emailtrabalho", "emailcomercial",
        "emailhome", "homeemail", "emailprivat", "emailpersonnel", "emaildomicile", "emailpersonal", "emailpessoal",
        "otheremail", "weitereemail", "autreemail", "otroemail", "outroemail",
    ]),
    (PhoneNumber, &[
        "phonenumber", "phone", "telpref",
        "telefonnummer", "telefon", "rufnummer", "numerodetelephone",
        "numerodetelefono", "telefono", "numerodetelefone", "telefone",
        "mobilephone", "mobilephonenumber", "mobile", "mobilenumber", "cellphone", "cell", "telcell",
        "mobiltelefon", "mobiltelefonnummer", "mobil", "mobilnummer", "mobilfunk", "mobilfunknummer", "telefonmobil",
        "handy", "handynummer",
        "telmobile", "telephonemobile", "telephoneportable", "telportable", "portable",
        "movil", "telefonomovil", "numerodemovil", "numerodetelefonomovil", "celular", "telefonocelular",
        "telemovel", "telefonemovel", "telefonecelular", "numerodecelular",
        "tel", "telephone", "telephonenumber", "phonevalue",
        "telefonwert", "telephonevaleur", "telefonovalor", "telefonevalor",
        "primaryphone", "haupttelefon", "telephoneprincipal", "telefonoprincipal", "telefoneprincipal",
        "homephone", "telhome", "telefonprivat", "privattelefon", "telephonedomicile", "telephonepersonnel",
        "telefonoparticular", "numerodetelefonoparticular", "telefonodecasa", "telefonodomicilio",
        "telefoneresidencial", "telefonedecasa", "telefoneparticular",
        "businessphone", "workphone", "telwork", "telefongeschaftlich", "geschaftstelefon", "telefonarbeit",
        "telephonebureau", "telephoneprofessionnel", "telephonetravail",
        "telefonodeltrabajo", "telefonodetrabajo", "telefonotrabajo", "telefonodelaoficina",
        "telefonecomercial", "telefonedotrabalho", "telefonedetrabalho", "telefoneprofissional",
        "companymainphone", "telefonfirma", "telephonesociete", "telefonodelacompania", "telefonedaempresa",
        "telefoneprincipaldaempresa",
        "carphone", "autotelefon", "telephonevoiture", "telefonodelautomovil", "telefonedocarro",
        "otherphone", "weiterestelefon", "telephoneautre", "autretelephone", "otrotelefono", "outrotelefone",
    ]),
    (BusinessName, &[
        "businessname", "company", "companyname", "organizationname", "organisationname", "organization",
        "organisation", "org", "associatedcompany", "employer",
        "firma", "firmenname", "unternehmen", "organisationsname",
        "societe", "entreprise", "nomdelasociete", "nomdelentreprise", "nomdelorganisation",
        "empresa", "compania", "organizacion", "nombredelaempresa", "nombredelacompania", "nombredelaorganizacion",
        "companhia", "organizacao", "nomedaempresa", "nomedaorganizacao",
    ]),
    (Notes, &[
        "notes", "note", "comments",
        "notizen", "notiz", "bemerkungen", "bemerkung", "anmerkungen", "remarques", "commentaires",
        "notas", "comentarios", "observaciones", "anotacoes", "observacoes",
    ]),
    (Tags, &[
        "tags", "tag", "labels", "groupmembership", "categories", "category", "groups",
        "kategorien", "kategorie", "gruppen", "categorie", "libelles", "etiquettes", "groupes",
        "categorias", "categoria", "etiquetas", "grupos", "marcadores",
    ]),
    (IsDnd, &[
        "isdnd", "dnd", "donotdisturb", "donotcontact", "donotcall", "donotemail", "donottext", "optedout", "optout",
        "emailoptout", "emailoptedout", "hasoptedoutofemail", "hasoptedout", "smsoptout", "unsubscribed",
        "nichtkontaktieren", "nichtanrufen", "nichtstoren", "nepascontacter", "nepasappeler", "nepasderanger",
        "nocontactar", "nollamar", "nomolestar", "naocontatar", "naoligar", "naoperturbe",
    ]),
    (LeadSource, &["leadsource"]),
];

/// Ends of headings such as `Phone 1 - Value`, which Google writes.
pub(super) const VALUES: [&str; 4] = ["value", "wert", "valeur", "valor"];
/// Ends of the headings of the columns beside them, such as `Phone 1 - Label`, or `Phone 1 - Type` before 2024.
pub(super) const LABELS: [&str; 9] =
    ["label", "type", "bezeichnung", "typ", "libelle", "etiqueta", "marcador", "tipo", "rotulo"];
