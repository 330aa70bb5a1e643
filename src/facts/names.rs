//! The names of the facts, which is all that rule files know of them.

macro_rules! names {
    ($($(#[$doc:meta])* $constant:ident = $name:literal,)*) => {
        /// The names of all facts, as rules write them.
        pub const NAMES: &[&str] = &[$($name),*];
        $($(#[$doc])* pub const $constant: &str = $name;)*
    };
}

names! {
    /// 1 where any pay is stated.
    PAY_STATED = "pay.stated",
    /// The fixed price, the upper end of a range.
    PAY_FIXED = "pay.fixed",
    /// The lower end of an hourly range.
    PAY_HOURLY_MIN = "pay.hourly_min",
    /// The upper end of an hourly range, else its only figure.
    PAY_HOURLY_MAX = "pay.hourly_max",
    /// For one word written.
    PAY_WORD = "pay.word",
    /// For one article, page, video, call.
    PAY_PIECE = "pay.piece",
    /// For a month.
    PAY_MONTHLY = "pay.monthly",
    /// For a year.
    PAY_YEARLY = "pay.yearly",
    /// 1 where the post calls its stated budget a placeholder.
    PAY_PLACEHOLDER = "pay.placeholder",
    /// What an hour earns: stated, the monthly pay over the hours stated, or the fixed price over the hours the work is likely to take.
    PAY_IMPLIED_HOURLY = "pay.implied_hourly",
    /// Hours the work takes as stated, else is likely to take, from `patterns/effort.toml` and the length stated.
    EFFORT_HOURS = "effort.hours",
    /// Hours of work a month, as stated for a day, a week or a month.
    HOURS_MONTH = "hours.month",
    /// Hours until the stated deadline.
    DEADLINE_HOURS = "deadline.hours",
    /// Words the output must have.
    LENGTH_WORDS = "length.words",
    /// Pieces of work wanted a day.
    VOLUME_DAILY = "volume.daily",
    /// Days after the invoice until payment.
    TERMS_DAYS = "terms.days",
    /// 1 verified, 0 not.
    CLIENT_VERIFIED = "client.payment_verified",
    CLIENT_RATING = "client.rating",
    CLIENT_SPENT = "client.total_spent",
    CLIENT_HIRES = "client.hires",
    CLIENT_JOBS = "client.jobs_posted",
    /// Percent.
    CLIENT_HIRE_RATE = "client.hire_rate",
    PROPOSALS_MIN = "proposals.min",
    PROPOSALS_MAX = "proposals.max",
    SKILLS = "post.skills",
    TITLE_WORDS = "title.words",
    TEXT_WORDS = "text.words",
    TEXT_LINES = "text.lines",
    TEXT_LIST_ITEMS = "text.list_items",
    TEXT_HEADINGS = "text.headings",
    TEXT_NUMBERED = "text.numbered",
    TEXT_QUESTIONS = "text.questions",
    TEXT_EXCLAMATIONS = "text.exclamations",
    /// Percent of the letters' words that are capitals throughout.
    TEXT_SHOUTED = "text.shouted",
    /// Sentences of stock prose ("the ideal candidate will...").
    TEXT_TEMPLATE = "text.template",
    /// Stock sentences in percent of all.
    TEXT_TEMPLATE_SHARE = "text.template_share",
}
