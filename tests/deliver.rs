//! Channels: mail to a server on loopback, with and without TLS; webhooks in every shape; secrets; files and Atom.

mod serving;

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Command, Output};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::thread;
use std::time::Duration;

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use serde_json::Value;
use serving::{Server, answer, hold, record};
use tempfile::TempDir;

const TITLE: &str = "Guide <b>&amp; map</b> *now*";

/// A folder with one post to deliver through a channel given as TOML.
struct Place {
    folder: TempDir,
}

impl Place {
    fn new(delivery: &str) -> Place {
        let place = Place { folder: TempDir::new().expect("a temporary folder") };
        place.post("1", TITLE);
        place.write("gigsieve.toml", &format!("store = \"store.sqlite\"\n[[source]]\nname = \"box\"\npath = \"posts.jsonl\"\n{delivery}"));
        place.write("rules.toml", "family = \"none\"\npolarity = \"red\"\n");
        place
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).expect("a written file");
    }

    fn post(&self, id: &str, title: &str) {
        self.write("posts.jsonl", &record(id, title, &format!("{title}: a museum wants its guide rewritten for children, number {id}."), ""));
    }

    fn digest(&self) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_gigsieve"));
        command
            .arg("--config")
            .arg(self.path("gigsieve.toml"))
            .arg("--no-builtin")
            .arg("--rules")
            .arg(self.path("rules.toml"))
            .args(["digest", "--since", "all"]);
        command.env_remove("GIGSIEVE_STORE").env("GIGSIEVE_TEST_SECRET", "hidden-word").output().expect("the program starts")
    }

    /// Runs a digest that must end with this code, and show no secret; what it said on standard error.
    fn run(&self, code: i32) -> String {
        let output = self.digest();
        let notes = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(code), "{notes}");
        assert!(!notes.contains("hidden-word") && !String::from_utf8_lossy(&output.stdout).contains("hidden-word"), "a secret shows: {notes}");
        notes
    }
}

/// Speaks SMTP on a stream until the client quits; mails go to `mails`. `Err` when the client wants TLS.
fn smtp<S: Read + Write>(stream: &mut BufReader<S>, greet: bool, starttls: bool, refuse: bool, mails: &mpsc::Sender<String>) -> Result<(), ()> {
    let say =
        |stream: &mut BufReader<S>, line: &str| stream.get_mut().write_all(format!("{line}\r\n").as_bytes()).and_then(|()| stream.get_mut().flush()).is_ok();
    if greet {
        say(stream, "220 loopback ESMTP");
    }
    let mut line = String::new();
    loop {
        line.clear();
        if stream.read_line(&mut line).unwrap_or(0) == 0 {
            return Ok(());
        }
        let verb = line.split_whitespace().next().unwrap_or_default().to_ascii_uppercase();
        match verb.as_str() {
            "EHLO" if starttls => drop(say(stream, "250-loopback\r\n250 STARTTLS")),
            "EHLO" => drop(say(stream, "250-loopback\r\n250 AUTH PLAIN")),
            "STARTTLS" => {
                say(stream, "220 go on");
                return Err(());
            }
            "AUTH" => drop(say(stream, "235 welcome")),
            "RCPT" if refuse => drop(say(stream, "550 nobody of that name")),
            "DATA" => {
                say(stream, "354 go on");
                let mut mail = String::new();
                while stream.read_line(&mut line).unwrap_or(0) > 0 && !line.ends_with("\r\n.\r\n") && line != ".\r\n" {
                    mail.push_str(&line);
                    line.clear();
                }
                let _ = mails.send(mail);
                say(stream, "250 taken");
            }
            "QUIT" => {
                say(stream, "221 bye");
                return Ok(());
            }
            _ => drop(say(stream, "250 fine")),
        }
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Tls {
    None,
    Start,
    Implicit,
}

/// A mail server; its port, its mails, and the certificate to trust.
fn mail_server(tls: Tls, refuse: bool) -> (u16, mpsc::Receiver<String>, String) {
    let ca_key = KeyPair::generate().expect("a key");
    let mut params = CertificateParams::new(Vec::new()).expect("parameters");
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let pem = params.self_signed(&ca_key).expect("a certificate").pem();
    let key = KeyPair::generate().expect("a key");
    let certificate =
        CertificateParams::new(vec!["localhost".to_owned()]).expect("parameters").signed_by(&key, &Issuer::new(params, ca_key)).expect("a certificate");
    let config = rustls::ServerConfig::builder_with_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("default versions")
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der())))
        .expect("a matching key");
    let config = Arc::new(config);
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port on loopback");
    let port = listener.local_addr().expect("a bound port").port();
    let (sender, mails) = mpsc::channel();
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let (sender, config) = (sender.clone(), Arc::clone(&config));
            thread::spawn(move || {
                let mut plain = BufReader::new(stream);
                if tls != Tls::Implicit && smtp(&mut plain, true, tls == Tls::Start, refuse, &sender).is_ok() {
                    return;
                }
                let connection = rustls::ServerConnection::new(config).expect("a valid configuration");
                let mut encrypted = BufReader::new(rustls::StreamOwned::new(connection, plain.into_inner()));
                let _ = smtp(&mut encrypted, tls == Tls::Implicit, false, refuse, &sender);
            });
        }
    });
    (port, mails, pem)
}

