//! Names on the command line: files, folders, links and their loops, what is no file at all.

use std::fs;
use std::path::Path;

use gigsieve::read::{Limits, Problem};
use gigsieve::source::{Manner, Source, document, sources};

/// The names below the folder, and the problems met, both without the folder's own path.
fn listed(folder: &Path) -> (Vec<String>, Vec<String>) {
    let mut problems = Vec::new();
    let found = sources(&folder.to_string_lossy(), &Limits::default(), &mut problems);
    let short = |name: String| name.replace(&*folder.to_string_lossy(), "").trim_start_matches('/').to_owned();
    (found.iter().map(|source| short(source.name())).collect(), problems.iter().map(|problem: &Problem| short(problem.to_string())).collect())
}

fn write(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

#[test]
fn a_folder_stands_for_its_visible_files_in_order() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["b.txt", "a.txt", "sub/c.txt", ".hidden.txt", ".git/config", "Job.html", "Job_files/script.js", "my_files/d.txt"] {
        write(&folder.path().join(name), "x");
    }
    let (files, problems) = listed(folder.path());
    assert_eq!(files, ["Job.html", "a.txt", "b.txt", "my_files/d.txt", "sub/c.txt"]);
    assert_eq!(problems, Vec::<String>::new());
    let hidden = folder.path().join(".hidden.txt");
    assert_eq!(sources(&hidden.to_string_lossy(), &Limits::default(), &mut Vec::new()), [Source::File(hidden)], "a hidden file that is named is read");
}

#[test]
fn what_is_not_there_or_holds_nothing_is_said() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(listed(folder.path()), (vec![], vec![": the folder holds no files".to_owned()]));
    fs::create_dir(folder.path().join("empty")).unwrap();
    assert_eq!(listed(folder.path()).1, [": the folder holds no files"]);
    assert_eq!(listed(&folder.path().join("missing.txt")).1, [": no such file or folder"]);
    assert_eq!(sources("-", &Limits::default(), &mut Vec::new()), [Source::Stdin]);
}

#[test]
fn a_file_that_vanished_is_a_problem_of_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("gone.txt");
    fs::write(&path, "x").unwrap();
    let source = sources(&path.to_string_lossy(), &Limits::default(), &mut Vec::new()).remove(0);
    fs::remove_file(&path).unwrap();
    let problem = document(&source, &Manner::default(), &Limits::default()).unwrap_err();
    assert_eq!(problem.message, "no such file or folder");
}

#[test]
fn a_document_beyond_the_limit_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("large.txt");
    fs::write(&path, "x".repeat(3 << 20)).unwrap();
    let problem = document(&Source::File(path), &Manner::default(), &Limits { document_bytes: 2 << 20, ..Limits::default() }).unwrap_err();
    assert_eq!(problem.message, "larger than 2 MB");
}

#[test]
fn folders_and_files_are_bounded() {
    let folder = tempfile::tempdir().unwrap();
    for n in 0..5 {
        write(&folder.path().join(format!("{n}.txt")), "x");
    }
    write(&folder.path().join("z/y/x/w/deep.txt"), "x");
    let mut problems = Vec::new();
    let found = sources(&folder.path().to_string_lossy(), &Limits { files: 3, ..Limits::default() }, &mut problems);
    assert_eq!((found.len(), problems.len()), (3, 1));
    problems.clear();
    let found = sources(&folder.path().to_string_lossy(), &Limits { folder_depth: 2, ..Limits::default() }, &mut problems);
    assert_eq!((found.len(), problems.len()), (5, 1));
    assert!(problems[0].message.contains("more than 2 folders"), "{}", problems[0]);
}

#[cfg(unix)]
mod unix {
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::fs::symlink;
    use std::os::unix::net::UnixListener;

    use super::*;

    #[test]
    fn loops_end_and_nothing_is_read_twice() {
        let folder = tempfile::tempdir().unwrap();
        write(&folder.path().join("a/post.txt"), "x");
        symlink(".", folder.path().join("loop")).unwrap();
        symlink("..", folder.path().join("a/up")).unwrap();
        symlink("a", folder.path().join("again")).unwrap();
        symlink("post.txt", folder.path().join("a/same.txt")).unwrap();
        symlink("nowhere", folder.path().join("dangling")).unwrap();
        symlink("itself", folder.path().join("itself")).unwrap();
        let (files, problems) = listed(folder.path());
        assert_eq!(files, ["a/post.txt"]);
        assert_eq!(problems.len(), 2, "{problems:?}");
        assert!(problems[0].starts_with("dangling: no such file") && problems[1].starts_with("itself: "), "{problems:?}");
    }

    #[test]
    fn pipes_sockets_and_devices_are_never_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        write(&folder.path().join("post.txt"), "x");
        let made = std::process::Command::new("mkfifo").arg(folder.path().join("pipe")).status().unwrap();
        assert!(made.success());
        let _listener = UnixListener::bind(folder.path().join("socket")).unwrap();
        symlink("/dev/zero", folder.path().join("device")).unwrap();
        let (files, problems) = listed(folder.path());
        assert_eq!(files, ["post.txt"]);
        assert_eq!(problems, ["device: a device, not a file; left out", "pipe: a pipe, not a file; left out", "socket: a socket, not a file; left out"]);
        assert!(listed(&folder.path().join("pipe")).1[0].contains("a pipe, neither a file nor a folder"));
    }

    #[test]
    fn names_are_fit_to_print_and_open_all_the_same() {
        let folder = tempfile::tempdir().unwrap();
        for name in [&b"\x1b[31mred.txt"[..], "\u{202e}txt.exe".as_bytes(), b"line\nbreak.txt", b"latin-\xe9.txt"] {
            fs::write(folder.path().join(std::ffi::OsStr::from_bytes(name)), "We bake.").unwrap();
        }
        let mut problems = Vec::new();
        let found = sources(&folder.path().to_string_lossy(), &Limits::default(), &mut problems);
        assert_eq!((found.len(), problems.len()), (4, 0));
        for source in found {
            assert!(!source.name().chars().any(|c| c.is_control() || c == '\u{202e}'), "{:?}", source.name());
            assert_eq!(document(&source, &Manner::default(), &Limits::default()).unwrap().bytes, b"We bake.");
        }
    }
}
