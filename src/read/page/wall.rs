//! Pages that stand where a post should: challenges, logins, private and withdrawn jobs, empty results.
//!
//! Asked only when a page has shown no post: a job page may well carry a login form or a challenge script.

use std::sync::OnceLock;

use regex::RegexSet;

use super::dom::{Page, css};

/// More text than this and a page is about something, whatever stands in its first lines, in bytes.
const SHORT: usize = 4_000;

/// What a page is instead of a post: sign in title, sign in text, what to say.
const WALLS: &[(&str, &str, &str)] = &[
    (
        r"^just a moment|attention required.*cloudflare|^checking your browser|ddos-guard|^un momento|^einen moment|^security check(?: required)?\W*$|are you (?:a )?(?:human|robot)|robot or human|verify(?:ing)? you are human|human verification|^captcha|^access to this page has been denied|^waiting room|^too many requests|^429\b|^challenge|bot verification|px-captcha|^please wait\W*$",
        r"cloudflare ray id|enable javascript and cookies to continue|challenge-error-text|verify(?:ing)? (?:that )?you are (?:a )?human|needs to review the security of your connection|press (?:&|and) hold|unusual (?:traffic|activity) (?:from|has been detected)|complete the (?:captcha|security check)|why have i been blocked|you(?:'|\u{2019})ve been blocked|blocked by network security|please verify you are|pardon our interruption|whoa there, pardner|make sure you(?:'|\u{2019})re not a bot|you have sent too many requests|you are now in line|your estimated wait time",
        "a challenge page (bot check, captcha) instead of the page itself: open the page in your browser until you see the job, save it again, or paste the text into `gigsieve check`",
    ),
    (
        r"^(?:40[34]|410|451|error 4|page not found|unavailable for legal reasons|not found|access denied|forbidden)",
        r"this job (?:posting )?is no longer (?:available|open|accepting)|this job (?:post(?:ing)? )?(?:has been|was) (?:removed|closed|deleted)|(?:job|project|page|posting) (?:was )?not found|this project (?:has been|was) (?:deleted|removed)|this job (?:is|has) expired|we can(?:'|\u{2019})t find (?:the|this|that) page|looks like you(?:'|\u{2019})re lost|access denied|this (?:content|page|site|service) is not available in your (?:country|region)|you don(?:'|\u{2019})t have (?:permission|access)|no longer accepting",
        "the page of a job that is no longer available (removed, closed, or not yours to see): nothing to judge",
    ),
    (
        r"^this site can(?:'|\u{2019})t be reached|^privacy error|^problem loading page|^server not found|^(?:unable|failed) to connect|^no internet|^secure connection failed|^webpage not available|^warning: potential security risk",
        r"^\W*(?:this site can(?:'|\u{2019})t be reached|your connection is not private|no internet\n|unable to connect\n|hmm\. we(?:'|\u{2019})re having trouble finding|[\w.-]+ refused to connect)",
        "a browser's own error page, saved because the page did not load: open the job again when the connection is back and save it then",
    ),
    (
        r"^(?:50[0-9]|error 5|internal server error|bad gateway|service (?:temporarily )?unavailable|gateway time-?out|temporarily unavailable)",
        r"(?:server|service|site) is (?:temporarily|currently) (?:unavailable|down)|temporarily unable to service your request|down for maintenance|try again in a few minutes",
        "a server's error page instead of the page itself: open the job again later and save it then",
    ),
    (
        r"private job",
        r"this (?:job|project|post(?:ing)?) is private|only (?:freelancers|talent) (?:who (?:were|are) )?invited|invite[- ]only|you must be invited|private (?:job|project)\b|this community is private|set this community as private|project is (?:sealed|nonpublic)|job is only visible to",
        "a private job, shown to invited freelancers alone: if you are invited, log in, save the page again, or paste the text into `gigsieve check`",
    ),
    (
        r"^(?:two-(?:factor|step) |verify your |log ?in|sign ?in|login|anmelden|iniciar sesi|entrar|sign up|join )|log ?in (?:-|\||to)|sign ?in (?:-|\||to)",
        r"(?:please )?(?:log|sign) ?in to (?:continue|view|see|access|apply|your account)|you(?:'|\u{2019})?(?: a|')re (?:not )?logged out|you need to (?:be logged|log|sign) ?in|session (?:has )?expired|welcome back.{0,40}log ?in|log in to upwork|username or email|forgot (?:your )?password|keep me logged in|create an account to (?:view|see)|verify your (?:e-?mail|account|identity|phone) to (?:proceed|continue)|enter the \d.digit code from|your account has been (?:suspended|restricted|put on hold)",
        "a login page (sign in): log in, open the job, save the page again once it has loaded, or paste the text into `gigsieve check`",
    ),
    (
        r"^before you continue|^cookie consent",
        r"^\W*before you continue",
        "a request for consent (cookies) instead of the page itself: answer it in your browser, then save the page again",
    ),
    (
        r"[^\s\S]",
        r"(?:there are )?no results (?:that )?match|no jobs? (?:were )?found|no (?:projects|jobs|results|matches) (?:were )?found|did ?n(?:o|')t match any|0 jobs found|we couldn(?:'|\u{2019})t find any|no matching (?:jobs|projects)|you have no saved jobs|nothing (?:was )?found",
        "a list without a single job: widen the search and save it again",
    ),
];

/// The wall that a password field stands for.
const LOGIN: usize = 5;

/// What to say of a page that shows no post; `None` where it may still be one.
pub fn wall(page: &Page<'_>, text: &str) -> Option<&'static str> {
    static TITLES: OnceLock<RegexSet> = OnceLock::new();
    static TEXTS: OnceLock<RegexSet> = OnceLock::new();
    let set = |part: fn(&(&'static str, &'static str, &'static str)) -> &'static str| {
        RegexSet::new(WALLS.iter().map(|wall| format!("(?i){}", part(wall)))).expect("the expressions are constant")
    };
    let titles = TITLES.get_or_init(|| set(|wall| wall.0));
    let texts = TEXTS.get_or_init(|| set(|wall| wall.1));
    let challenge = page.first(css!("#challenge-form, #challenge-running, .up-challenge-container, #cf-wrapper, #px-captcha, #challenge-error-text, script[src*='chl_page'], iframe[src*='captcha-delivery'], script[src*='captcha-delivery'], #cf-error-details, form#captcha-form"));
    if challenge.is_some() {
        return Some(WALLS[0].2);
    }
    let named = titles.matches(&page.title()).into_iter().next();
    let told = (text.len() < SHORT).then(|| texts.matches(text).into_iter().next()).flatten();
    let login = (text.len() < SHORT && page.first(css!("input[type=password]")).is_some()).then_some(LOGIN);
    named.or(told).or(login).and_then(|index| WALLS.get(index)).map(|wall| wall.2)
}
