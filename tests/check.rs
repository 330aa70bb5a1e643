//! `gigsieve check`: where the post comes from, how it ends, what it says when there is no post.

use std::fs;
use std::path::Path;

use assert_cmd::Command;
use tempfile::TempDir;

const RULES: &str = r#"
family = "payment-terms"
polarity = "red"
cap = 60
[[rule]]
id = "net-days"
weight = 60
why = "Money that comes half a year later is a loan to the client."
phrases = ["net 180"]
hits = ["Terms are net 180.", "We pay net 180."]
misses = ["Terms are net 15.", "A net of 180 knots."]
"#;

fn gigsieve(rules: &Path) -> Command {
    let mut command = Command::cargo_bin("gigsieve").expect("the program was just built");
    command.args(["check", "--no-builtin", "--rules"]).arg(rules);
    command
}

fn rules(folder: &TempDir) -> std::path::PathBuf {
    let path = folder.path().join("payment-terms.toml");
    fs::write(&path, RULES).unwrap();
    path
}

#[test]
fn a_post_is_explained_wherever_it_comes_from() {
    let folder = TempDir::new().unwrap();
    let rules = rules(&folder);
    let file = folder.path().join("post.txt");
    fs::write(&file, "A page of copy\n\nWe pay net 180.").unwrap();
    let outputs = [
        gigsieve(&rules).write_stdin("A page of copy\n\nWe pay net 180.").output().unwrap(),
        gigsieve(&rules).arg("-").write_stdin("A page of copy\r\n\r\nWe pay net 180.\r\n").output().unwrap(),
        gigsieve(&rules).arg(&file).output().unwrap(),
    ];
    for output in outputs {
        assert_eq!(output.status.code(), Some(0));
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(text.contains("SKIP") && text.contains("We pay [-1 net 180]."), "{text}");
        assert!(!text.contains('\u{1b}'), "no colours in a pipe: {text:?}");
    }
}

#[test]
fn the_exit_code_tells_the_verdict_on_demand() {
    let folder = TempDir::new().unwrap();
    let rules = rules(&folder);
    for (post, code) in [("We pay net 180.", 20), ("We never pay net 180.", 10), ("A logo for a bakery.", 10)] {
        gigsieve(&rules).arg("--exit-code").write_stdin(post).assert().code(code);
        gigsieve(&rules).write_stdin(post).assert().code(0);
    }
}

#[test]
fn no_post_is_an_error_that_says_why() {
    let folder = TempDir::new().unwrap();
    let rules = rules(&folder);
    for (arguments, input, told) in [
        (vec![], " \n ", "nothing came in"),
        (vec!["missing.txt"], "", "missing.txt"),
        (vec!["--as-client", "--format", "csv"], "A logo.", "--format terminal or markdown"),
        (vec!["--clipboard", "post.txt"], "", "--clipboard"),
    ] {
        let output = gigsieve(&rules).args(&arguments).current_dir(folder.path()).write_stdin(input).output().unwrap();
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {errors}");
        assert!(errors.contains(told), "{arguments:?}: {errors}");
        assert!(output.stdout.is_empty(), "{arguments:?}");
    }
}

#[cfg(unix)]
#[test]
fn the_clipboard_is_asked_of_the_programs_that_know_it() {
    use std::os::unix::fs::PermissionsExt;
    let folder = TempDir::new().unwrap();
    let rules = rules(&folder);
    let check = || {
        let mut command = gigsieve(&rules);
        command.arg("--clipboard").env("PATH", folder.path());
        command.output().unwrap()
    };
    let none = check();
    assert_eq!(none.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&none.stderr).contains("wl-paste"), "what was tried is named");
    // The first program has no display; the next one answers.
    for (program, script) in [("wl-paste", "#!/bin/sh\nexit 1\n"), ("xclip", "#!/bin/sh\necho 'We pay net 180.'\n")] {
        let path = folder.path().join(program);
        fs::write(&path, script).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    }
    let some = check();
    assert_eq!(some.status.code(), Some(0));
    assert!(String::from_utf8_lossy(&some.stdout).contains("[-1 net 180]"));
}

#[test]
fn a_report_in_a_file_has_no_colours() {
    let folder = TempDir::new().unwrap();
    let rules = rules(&folder);
    let target = folder.path().join("report.txt");
    gigsieve(&rules).arg("--output").arg(&target).write_stdin("We pay net 180.").assert().success();
    let text = fs::read_to_string(target).unwrap();
    assert!(text.contains("SKIP") && !text.contains('\u{1b}'), "{text:?}");
}
