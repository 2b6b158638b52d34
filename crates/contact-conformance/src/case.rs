//! A case: a promise, and the requests that show whether it is kept.

use indexmap::IndexMap;
use serde::Deserialize;
use yaml_serde::Value as Yaml;

use crate::expectation::Expectation;
use crate::need::Need;
use crate::pattern::Pattern;
use crate::rank::Rank;
use crate::source::Source;
use crate::template::Template;

/// A promise of the API, and the requests that show whether it is kept.
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "Written")]
pub struct Case {
    /// Its name: the file that it stands in, a dot, and a few words.
    pub id: String,
    /// Who made the promise.
    pub rank: Rank,
    /// The sources of the promise. If it is documented: `METHOD /path/` and a place in it, as in
    /// `xtask/contract/documented.yaml`. Otherwise a section of `docs/decisions`, ` / ` and the name of a decision.
    pub places: Vec<String>,
    /// The promise in words.
    pub rule: String,
    /// What it needs that not every server has.
    pub needs: Vec<Need>,
    /// What the contact is given by an update before the first step.
    pub(crate) given: Option<Template>,
    /// The values with which all is done from the start, one time for each.
    pub(crate) each: Vec<IndexMap<String, Template>>,
    pub(crate) steps: Vec<Step>,
    /// What a GET of the contact shows in the end.
    pub(crate) contact: Option<Pattern>,
    /// Whether a GET of the contact shows the same in the end as before the first step.
    pub(crate) unchanged: bool,
}

/// A request, and what is promised of its answer.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Step {
    /// Method and path.
    pub(crate) request: String,
    /// The header `Authorization`: `{key}` unless said otherwise, `none` for none.
    #[serde(default = "the_key")]
    pub(crate) authorization: String,
    #[serde(default)]
    pub(crate) headers: IndexMap<String, Template>,
    /// A body of JSON.
    pub(crate) body: Option<Template>,
    /// A body as it is, called JSON unless a header says otherwise.
    pub(crate) text: Option<Template>,
    /// How often it is sent at one moment; each answer is as it is expected.
    #[serde(default = "one")]
    pub(crate) at_once: usize,
    /// Whether the list that is answered is read to its end, before its entries are looked at.
    #[serde(default)]
    pub(crate) all_pages: bool,
    pub(crate) expect: Expectation,
    /// Variables for later steps, each with where its value is in the answer.
    #[serde(default)]
    pub(crate) keep: IndexMap<String, Source>,
}

fn the_key() -> String {
    "{key}".to_owned()
}

fn one() -> usize {
    1
}

/// A case as its file has it.
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

/// Values for the variables, a row for each time that the case is run.
#[derive(Deserialize)]
#[serde(try_from = "Yaml")]
struct Each(Vec<IndexMap<String, Template>>);

/// A list of rows, or columns of which every combination is a row.
impl TryFrom<Yaml> for Each {
    type Error = String;

    fn try_from(yaml: Yaml) -> Result<Self, String> {
        let rows = match Template::try_from(yaml)? {
            Template::List(rows) => {
                let row = |row| match row {
                    Template::Object(values) => Ok(values),
                    other => Err(format!("{other:?} is no row: it names no variable")),
                };
                rows.into_iter().map(row).collect::<Result<_, _>>()?
            }
            Template::Object(columns) => {
                columns.into_iter().try_fold(vec![IndexMap::new()], |rows, column| {
                    let (name, Template::List(values)) = column else {
                        return Err(format!("the column `{}` is no list", column.0));
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
            other => return Err(format!("{other:?} is neither rows nor columns")),
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
            return Err(format!("{id} says one of `documented`, `decided` and `extension`"));
        };
        let places = match places {
            OneOrMany::One(place) => vec![place],
            OneOrMany::Many(places) => places,
        };
        if steps.is_empty() || places.is_empty() || rule.trim().is_empty() {
            return Err(format!("{id} lacks its rule, where it stands, or its steps"));
        }
        let each = each.map_or_else(|| vec![IndexMap::new()], |each| each.0);
        let rule = rule.trim().to_owned();
        Ok(Self { id, rank, places, rule, needs, given, each, steps, contact, unchanged })
    }
}

impl Case {
    /// The requests that it sends, as it writes them: method and path, with variables.
    pub fn requests(&self) -> impl Iterator<Item = &str> {
        self.steps.iter().map(|step| step.request.as_str())
    }

    /// Whether it works on a contact that is there before its first step.
    pub(crate) fn has_contact(&self) -> bool {
        let speaks_of_it = |text: &str| {
            crate::variables::names(text).iter().any(|name| ["contact_id", "phone", "email"].contains(name))
        };
        self.unchanged
            || self.given.is_some()
            || self.contact.is_some()
            || self.texts().into_iter().any(speaks_of_it)
    }

    /// Every text in it that may name variables, in the order in which they are filled in.
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
