//! What a currency is worth in US dollars: the dated table of `patterns/currencies.toml`.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde::Deserialize;

/// A table of rates.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rates {
    /// The day the rates are of, `YYYY-MM-DD`.
    pub date: String,
    /// ISO 4217 code to US dollars for one unit.
    pub usd: BTreeMap<String, f64>,
}

/// The built-in table. Rates are rough by design: they decide between 5 and 50 dollars, not between 50 and 51.
pub fn rates() -> &'static Rates {
    static RATES: OnceLock<Rates> = OnceLock::new();
    RATES.get_or_init(|| toml::from_str(include_str!("../../patterns/currencies.toml")).expect("patterns/currencies.toml is checked by the tests"))
}

static OWN: OnceLock<BTreeMap<String, f64>> = OnceLock::new();

/// Rates of the person's own, which go before the built-in ones; set once, before the first post is read.
pub fn set_own(rates: BTreeMap<String, f64>) {
    if !rates.is_empty() {
        let _ = OWN.set(rates);
    }
}

/// An amount in US dollars; an unknown or missing currency is taken for dollars.
pub fn to_usd(amount: f64, currency: Option<&str>) -> f64 {
    let own = |code| OWN.get().and_then(|own| own.get(code));
    // Most sums are dollars, for which the table need not be read.
    let rate = currency.and_then(|code| own(code).or_else(|| if code == "USD" { None } else { rates().usd.get(code) }));
    amount * rate.copied().unwrap_or(1.0)
}

/// The currency of a symbol or word in folded text, as `$`, `eur`, `rupees`.
pub fn code(symbol: &str) -> Option<&'static str> {
    Some(match symbol.trim() {
        "$" | "us$" | "usd" | "dollar" | "dollars" | "bucks" | "usdt" | "usdc" => "USD",
        "€" | "eur" | "euro" | "euros" => "EUR",
        "£" | "gbp" | "pound" | "pounds" | "quid" => "GBP",
        "₹" | "inr" | "rs" | "rs." | "rupee" | "rupees" => "INR",
        "a$" | "au$" | "aud" => "AUD",
        "c$" | "ca$" | "cad" => "CAD",
        "nz$" | "nzd" => "NZD",
        "s$" | "sgd" => "SGD",
        "hk$" | "hkd" => "HKD",
        "r$" | "brl" | "reais" => "BRL",
        "chf" => "CHF",
        "pln" => "PLN",
        "sek" => "SEK",
        "nok" => "NOK",
        "dkk" => "DKK",
        "zar" => "ZAR",
        "php" | "pesos" => "PHP",
        "₱" => "PHP",
        "pkr" => "PKR",
        "bdt" => "BDT",
        "aed" => "AED",
        "¥" | "jpy" | "yen" => "JPY",
        "cny" | "rmb" => "CNY",
        "mxn" => "MXN",
        "ngn" | "₦" => "NGN",
        "ils" | "₪" => "ILS",
        "try" | "₺" => "TRY",
        "uah" | "₴" => "UAH",
        _ => return None,
    })
}
