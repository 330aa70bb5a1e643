//! `[profile]` as it is written: amounts in the person's own currency, made into the profile in US dollars that judging
//! knows. Nothing here judges.

use std::collections::BTreeMap;
use std::ops::Range;

use serde::Deserialize;
use toml::Spanned;

use crate::facts::currency;
use crate::profile::Profile;

/// The table of a profile; what is absent is as in [`Profile::default`].
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Written {
    /// The currency of the amounts that are given; US dollars without. Those that are not given stay in dollars.
    currency: Option<Spanned<String>>,
    floor_hourly: Option<Spanned<f64>>,
    floor_word: Option<Spanned<f64>>,
    floor_project: Option<Spanned<f64>>,
    fair_hourly: Option<Spanned<f64>>,
    fair_low: Option<Spanned<f64>>,
    employment: bool,
    wanted: Vec<String>,
    avoid: Vec<String>,
    avoid_countries: Vec<String>,
}

impl Written {
    /// The profile, by the person's own rates and then the dated table.
    ///
    /// # Errors
    /// The place of a currency or amount that makes no sense, what is wrong with it, and what helps.
    pub(super) fn profile(&self, own: &BTreeMap<String, f64>) -> Result<Profile, (Range<usize>, String, Option<&'static str>)> {
        let rate = match &self.currency {
            None => 1.0,
            Some(written) => {
                let named = written.get_ref().trim();
                let code = currency::code(&named.to_lowercase()).map_or_else(|| named.to_uppercase(), str::to_owned);
                let rate = own.get(&code).or_else(|| currency::rates().usd.get(&code)).copied();
                let help = "an ISO 4217 code such as EUR; a rate of your own goes into [currencies]";
                rate.ok_or_else(|| (written.span(), format!("no rate is known for the currency `{named}`"), Some(help)))?
            }
        };
        let mut profile = Profile {
            employment: self.employment,
            wanted: self.wanted.clone(),
            avoid: self.avoid.clone(),
            avoid_countries: self.avoid_countries.clone(),
            ..Profile::default()
        };
        for (amount, field) in [
            (&self.floor_hourly, &mut profile.floor_hourly),
            (&self.floor_word, &mut profile.floor_word),
            (&self.floor_project, &mut profile.floor_project),
            (&self.fair_hourly, &mut profile.fair_hourly),
            (&self.fair_low, &mut profile.fair_low),
        ] {
            let Some(amount) = amount else { continue };
            if !amount.get_ref().is_finite() || *amount.get_ref() < 0.0 {
                return Err((amount.span(), "an amount of money is 0 or more".to_owned(), None));
            }
            *field = amount.get_ref() * rate;
        }
        // What is below the floor is not well paid.
        for fair in [&mut profile.fair_hourly, &mut profile.fair_low] {
            *fair = fair.max(profile.floor_hourly);
        }
        Ok(profile)
    }
}
