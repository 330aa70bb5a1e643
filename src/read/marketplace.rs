//! Which marketplace an address belongs to. A list of hosts and no more; what each marketplace's pages look like is
//! the readers' affair.

use url::Url;

/// Host and short name; a host stands for everything below it.
const HOSTS: [(&str, &str); 27] = [
    ("behance.net", "behance"),
    ("contra.com", "contra"),
    ("craigslist.org", "craigslist"),
    ("dribbble.com", "dribbble"),
    ("fiverr.com", "fiverr"),
    ("freelancer.com", "freelancer"),
    ("freelancermap.com", "freelancermap"),
    ("freelancermap.de", "freelancermap"),
    ("guru.com", "guru"),
    ("himalayas.app", "himalayas"),
    ("jobicy.com", "jobicy"),
    ("malt.com", "malt"),
    ("malt.fr", "malt"),
    ("news.ycombinator.com", "hackernews"),
    ("peopleperhour.com", "peopleperhour"),
    ("problogger.com", "problogger"),
    ("redd.it", "reddit"),
    ("reddit.com", "reddit"),
    ("remote.co", "remoteco"),
    ("remoteok.com", "remoteok"),
    ("remoteok.io", "remoteok"),
    ("remotive.com", "remotive"),
    ("remotive.io", "remotive"),
    ("upwork.com", "upwork"),
    ("weworkremotely.com", "weworkremotely"),
    ("workana.com", "workana"),
    ("workingnomads.com", "workingnomads"),
];

/// The short name of the marketplace an address belongs to.
pub fn of(address: &str) -> Option<&'static str> {
    let url = Url::parse(address).ok()?;
    let host = url.host_str()?;
    HOSTS.iter().find(|(known, _)| host.strip_suffix(known).is_some_and(|below| below.is_empty() || below.ends_with('.'))).map(|&(_, name)| name)
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_host_and_what_is_below_it_are_the_marketplace() {
        for (address, name) in [
            ("https://www.upwork.com/jobs/x_~01", Some("upwork")),
            ("http://REDDIT.com/r/forhire", Some("reddit")),
            ("https://notupwork.com/", None),
            ("https://upwork.com.example.org/", None),
            ("upwork.com", None),
            ("", None),
        ] {
            assert_eq!(super::of(address), name, "{address}");
        }
    }
}
