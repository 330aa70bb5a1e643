//! Lines of an alert mail that are form, not prose: what is paid, what is known of the client, how many have applied.
//! They become fields of the post and leave its text.

use crate::post::{Draft, Proposals};
use crate::read::stated;

/// Lines longer than this are prose, in bytes.
const LINE_MOST: usize = 140;

/// What stands before pay.
const PAY: &[&str] = &["fixed-price", "fixed price", "hourly", "budget", "est. budget", "hourly range", "rate", "hourly rate", "estimated budget", "pay"];

/// Moves the form lines of a draft's body into its fields.
pub(super) fn take(draft: &mut Draft) {
    let body = std::mem::take(&mut draft.body);
    let prose: Vec<&str> = body.lines().filter(|line| line.len() > LINE_MOST || !is_taken(draft, line.trim())).collect();
    draft.body = prose.join("\n");
}

fn is_taken(draft: &mut Draft, line: &str) -> bool {
    let lower = line.to_lowercase();
    if lower.contains("payment verified") || lower.contains("payment unverified") || lower.contains("payment method verified") {
        return client(draft, line);
    }
    let Some((label, value)) = line.split_once(':') else { return false };
    let label = label.trim().to_lowercase();
    let value = value.trim();
    match label.as_str() {
        label if PAY.contains(&label) && !draft.pay.is_stated() && value.contains(|c: char| c.is_ascii_digit()) => {
            // Other facts may share the line: "Fixed-price: $500 - Intermediate - Est. time".
            let pay = value.split(" - ").filter(|part| part.contains(|c: char| c.is_ascii_digit())).take(2).collect::<Vec<_>>().join(" - ");
            let pay = if label.contains("budget") || label == "pay" || label == "rate" { pay } else { format!("{label} {pay}") };
            let read = stated::money(&pay);
            let is_stated = read.is_stated();
            if is_stated {
                draft.pay = read;
            }
            is_stated
        }
        "skills" if draft.skills.is_empty() => {
            draft.skills = value.split([',', ';', '\u{b7}', '|']).map(|skill| skill.trim().to_owned()).filter(|skill| !skill.is_empty()).collect();
            true
        }
        "proposals" | "bids" if draft.proposals == Proposals::default() => {
            draft.proposals = stated::proposals(value);
            draft.proposals != Proposals::default()
        }
        "country" | "client country" if draft.client.country.is_none() => {
            draft.client.country = Some(value.to_owned());
            true
        }
        _ => false,
    }
}

/// "Payment verified - 4.9 stars - $12K+ spent - Slovenia".
fn client(draft: &mut Draft, line: &str) -> bool {
    let client = &mut draft.client;
    for part in line.split(['\u{b7}', '|', '\u{2022}']).flat_map(|part| part.split(" - ")).map(str::trim) {
        let lower = part.to_lowercase();
        if lower.contains("verified") {
            client.payment_verified = Some(!lower.contains("unverified") && !lower.contains("not verified"));
        } else if lower.contains("star") || lower.contains("rating") {
            client.rating = stated::figure(part).and_then(stated::rating);
        } else if lower.contains("spent") {
            client.total_spent = stated::figure(part);
        } else if lower.contains("hire") {
            client.hires = stated::figure(part);
        } else if !part.is_empty()
            && part.len() <= 40
            && part.chars().all(|c| c.is_alphabetic() || matches!(c, ' ' | '.' | '\'' | '-'))
            && !lower.contains("not stated")
        {
            client.country = Some(part.to_owned());
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::post::PayKind;

    #[test]
    fn form_lines_become_fields() {
        let body = "Fixed-price: $1,500 - Intermediate\nWe pay well: by Friday.\nPayment verified - 4.9 stars - $12K+ spent - Slovenia\nProposals: 5 to 10\nSkills: Writing, Editing";
        let mut draft = Draft { body: body.into(), ..Draft::default() };
        take(&mut draft);
        assert_eq!(draft.body, "We pay well: by Friday.");
        assert_eq!((draft.pay.kind, draft.pay.min, draft.pay.max), (Some(PayKind::Fixed), Some(1500.0), Some(1500.0)));
        assert_eq!((draft.client.payment_verified, draft.client.rating, draft.client.total_spent), (Some(true), Some(4.9), Some(12e3)));
        assert_eq!((draft.client.country.as_deref(), draft.proposals.max, draft.skills.len()), (Some("Slovenia"), Some(10), 2));
    }

    #[test]
    fn prose_stays() {
        let body = "Budget: to be discussed\nNote: the client is in Norway.\nOur rate: negotiable";
        let mut draft = Draft { body: body.into(), ..Draft::default() };
        take(&mut draft);
        assert_eq!(draft.body, body);
        assert!(!draft.pay.is_stated());
    }
}
