//! A server on loopback that answers with whatever bytes a test wants, and remembers what it was asked.
#![allow(dead_code)] // Each test binary uses a part of it.

use std::collections::HashMap;
use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

/// A request as it came.
#[derive(Debug, Clone)]
pub struct Asked {
    pub method: String,
    pub path: String,
    /// Names in lower case; values byte for byte.
    pub headers: HashMap<String, Vec<u8>>,
    pub body: Vec<u8>,
}

impl Asked {
    pub fn header(&self, name: &str) -> Option<&[u8]> {
        self.headers.get(name).map(Vec::as_slice)
    }
}

/// A running server; it ends with the process.
#[derive(Clone)]
pub struct Server {
    pub host: String,
    log: Arc<Mutex<Vec<Asked>>>,
}

impl Server {
    /// Serves with a handler that writes the answer.
    pub fn start(handler: impl Fn(&Asked, &mut TcpStream) + Send + Sync + 'static) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port on loopback");
        let host = listener.local_addr().expect("a bound port").to_string();
        let server = Server { host, log: Arc::default() };
        let (log, handler) = (Arc::clone(&server.log), Arc::new(handler));
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (log, handler) = (Arc::clone(&log), Arc::clone(&handler));
                thread::spawn(move || {
                    let mut stream = stream;
                    let Some(asked) = read(&mut stream) else { return };
                    log.lock().expect("no handler panics").push(asked.clone());
                    handler(&asked, &mut stream);
                    let _ = stream.shutdown(Shutdown::Write);
                    // What the client still sends is taken, so that the answer is not reset on its way.
                    let _ = stream.set_read_timeout(Some(Duration::from_millis(200)));
                    let _ = stream.read(&mut [0; 1024]);
                });
            }
        });
        server
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.host)
    }

    /// What was asked of a path, in order.
    pub fn asked(&self, path: &str) -> Vec<Asked> {
        self.log.lock().expect("no handler panics").iter().filter(|asked| asked.path == path).cloned().collect()
    }
}

fn read(stream: &mut TcpStream) -> Option<Asked> {
    let _ = stream.set_read_timeout(Some(Duration::from_secs(10)));
    let (mut bytes, mut buffer) = (Vec::new(), [0; 4096]);
    let head = loop {
        if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            break end + 4;
        }
        match stream.read(&mut buffer) {
            Ok(0) | Err(_) => return None,
            Ok(count) => bytes.extend_from_slice(&buffer[..count]),
        }
    };
    let mut lines = bytes[..head].split(|&byte| byte == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line));
    let first = String::from_utf8_lossy(lines.next()?).into_owned();
    let mut words = first.split(' ');
    let (method, path) = (words.next()?.to_owned(), words.next()?.to_owned());
    let headers: HashMap<String, Vec<u8>> = lines
        .filter_map(|line| {
            let colon = line.iter().position(|&byte| byte == b':')?;
            Some((String::from_utf8_lossy(&line[..colon]).to_ascii_lowercase(), line[colon + 1..].strip_prefix(b" ").unwrap_or(&line[colon + 1..]).to_vec()))
        })
        .collect();
    let length = headers.get("content-length").and_then(|value| String::from_utf8_lossy(value).parse().ok()).unwrap_or(0);
    while bytes.len() < head + length {
        match stream.read(&mut buffer) {
            Ok(0) | Err(_) => return None,
            Ok(count) => bytes.extend_from_slice(&buffer[..count]),
        }
    }
    let body = bytes[head..].to_vec();
    Some(Asked { method, path, headers, body })
}

/// An answer with these headers (each ending in a line break) and this body.
pub fn answer(stream: &mut TcpStream, status: &str, headers: &str, body: &[u8]) {
    let head = format!("HTTP/1.1 {status}\r\n{headers}Content-Length: {}\r\nConnection: close\r\n\r\n", body.len());
    let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body)).and_then(|()| stream.flush());
}

/// Waits until the client is gone, or as long as said.
pub fn hold(stream: &mut TcpStream, most: Duration) {
    let _ = stream.set_read_timeout(Some(most));
    let _ = stream.read(&mut [0; 16]);
}

/// A job post as a record, one line.
pub fn record(id: &str, title: &str, body: &str, extra: &str) -> String {
    let base = serde_json::json!({ "id": id, "title": title, "body": body, "url": format!("https://jobs.example.org/{id}") });
    let mut text = base.to_string();
    if !extra.is_empty() {
        text.truncate(text.len() - 1);
        text.push_str(&format!(",{extra}}}"));
    }
    text.push('\n');
    text
}
