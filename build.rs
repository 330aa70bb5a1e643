//! Makes the rules of `patterns/` ready: reads, checks, arranges and compiles them with the very modules the library
//! does it with, and stores the result for `src/matcher/ready.rs`. An error in a rule file stops the build and says
//! where it is.

// The modules are whole; the script needs a part of each.
#![allow(dead_code, unused_imports)]

#[path = "src/matcher/index.rs"]
mod index;
#[path = "src/post/kind.rs"]
mod kind;
#[path = "src/facts/names.rs"]
mod names;
#[path = "src/pattern/mod.rs"]
mod pattern;
#[path = "src/profile.rs"]
mod profile;
#[path = "src/rules/mod.rs"]
mod rules;

mod facts {
    pub use crate::names::*;
}

mod post {
    pub use crate::kind::Kind;
}

fn main() {
    for path in ["patterns", "src/matcher/index.rs", "src/post/kind.rs", "src/facts/names.rs", "src/pattern", "src/profile.rs", "src/rules"] {
        println!("cargo::rerun-if-changed={path}");
    }
    let set = match rules::file::load(&rules::RuleSet::builtin_files()) {
        Ok(set) => set,
        Err(errors) => {
            for error in errors {
                println!("cargo::error={error}");
            }
            return;
        }
    };
    let index = index::Index::of(&set);
    let head = postcard::to_allocvec(&(&set, &index)).expect("rules are plain data");
    let mut ready = u32::try_from(head.len()).expect("rules are smaller than 4 GB").to_le_bytes().to_vec();
    ready.extend(&head);
    ready.extend(index.trie.to_bytes());
    ready.extend(index.code.iter());
    let out = std::env::var_os("OUT_DIR").expect("cargo sets OUT_DIR");
    std::fs::write(std::path::Path::new(&out).join("rules.bin"), ready).expect("cargo's folder can be written");
}
