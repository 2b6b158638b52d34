//! A case: a requirement, and the requests that check it.

use indexmap::IndexMap;
use serde::Deserialize;
use yaml_serde::Value as Yaml;

use crate::expectation::Expectation;
use crate::need::Need;
use crate::pattern::Pattern;
use crate::rank::Rank;
use crate::source::Source;
use crate::template::Template;

/// A requirement of the API, and the requests that check it.
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "Written")]
pub struct Case {
    /// The name: the name of the file, a dot and a few words.
    pub id: String,
    /// The rank of the requirement.
    pub rank: Rank,
    /// The sources of the requirement. If it is documented: `METHOD /path/` and a place in it, as in
    /// `xtask/contract/documented.yaml`. Otherwise a section of `docs/decisions`, ` / ` and the name of a decision.
    pub places: Vec<String>,
    /// The requirement in words.
    pub rule: String,
    /// The capabilities that the case needs.
    pub needs: Vec<Need>,
    /// An update of the contact before the first step.
    pub(crate) given: Option<Template>,
    /// Values of variables. The case is run once with each row.
    pub(crate) each: Vec<IndexMap<String, Template>>,
    pub(crate) steps: Vec<Step>,
    /// The expected contact at the end.
    pub(crate) contact: Option<Pattern>,
    /// Whether the contact must be the same at the end as before the first step.
    pub(crate) unchanged: bool,
}

/// A request and its expected response.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Step {
    /// The method and the path.
    pub(crate) request: String,
    /// The header `Authorization`: `{key}` by default, `none` for no header.
    #[serde(default = "the_key")]
    pub(crate) authorization: String,
    #[serde(default)]
    pub(crate) headers: IndexMap<String, Template>,
    /// A JSON body.
    pub(crate) body: Option<Template>,
    /// A body as text. Its content type is JSON, unless a header overrides it.
    pub(crate) text: Option<Template>,
    /// The number of concurrent copies of the request. Each response must be the expected one.
    #[serde(default = "one")]
    pub(crate) at_once: usize,
    /// Whether all pages of a list are read before its entries are compared.
    #[serde(default)]
    pub(crate) all_pages: bool,
    pub(crate) expect: Expectation,
    /// Variables for later steps, with the places of their values in the response.
    #[serde(default)]
    pub(crate) keep: IndexMap<String, Source>,
}

fn the_key() -> String {
    "{key}".to_owned()
}

fn one() -> usize {
    1
}

/// A case as it is in its file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    id: String,
    documented: Option<OneOrMany>,
    decided: Option<OneOrMany>,
    extension: Option<OneOrMany>,
    rule: String,
    #[serde(default)]
    needs: Vec<Need>,
    given: Option<Template>,
    each: Option<Each>,
    steps: Vec<Step>,
    contact: Option<Pattern>,
    #[serde(default)]
    unchanged: bool,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

/// Values of variables, one row for each run of the case.
#[derive(Deserialize)]
#[serde(try_from = "Yaml")]
struct Each(Vec<IndexMap<String, Template>>);

/// Accepts a list of rows, or columns whose combinations are the rows.
impl TryFrom<Yaml> for Each {
    type Error = String;

    fn try_from(yaml: Yaml) -> Result<Self, String> {
        let rows = match Template::try_from(yaml)? {
            Template::List(rows) => {
                let row = |row| match row {
                    Template::Object(values) => Ok(values),
                    other => Err(format!("{other:?} is not a row of variables")),
                };
                rows.into_iter().map(row).collect::<Result<_, _>>()?
            }
            Template::Object(columns) => {
                columns.into_iter().try_fold(vec![IndexMap::new()], |rows, column| {
                    let (name, Template::List(values)) = column else {
                        return Err(format!("the column `{}` is not a list", column.0));
                    };
                    let with_each = |row: IndexMap<String, Template>| {
                        let with = |value: &Template| {
                            row.clone().into_iter().chain([(name.clone(), value.clone())]).collect()
                        };
                        values.iter().map(with).collect::<Vec<_>>()
                    };
                    Ok(rows.into_iter().flat_map(with_each).collect())
                })?
            }
            other => return Err(format!("{other:?} is neither a list of rows nor an object of columns")),
        };
        Ok(Self(rows))
    }
}

impl TryFrom<Written> for Case {
    type Error = String;

    fn try_from(written: Written) -> Result<Self, String> {
        let Written {
            id,
            documented,
            decided,
            extension,
            rule,
            needs,
            given,
            each,
            steps,
            contact,
            unchanged,
        } = written;
        let ranked = [documented, decided, extension].into_iter().zip(Rank::ALL);
        let mut ranked = ranked.filter_map(|(places, rank)| places.map(|places| (places, rank)));
        let (Some((places, rank)), None) = (ranked.next(), ranked.next()) else {
            return Err(format!("{id} needs one of `documented`, `decided` and `extension`"));
        };
        let places = match places {
            OneOrMany::One(place) => vec![place],
            OneOrMany::Many(places) => places,
        };
        if steps.is_empty() || places.is_empty() || rule.trim().is_empty() {
            return Err(format!("{id} has no rule, sources or steps"));
        }
        let each = each.map_or_else(|| vec![IndexMap::new()], |each| each.0);
        let rule = rule.trim().to_owned();
        Ok(Self { id, rank, places, rule, needs, given, each, steps, contact, unchanged })
    }
}

impl Case {
    /// Returns the requests as they are in the file: methods and paths with variables.
    pub fn requests(&self) -> impl Iterator<Item = &str> {
        self.steps.iter().map(|step| step.request.as_str())
    }

    /// Returns true if the case needs a contact before its first step.
    pub(crate) fn has_contact(&self) -> bool {
        let names_it = |text: &str| {
            crate::variables::names(text).iter().any(|name| ["contact_id", "phone", "email"].contains(name))
        };
        self.unchanged
            || self.given.is_some()
            || self.contact.is_some()
            || self.texts().into_iter().any(names_it)
    }

    /// Returns every text that may contain variables, in the order in which they are rendered.
    pub(crate) fn texts(&self) -> Vec<&str> {
        let mut found = Vec::new();
        for row in &self.each {
            row.values().for_each(|value| value.texts(&mut found));
        }
        if let Some(given) = &self.given {
            given.texts(&mut found);
        }
        for step in &self.steps {
            step.texts(&mut found);
        }
        if let Some(contact) = &self.contact {
            contact.texts(&mut found);
        }
        found
    }
}

impl Step {
    fn texts<'s>(&'s self, found: &mut Vec<&'s str>) {
        found.push(&self.request);
        self.headers.values().for_each(|value| value.texts(found));
        for body in self.body.iter().chain(&self.text) {
            body.texts(found);
        }
        self.expect.texts(found);
    }
}
