//! Samples for Python, with the package requests.

use serde_json::Value;

use super::request::SampleRequest;

pub(super) fn sample(request: &SampleRequest) -> String {
    let SampleRequest { method, url, body } = request;
    let mut sample = format!(
        "import os\nimport requests\n\nresponse = requests.{method}(\n    \"{url}\",\n    \
         headers={{\"Authorization\": os.environ[\"CONTACTS_API_KEY\"]}},\n"
    );
    if let Some(body) = body {
        sample += &format!("    json={},\n", literal(body, 1));
    }
    sample + ")\nresponse.raise_for_status()\nprint(response.text)"
}

/// Returns a value as a literal of Python. Its lines are indented by this many levels, except the first.
fn literal(value: &Value, level: usize) -> String {
    let lines = |open, lines: Vec<String>, close| {
        let (inner, outer) = ("    ".repeat(level + 1), "    ".repeat(level));
        let lines: String = lines.iter().map(|line| format!("{inner}{line},\n")).collect();
        format!("{open}\n{lines}{outer}{close}")
    };
    match value {
        Value::Null => "None".to_owned(),
        Value::Bool(true) => "True".to_owned(),
        Value::Bool(false) => "False".to_owned(),
        Value::Number(_) | Value::String(_) => value.to_string(),
        Value::Array(items) => lines('[', items.iter().map(|item| literal(item, level + 1)).collect(), ']'),
        Value::Object(members) => {
            let members = members
                .iter()
                .map(|(key, value)| format!("{}: {}", Value::from(key.as_str()), literal(value, level + 1)));
            lines('{', members.collect(), '}')
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn literals_are_valid_python() {
        assert_eq!(
            literal(&json!([null, true, false, 1.5, "a\"\n"]), 0),
            r#"[
    None,
    True,
    False,
    1.5,
    "a\"\n",
]"#
        );
        assert_eq!(
            literal(&json!({ "tags": { "vip": 1 } }), 1),
            r#"{
        "tags": {
            "vip": 1,
        },
    }"#
        );
    }
}
