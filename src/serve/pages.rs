//! The start page: template, style and script put together, under a policy that lets only them run.

use axum::http::header;
use axum::response::IntoResponse;
use minijinja::{Environment, Value, context};

use super::Section;
use crate::report::html;

const SCRIPT: &str = concat!(include_str!("../report/html/cards.js"), include_str!("page.js"));
const STYLE: &str = concat!(include_str!("../report/html/style.css"), include_str!("page.css"));

/// A page with its policy.
#[derive(Clone)]
pub struct Page {
    policy: String,
    text: String,
}

impl Page {
    /// A page whose forms come back to this server and on which no script runs.
    pub fn without_script(text: String, style_policy: &str) -> Page {
        Page { policy: format!("{style_policy}; form-action 'self'; frame-ancestors 'none'"), text }
    }
}

impl IntoResponse for Page {
    fn into_response(self) -> axum::response::Response {
        ([(header::CONTENT_TYPE, "text/html; charset=utf-8".to_owned()), (header::CONTENT_SECURITY_POLICY, self.policy)], self.text).into_response()
    }
}

/// The page at `/`, with links to the sections.
pub fn start(sections: &[Section]) -> Page {
    let mut environment = Environment::new();
    environment.add_template("page.html", include_str!("page.html")).expect("the template is checked by a test");
    let links: Vec<Value> = sections.iter().map(|section| context! { label => section.label, path => section.path }).collect();
    let text = environment
        .get_template("page.html")
        .and_then(|template| {
            template.render(context! { style => Value::from_safe_string(STYLE.to_owned()), script => Value::from_safe_string(SCRIPT.to_owned()), links })
        })
        .expect("the template fits its values");
    Page { policy: format!("{}; connect-src 'self'; frame-ancestors 'none'", html::policy(STYLE, SCRIPT)), text }
}
