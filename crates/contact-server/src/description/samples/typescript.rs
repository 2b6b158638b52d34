//! Samples for TypeScript, with `fetch`.

use super::request::SampleRequest;

pub(super) fn sample(request: &SampleRequest) -> String {
    let SampleRequest { method, url, body } = request;
    let mut sample = format!("const response = await fetch(\"{url}\", {{\n");
    if method != "get" {
        sample += &format!("  method: \"{}\",\n", method.to_uppercase());
    }
    match body {
        Some(body) => {
            let body = format!("{body:#}").replace('\n', "\n  ");
            sample += "  headers: {\n    Authorization: process.env.CONTACTS_API_KEY!,\n    \"Content-Type\": \"application/json\",\n  },\n";
            sample += &format!("  body: JSON.stringify({body}),\n");
        }
        None => sample += "  headers: { Authorization: process.env.CONTACTS_API_KEY! },\n",
    }
    sample
        + "});\nif (!response.ok) throw new Error(await response.text());\nconsole.log(await response.text());"
}