/// The mail as read by a library: subject, text, HTML, and its id.
fn parts(mail: &str) -> (String, String, String, String) {
    let message = mail_parser::MessageParser::default().parse(mail.as_bytes()).expect("a mail");
    let text = |part: Option<std::borrow::Cow<'_, str>>| part.map(|part| part.into_owned()).unwrap_or_default();
    (message.subject().unwrap_or_default().into(), text(message.body_text(0)), text(message.body_html(0)), message.message_id().unwrap_or_default().into())
}

#[test]
fn mail_goes_out_once_with_text_and_html() {
    for (tls, mode) in [(Tls::None, "none"), (Tls::Start, "starttls"), (Tls::Implicit, "implicit")] {
        let (port, mails, pem) = mail_server(tls, false);
        let place = Place::new(&format!(
            "[[delivery.mail]]\nserver = \"localhost\"\nport = {port}\ntls = \"{mode}\"\nca_file = \"ca.pem\"\nuser = \"me\"\npassword_env = \"GIGSIEVE_TEST_SECRET\"\nfrom = \"gigsieve <a@example.org>\"\nto = [\"b@example.org\", \"c@example.org\"]\n"
        ));
        place.write("ca.pem", &pem);
        place.run(0);
        let (subject, text, html, id) = parts(&mails.try_recv().unwrap_or_else(|_| panic!("{mode}: no mail")));
        assert_eq!(subject, "gigsieve: 0 worth applying to, 1 maybe, 0 skipped", "{mode}");
        assert!(text.contains("Guide") && text.contains("https://jobs.example.org/1"), "{mode}: {text}");
        assert!(html.contains("Guide &lt;b&gt;") && !html.contains("<b>"), "text of strangers stays text: {html}");
        assert!(id.ends_with("-1@gigsieve.invalid"), "{id}");
        place.run(0);
        assert!(mails.try_recv().is_err(), "{mode}: nothing new, no mail");
    }
}

