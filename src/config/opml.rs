//! Lists of feeds as other readers keep them: OPML in and out. Folders of an outline become tags, tags become
//! categories. What comes in is written as `[[source]]` tables, to be added to a configuration.

use quick_xml::XmlVersion;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};
use quick_xml::{Reader, Writer};

use super::Config;

/// A feed of an outline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outline {
    pub name: String,
    pub url: String,
    pub tags: Vec<String>,
}

/// Why an outline could not be read.
#[derive(Debug, thiserror::Error)]
pub enum OpmlError {
    #[error("no OPML at byte {at}: {cause}")]
    Xml { at: u64, cause: String },
    #[error("this is no OPML: it holds no <opml> element")]
    Other,
}

/// Folders deeper than this are not looked into.
const DEPTH: usize = 64;

/// The feeds of an OPML text, in its order; outlines without an address are folders, and their names tags.
///
/// # Errors
/// Text that is not well-formed, or no OPML.
pub fn read(text: &str) -> Result<Vec<Outline>, OpmlError> {
    let mut reader = Reader::from_str(text);
    let (mut outlines, mut folders, mut is_opml) = (Vec::new(), Vec::<Option<String>>::new(), false);
    loop {
        let event = reader.read_event().map_err(|cause| OpmlError::Xml { at: reader.error_position(), cause: cause.to_string() })?;
        match event {
            Event::Start(element) if element.local_name().as_ref() == "outline" => {
                let folder = outline(&element, &folders, &mut outlines);
                folders.push(folder.filter(|_| folders.len() < DEPTH));
            }
            Event::Empty(element) if element.local_name().as_ref() == "outline" => {
                outline(&element, &folders, &mut outlines);
            }
            Event::End(element) if element.local_name().as_ref() == "outline" => {
                folders.pop();
            }
            Event::Start(element) | Event::Empty(element) => is_opml |= element.local_name().as_ref() == "opml",
            Event::Eof => break,
            _ => {}
        }
    }
    if is_opml { Ok(outlines) } else { Err(OpmlError::Other) }
}

/// Takes in one outline; its name comes back where it is a folder.
fn outline(element: &BytesStart<'_>, folders: &[Option<String>], outlines: &mut Vec<Outline>) -> Option<String> {
    let value = |key: &str| {
        let found = element.attributes().flatten().find(|attribute| attribute.key.as_ref().eq_ignore_ascii_case(key))?;
        let value = found.normalized_value(XmlVersion::Implicit1_0).ok()?;
        Some(crate::text::clean_line(&value)).filter(|value| !value.is_empty())
    };
    let name = value("title").or_else(|| value("text"));
    let Some(url) = value("xmlUrl") else { return name };
    let mut tags: Vec<String> = folders.iter().flatten().cloned().collect();
    let categories = value("category").unwrap_or_default();
    tags.extend(categories.split(',').map(|tag| tag.trim().trim_matches('/').to_owned()).filter(|tag| !tag.is_empty()));
    tags.dedup();
    outlines.push(Outline { name: name.unwrap_or_else(|| url.clone()), url, tags });
    None
}

/// The sources of a configuration as OPML; those that are paths have no address and stay out.
pub fn write(config: &Config) -> String {
    let mut writer = Writer::new_with_indent(Vec::new(), b' ', 2);
    let mut event = |event: Event<'_>| writer.write_event(event).expect("writing to memory cannot fail");
    event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)));
    event(Event::Start(BytesStart::new("opml").with_attributes([("version", "2.0")])));
    event(Event::Start(BytesStart::new("head")));
    event(Event::Start(BytesStart::new("title")));
    event(Event::Text(BytesText::new("gigsieve sources")));
    event(Event::End(BytesEnd::new("title")));
    event(Event::End(BytesEnd::new("head")));
    event(Event::Start(BytesStart::new("body")));
    for feed in &config.sources {
        let Some(url) = feed.url() else { continue };
        let (name, tags) = (feed.name(), feed.tags.join(","));
        let mut outline = BytesStart::new("outline").with_attributes([("type", "rss"), ("text", name.as_str()), ("xmlUrl", url)]);
        if !tags.is_empty() {
            outline.push_attribute(("category", tags.as_str()));
        }
        event(Event::Empty(outline));
    }
    event(Event::End(BytesEnd::new("body")));
    event(Event::End(BytesEnd::new("opml")));
    let mut text = String::from_utf8_lossy(&writer.into_inner()).into_owned();
    text.push('\n');
    text
}

/// Outlines as tables to add to a configuration: those whose address it does not hold yet, each with a name of its own.
/// What the fetcher refuses comes in as a comment that says why.
pub fn tables(outlines: &[Outline], config: &Config) -> (String, usize) {
    let mut names: Vec<String> = config.sources.iter().map(super::Feed::name).collect();
    let mut addresses: Vec<String> = config.sources.iter().map(super::Feed::address).collect();
    let (mut text, mut added) = (String::new(), 0);
    for outline in outlines {
        if addresses.contains(&outline.url) {
            continue;
        }
        addresses.push(outline.url.clone());
        if let Err(error) = crate::fetch::hosts::check(&outline.url) {
            text.push_str(&format!("\n# Left out: {error}\n"));
            continue;
        }
        let name = (1..).map(|number| if number == 1 { outline.name.clone() } else { format!("{} ({number})", outline.name) });
        let name = name.into_iter().find(|name| !names.contains(name)).unwrap_or_else(|| outline.url.clone());
        let quoted = |value: &str| toml::Value::from(value).to_string();
        text.push_str(&format!("\n[[source]]\nname = {}\nurl = {}\n", quoted(&name), quoted(&outline.url)));
        if !outline.tags.is_empty() {
            text.push_str(&format!("tags = [{}]\n", outline.tags.iter().map(|tag| quoted(tag)).collect::<Vec<_>>().join(", ")));
        }
        names.push(name);
        added += 1;
    }
    (text, added)
}
