//! The headings that name a field: those of the API, vCards and HubSpot, and those of Google Contacts and Outlook in
//! English, German, French, Spanish and Portuguese.
//!
//! They are written in lower-case letters without accents, white space, digits and punctuation. If several columns of a
//! file are for one field, the column whose heading comes first in the list is used first.

pub(crate) const FULL_NAME: &[&str] = &[
    "fullname", "name", "displayname", "contactname", "fn",
    "vollstandigername", "anzeigename", "nomcomplet", "nombrecompleto", "nomecompleto",
];
/// The API has no middle name: it is appended to the first name.
pub(crate) const FIRST_NAME: &[&str] = &[
    "firstname", "givenname", "forename",
    "vorname", "rufname", "prenom", "primernombre", "nombredepila", "primeironome", "nomeproprio",
    "middlename", "additionalname",
    "weiterevornamen", "zweitervorname", "deuxiemeprenom", "autresprenoms", "segundonombre", "segundonome",
    "nomedomeio",
];
pub(crate) const LAST_NAME: &[&str] = &[
    "lastname", "familyname", "surname",
    "nachname", "familienname", "nomdefamille",
    "apellidos", "apellido", "primerapellido", "apellidopaterno", "segundoapellido", "apellidomaterno",
    "sobrenome", "ultimonome",
];
pub(crate) const EMAIL: &[&str] = &[
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
];
pub(crate) const PHONE_NUMBER: &[&str] = &[
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
];
pub(crate) const BUSINESS_NAME: &[&str] = &[
    "businessname", "company", "companyname", "organizationname", "organisationname", "organization",
    "organisation", "org", "associatedcompany", "employer",
    "firma", "firmenname", "unternehmen", "organisationsname",
    "societe", "entreprise", "nomdelasociete", "nomdelentreprise", "nomdelorganisation",
    "empresa", "compania", "organizacion", "nombredelaempresa", "nombredelacompania", "nombredelaorganizacion",
    "companhia", "organizacao", "nomedaempresa", "nomedaorganizacao",
];
pub(crate) const NOTES: &[&str] = &[
    "notes", "note", "comments",
    "notizen", "notiz", "bemerkungen", "bemerkung", "anmerkungen", "remarques", "commentaires",
    "notas", "comentarios", "observaciones", "anotacoes", "observacoes",
];
pub(crate) const TAGS: &[&str] = &[
    "tags", "tag", "labels", "groupmembership", "categories", "category", "groups",
    "kategorien", "kategorie", "gruppen", "categorie", "libelles", "etiquettes", "groupes",
    "categorias", "categoria", "etiquetas", "grupos", "marcadores",
];
pub(crate) const IS_DND: &[&str] = &[
    "isdnd", "dnd", "donotdisturb", "donotcontact", "donotcall", "donotemail", "donottext", "optedout", "optout",
    "emailoptout", "emailoptedout", "hasoptedoutofemail", "hasoptedout", "smsoptout", "unsubscribed",
    "nichtkontaktieren", "nichtanrufen", "nichtstoren", "nepascontacter", "nepasappeler", "nepasderanger",
    "nocontactar", "nollamar", "nomolestar", "naocontatar", "naoligar", "naoperturbe",
];
pub(crate) const LEAD_SOURCE: &[&str] = &["leadsource"];
