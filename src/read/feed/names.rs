//! Namespaces: whatever prefix a feed binds, an element's name here is the one the rest of the reader knows. Feeds that
//! forget to declare a prefix mean the usual one.

/// Address of a namespace in lower case without a closing `/` or `#`, and the prefix used here; "" is the feed's own
/// vocabulary.
const KNOWN: [(&str, &str); 25] = [
    ("http://backend.userland.com/rss", ""),
    ("http://backend.userland.com/rss2", ""),
    ("http://backend.userland.com/rss091", ""),
    ("http://blogs.law.harvard.edu/tech/rss", ""),
    ("http://channel.netscape.com/rdf/simple/0.9", ""),
    ("http://my.netscape.com/rdf/simple/0.9", ""),
    ("http://my.netscape.com/publish/formats/rss-0.9", ""),
    ("http://purl.org/net/rss1.1", ""),
    ("http://purl.org/rss/1.0", ""),
    ("http://base.google.com/ns/1.0", "g"),
    ("http://purl.org/atom/ns", "atom"),
    ("http://purl.org/atom-blog/ns", "atom"),
    ("http://www.w3.org/2005/atom", "atom"),
    ("https://www.w3.org/2005/atom", "atom"),
    ("http://purl.org/dc/elements/1.0", "dc"),
    ("http://purl.org/dc/elements/1.1", "dc"),
    ("http://purl.org/dc/terms", "dcterms"),
    ("http://purl.org/rss/1.0/modules/content", "content"),
    ("http://rssnamespace.org/feedburner/ext/1.0", "feedburner"),
    ("http://search.yahoo.com/mrss", "media"),
    ("http://video.search.yahoo.com/mrss", "media"),
    ("http://www.itunes.com/dtds/podcast-1.0.dtd", "itunes"),
    ("http://www.w3.org/1999/02/22-rdf-syntax-ns", "rdf"),
    ("http://www.w3.org/1999/xhtml", "xhtml"),
    ("http://www.w3.org/xml/1998/namespace", "xml"),
];

/// More bindings than this are no feed's; those beyond are left out.
const BINDINGS: usize = 512;

/// The bindings in force.
#[derive(Debug, Default)]
pub struct Names {
    /// Depth of the element that binds, prefix, canonical prefix.
    bindings: Vec<(usize, String, String)>,
    /// The namespace of the root is the feed's own vocabulary, known or not.
    root: Option<String>,
}

impl Names {
    /// Binds a prefix (empty: the default) from an element at this depth on.
    pub fn bind(&mut self, depth: usize, prefix: &str, address: &str) {
        if self.bindings.len() < BINDINGS {
            let plain = plain(address);
            let known = KNOWN.iter().find(|(known, _)| *known == plain).map(|(_, canonical)| (*canonical).to_owned());
            let canonical = if self.root.as_ref() == Some(&plain) {
                String::new()
            } else {
                // A namespace nobody knows keeps its prefix; as the default it gets one no feed uses.
                known.unwrap_or_else(|| if prefix.is_empty() { if plain.is_empty() { String::new() } else { "?".into() } } else { prefix.to_ascii_lowercase() })
            };
            self.bindings.push((depth, prefix.to_owned(), canonical));
        }
    }

    /// Takes the namespace of the root element for the feed's own. To be called before its bindings are made.
    pub fn set_root(&mut self, address: &str) {
        self.root = Some(plain(address));
    }

    /// Forgets what elements deeper than this have bound.
    pub fn leave(&mut self, depth: usize) {
        while self.bindings.last().is_some_and(|(bound, ..)| *bound > depth) {
            self.bindings.pop();
        }
    }

    /// The canonical name of an element.
    pub fn element(&self, name: &str) -> String {
        let (prefix, local) = name.split_once(':').unwrap_or(("", name));
        self.join(prefix, local)
    }

    /// The canonical name of an attribute; without a prefix it belongs to its element.
    pub fn attribute(&self, name: &str) -> String {
        match name.split_once(':') {
            Some((prefix, local)) => self.join(prefix, local),
            None => name.to_ascii_lowercase(),
        }
    }

    fn join(&self, prefix: &str, local: &str) -> String {
        let local = local.to_ascii_lowercase();
        match self.bindings.iter().rev().find(|(_, bound, _)| bound == prefix) {
            Some((_, _, canonical)) if canonical.is_empty() => local,
            Some((_, _, canonical)) => format!("{canonical}:{local}"),
            None if prefix.is_empty() => local,
            None => format!("{}:{local}", prefix.to_ascii_lowercase()),
        }
    }
}

fn plain(address: &str) -> String {
    address.trim().trim_end_matches(['/', '#']).to_ascii_lowercase()
}