#[test]
fn mail_that_is_refused_or_cannot_be_trusted_is_tried_again_unmarked() {
    let (port, mails, _) = mail_server(Tls::None, true);
    let channel = |port: u16, tls: &str| {
        format!("[[delivery.mail]]\nserver = \"localhost\"\nport = {port}\ntls = \"{tls}\"\nfrom = \"a@example.org\"\nto = [\"b@example.org\"]\n")
    };
    let place = Place::new(&channel(port, "none"));
    assert!(place.run(1).contains("channel mail: not delivered"), "550 is a refusal");
    assert!(mails.try_recv().is_err());
    let (untrusted, mails, _) = mail_server(Tls::Start, false);
    let config = fs::read_to_string(place.path("gigsieve.toml")).expect("it is there");
    place.write("gigsieve.toml", &config.replace(&channel(port, "none"), &channel(untrusted, "starttls")));
    assert!(place.run(1).contains("channel mail: not delivered"), "an unknown certificate is no reason to send");
    assert!(mails.try_recv().is_err());
    let (good, mails, _) = mail_server(Tls::None, false);
    place.write("gigsieve.toml", &config.replace(&channel(port, "none"), &channel(good, "none")));
    place.run(0);
    assert!(!parts(&mails.try_recv().expect("a mail")).0.contains("perhaps"), "what certainly did not arrive is no repeat");
    place.write("gigsieve.toml", &config.replace("localhost", "mail.example.org"));
    assert!(place.run(2).contains("without TLS"), "no mail in the clear to another machine");
}

#[test]
fn webhooks_speak_the_shape_of_their_service() {
    type Look = fn(&Value) -> bool;
    let shapes: [(&str, &str, &str, Look); 5] = [
        ("json", "", "/hook", |body| body["items"][0]["title"] == TITLE && body["perhaps_repeated"] == false),
        ("slack", "", "/hook", |body| body["text"].as_str().is_some_and(|text| text.contains("Guide &lt;b&gt;"))),
        ("discord", "", "/hook", |body| {
            body["content"].as_str().is_some_and(|text| text.contains(TITLE)) && body["allowed_mentions"]["parse"] == serde_json::json!([])
        }),
        ("telegram", "token_env = \"GIGSIEVE_TEST_SECRET\"\nchat = \"42\"\n", "/bothidden-word/sendMessage", |body| {
            body["chat_id"] == "42" && body["text"].as_str().is_some_and(|text| text.contains(TITLE))
        }),
        ("ntfy", "token_env = \"GIGSIEVE_TEST_SECRET\"\n", "/", |body| {
            body["topic"] == "hook" && body["message"].as_str().is_some_and(|text| text.contains(TITLE))
        }),
    ];
    for (preset, more, path, look) in shapes {
        let server = Server::start(|_, stream| answer(stream, "200 OK", "", b"ok"));
        let url = if preset == "telegram" { server.url("") } else { server.url("/hook") };
        let place = Place::new(&format!("[[delivery.webhook]]\npreset = \"{preset}\"\nurl = \"{url}\"\n{more}"));
        place.run(0);
        place.run(0);
        let asked = server.asked(path);
        assert_eq!(asked.len(), 1, "{preset}: once");
        let body: Value = serde_json::from_slice(&asked[0].body).expect("JSON");
        assert!(look(&body), "{preset}: {body}");
        assert_eq!((asked[0].method.as_str(), asked[0].header("authorization").is_some()), ("POST", preset == "ntfy"), "{preset}");
    }
}

#[test]
fn a_webhook_is_tried_again_where_that_is_safe_and_marked_where_not() {
    let calls = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&calls);
    let server = Server::start(move |_, stream| match counted.fetch_add(1, Ordering::SeqCst) {
        // Refused: tried again at once. Then refused for good in this run.
        0 => answer(stream, "503 Busy", "Retry-After: 0\r\n", b""),
        1 => answer(stream, "403 Forbidden", "", b""),
        // Taken, but the answer never comes.
        2 => hold(stream, Duration::from_secs(5)),
        _ => answer(stream, "204 No Content", "", b""),
    });
    let place = Place::new(&format!("[[delivery.webhook]]\nname = \"phone\"\nurl = \"{}\"\ntimeout_seconds = 0.4\n", server.url("/hook?key=hidden-word")));
    assert!(place.run(1).contains("channel phone: not delivered: the receiver answered 403"));
    assert!(place.run(1).contains("channel phone: perhaps not delivered: no answer within"));
    place.run(0);
    place.run(0);
    let asked = server.asked("/hook?key=hidden-word");
    let marks: Vec<bool> = asked.iter().map(|asked| serde_json::from_slice::<Value>(&asked.body).expect("JSON")["perhaps_repeated"] == true).collect();
    assert_eq!(marks, [false, false, false, true]);
    assert_eq!(asked[2].header("idempotency-key"), asked[3].header("idempotency-key"), "a repeat can be known as one");
}

