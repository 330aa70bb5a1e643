//! An Atom feed of the posts that were worth it, for any feed reader. It is written whole, beside the old one, and put
//! in its place; each post keeps its id, so that a reader shows it once however often it is written.

use std::fs::{self, File};
use std::io::Write;

use jiff::Timestamp;
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

use super::Undelivered;
use crate::config::channels::AtomChannel;
use crate::report::digest::{Digest, Item};
use crate::store::Entry;

pub(super) struct Feed(pub AtomChannel);

impl Feed {
    pub(super) fn write(&self, digest: &Digest, before: &[(Entry, Timestamp)], now: Timestamp) -> Result<(), Undelivered> {
        let path = self.0.path.get_ref();
        let store = digest.id.split('-').next().unwrap_or_default();
        let mut items: Vec<(Item, Timestamp)> = digest.items.iter().filter(|item| item.tier != "skip").map(|item| (item.clone(), now)).collect();
        for (entry, at) in before {
            if !items.iter().any(|(item, _)| item.number == entry.number) {
                items.push((Item::of(entry, "new"), *at));
            }
        }
        items.truncate(self.0.entries);
        let text = feed(&self.0.title, store, &items, now);
        let beside = path.with_added_extension("new");
        let work = || {
            if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
                fs::create_dir_all(folder)?;
            }
            let mut file = File::create(&beside)?;
            file.write_all(&text)?;
            file.sync_all()?;
            fs::rename(&beside, path)
        };
        work().map_err(|cause| Undelivered::NotSent(format!("cannot write {}: {cause}", path.display())))
    }
}

fn feed(title: &str, store: &str, items: &[(Item, Timestamp)], now: Timestamp) -> Vec<u8> {
    let mut writer = Writer::new(Vec::new());
    let text = |writer: &mut Writer<Vec<u8>>, name: &str, text: &str| writer.create_element(name).write_text_content(BytesText::new(text)).map(drop);
    let written = writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("utf-8"), None))).and_then(|()| {
        writer.create_element("feed").with_attribute(("xmlns", "http://www.w3.org/2005/Atom")).write_inner_content(|writer| {
            text(writer, "id", &format!("urn:gigsieve:{store}"))?;
            text(writer, "title", title)?;
            text(writer, "updated", &now.to_string())?;
            for (item, at) in items {
                writer.create_element("entry").write_inner_content(|writer| {
                    text(writer, "id", &format!("urn:gigsieve:{store}:{}", item.number))?;
                    text(writer, "title", &format!("{} {}", item.score, item.title))?;
                    text(writer, "updated", &at.to_string())?;
                    let source = item.sources.first().map_or("gigsieve", String::as_str);
                    writer.create_element("author").write_inner_content(|writer| text(writer, "name", source))?;
                    if let Some(url) = &item.url {
                        writer.create_element("link").with_attribute(("href", url.as_str())).write_empty()?;
                    }
                    writer.create_element("category").with_attribute(("term", item.tier.as_str())).write_empty()?;
                    text(writer, "content", &content(item))
                })?;
            }
            Ok(())
        })?;
        Ok(())
    });
    written.expect("writing to memory cannot fail");
    writer.into_inner()
}

/// The reasons, a line each.
fn content(item: &Item) -> String {
    let mut lines: Vec<String> = [item.pay.clone(), item.repost.clone()].into_iter().flatten().collect();
    lines.extend(item.reasons.iter().map(|line| {
        if line.quote.is_empty() { format!("{:+} {}", line.points, line.why) } else { format!("{:+} \"{}\": {}", line.points, line.quote, line.why) }
    }));
    lines.join("\n")
}