#[test]
fn long_digests_are_cut_into_messages_and_none_is_lost() {
    let got: Arc<Mutex<Vec<String>>> = Arc::default();
    let log = Arc::clone(&got);
    let server = Server::start(move |asked, stream| {
        let body: Value = serde_json::from_slice(&asked.body).expect("JSON");
        log.lock().expect("no panics").push(body["content"].as_str().expect("text").to_owned());
        answer(stream, "204 No Content", "", b"");
    });
    let place = Place::new(&format!("[[delivery.webhook]]\npreset = \"discord\"\nurl = \"{}\"\n", server.url("/hook")));
    let posts: String = (0..60)
        .map(|number| {
            record(
                &format!("{number}"),
                &format!("Guide ({number}) for a museum with many rooms"),
                &format!("Room {number} wants a guide that children of {number} understand."),
                "",
            )
        })
        .collect();
    place.write("posts.jsonl", &posts);
    place.run(0);
    let messages = got.lock().expect("no panics");
    assert!(messages.len() > 1 && messages.iter().all(|message| message.encode_utf16().count() <= 2000), "{} messages", messages.len());
    for number in 0..60 {
        assert_eq!(messages.concat().matches(&format!("Guide ({number}) ")).count(), 1, "{number}");
    }
}

#[cfg(unix)]
#[test]
fn secrets_in_files_must_be_the_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    let server = Server::start(|_, stream| answer(stream, "200 OK", "", b""));
    let place = Place::new(&format!("[[delivery.webhook]]\nurl = \"{}\"\ntoken_file = \"token\"\n", server.url("/hook")));
    place.write("token", "hidden-word\n");
    let mode = |mode| fs::set_permissions(place.path("token"), fs::Permissions::from_mode(mode)).expect("permissions");
    mode(0o644);
    assert!(place.run(2).contains("others can read the secret"));
    mode(0o600);
    place.run(0);
    assert_eq!(server.asked("/hook")[0].header("authorization"), Some(&b"Bearer hidden-word"[..]));
}

#[test]
fn the_file_grows_and_the_feed_holds_each_post_once() {
    let place = Place::new("[[delivery.file]]\npath = \"out/digest.md\"\n[[delivery.atom]]\npath = \"out/feed.atom\"\nentries = 2\n");
    place.run(0);
    for number in 2..=3 {
        place.post(&number.to_string(), &format!("Guide number {number}"));
        place.run(0);
        place.run(0);
    }
    let file = fs::read_to_string(place.path("out/digest.md")).expect("it was written");
    assert_eq!((file.matches("# gigsieve: ").count(), file.matches("Guide number 3](").count()), (3, 1), "{file}");
    let atom = fs::read(place.path("out/feed.atom")).expect("it was written");
    let document = gigsieve::read::Document { source: "feed.atom".into(), bytes: atom, ..Default::default() };
    let posts = gigsieve::read::read(&document, &gigsieve::read::Limits::default()).posts;
    let titles: Vec<&str> = posts.iter().map(|post| post.title.as_str()).collect();
    assert_eq!(titles, ["50 Guide number 3", "50 Guide number 2"], "the newest two");
    assert!(posts[0].id.starts_with("urn:gigsieve:") && posts[0].url.as_deref() == Some("https://jobs.example.org/3"));
}
