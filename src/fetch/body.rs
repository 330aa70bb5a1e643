//! Bodies: read to a bound as sent, unpacked to a bound. Unpacking is done here and not by the client because only so
//! both sizes are known; a small body must not become a large one unnoticed.

use std::io::{self, BufRead, Read};

use flate2::bufread::{DeflateDecoder, GzDecoder, ZlibDecoder};
use reqwest::header::{CONTENT_ENCODING, CONTENT_LENGTH, HeaderMap, TRANSFER_ENCODING};
use reqwest::{Response, Version};

use super::FetchError;

/// What is asked for.
pub(super) const CODINGS: &str = "gzip, deflate, br, zstd";

/// Layers of compression unpacked at most.
const LAYERS: usize = 3;

/// A way of packing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Coding {
    Gzip,
    Deflate,
    Brotli,
    Zstd,
}

/// How reading ended early.
pub(super) enum End {
    TooLarge,
    Failed(reqwest::Error),
}

/// The codings of an answer, in the order they were applied.
pub(super) fn codings(headers: &HeaderMap) -> Result<Vec<Coding>, FetchError> {
    let mut codings = Vec::new();
    for value in headers.get_all(CONTENT_ENCODING) {
        let value = String::from_utf8_lossy(value.as_bytes()).to_ascii_lowercase();
        for name in value.split(',').map(str::trim) {
            codings.push(match name {
                // Some servers name the charset here, or the coding of mail, or nothing.
                "" | "identity" | "none" | "utf-8" | "binary" | "8bit" => continue,
                "gzip" | "x-gzip" => Coding::Gzip,
                "deflate" => Coding::Deflate,
                "br" => Coding::Brotli,
                "zstd" => Coding::Zstd,
                other => return Err(FetchError::UnknownCoding(crate::text::clean_line(other).chars().take(60).collect())),
            });
        }
    }
    if codings.len() > LAYERS { Err(FetchError::Damaged(format!("{} layers of it", codings.len()))) } else { Ok(codings) }
}

/// Reads a body, as sent, up to a bound.
pub(super) async fn read(mut response: Response, most: usize) -> Result<Vec<u8>, End> {
    if response.content_length().is_some_and(|length| length > most as u64) {
        return Err(End::TooLarge);
    }
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(End::Failed)? {
        if bytes.len() + chunk.len() > most {
            return Err(End::TooLarge);
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

/// Whether only the end of the connection says that a body is complete.
pub(super) fn ends_with_the_connection(response: &Response) -> bool {
    response.version() < Version::HTTP_2 && !response.headers().contains_key(CONTENT_LENGTH) && !response.headers().contains_key(TRANSFER_ENCODING)
}

/// Unpacks a body, layer by layer. What says it is packed and is plain text stays as it is; what is packed another way
/// than it says is unpacked by its first bytes.
///
/// # Errors
/// Damaged or cut off, packed in an unknown way, or larger than `most` when unpacked.
pub fn unpack(mut bytes: Vec<u8>, codings: Result<Vec<Coding>, FetchError>, most: usize) -> Result<Vec<u8>, FetchError> {
    let codings = match codings {
        Err(_) if is_plain(&bytes) => Vec::new(),
        codings => codings?,
    };
    for coding in codings.into_iter().rev() {
        if bytes.is_empty() {
            break;
        }
        let unpacked = match (unpack_one(&bytes, coding, most), betrayed(&bytes)) {
            (Err(Unpacking::Damaged(_)), Some(other)) if other != coding => unpack_one(&bytes, other, most),
            (unpacked, _) => unpacked,
        };
        bytes = match unpacked {
            Ok(unpacked) => unpacked,
            Err(Unpacking::TooLarge) => return Err(FetchError::TooLarge { limit: most, wire: false }),
            Err(Unpacking::Damaged(_)) if is_plain(&bytes) => bytes,
            Err(Unpacking::Damaged(cause)) => return Err(FetchError::Damaged(cause.to_string())),
        };
    }
    if bytes.len() > most { Err(FetchError::TooLarge { limit: most, wire: false }) } else { Ok(bytes) }
}

enum Unpacking {
    TooLarge,
    Damaged(io::Error),
}

/// The coding whose first bytes these are.
fn betrayed(bytes: &[u8]) -> Option<Coding> {
    match bytes {
        [0x1f, 0x8b, ..] => Some(Coding::Gzip),
        [0x28, 0xb5, 0x2f, 0xfd, ..] => Some(Coding::Zstd),
        _ => None,
    }
}

/// Whether bytes begin like the text of a feed, a page or a record.
fn is_plain(bytes: &[u8]) -> bool {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    bytes.iter().find(|byte| !byte.is_ascii_whitespace()).is_some_and(|byte| b"<{[".contains(byte)) && !bytes.iter().take(512).any(|&byte| byte == 0)
}

fn unpack_one(bytes: &[u8], coding: Coding, most: usize) -> Result<Vec<u8>, Unpacking> {
    match coding {
        Coding::Gzip => gunzip(bytes, most),
        // "deflate" is zlib by the letter, and bare deflate from many servers.
        Coding::Deflate => match limited(ZlibDecoder::new(bytes), most) {
            Err(Unpacking::Damaged(_)) => limited(DeflateDecoder::new(bytes), most),
            unpacked => unpacked,
        },
        Coding::Brotli => limited(brotli::Decompressor::new(bytes, 4096), most),
        Coding::Zstd => {
            let mut decoder = zstd::Decoder::new(bytes).map_err(Unpacking::Damaged)?;
            // A frame may ask for a window of gigabytes; 8 MB is what the standard tells servers to stay in.
            decoder.window_log_max(23).map_err(Unpacking::Damaged)?;
            limited(decoder, most)
        }
    }
}

/// One gzip member after the other; what follows the last is no part of the body.
fn gunzip(mut bytes: &[u8], most: usize) -> Result<Vec<u8>, Unpacking> {
    let mut unpacked = Vec::new();
    loop {
        let mut decoder = GzDecoder::new(bytes);
        let room = most.saturating_sub(unpacked.len());
        unpacked.extend(limited(&mut decoder, room)?);
        bytes = decoder.into_inner();
        if !bytes.fill_buf().is_ok_and(|rest| rest.starts_with(&[0x1f, 0x8b])) {
            return Ok(unpacked);
        }
    }
}

fn limited(reader: impl Read, most: usize) -> Result<Vec<u8>, Unpacking> {
    let mut unpacked = Vec::new();
    reader.take(most as u64 + 1).read_to_end(&mut unpacked).map_err(Unpacking::Damaged)?;
    if unpacked.len() > most { Err(Unpacking::TooLarge) } else { Ok(unpacked) }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};

    use super::*;

    fn gzip(text: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(text).and_then(|()| encoder.finish()).expect("memory")
    }

    #[test]
    fn every_coding_comes_back_as_it_was() {
        let text = b"<rss>a post</rss>".repeat(50);
        let zlib = {
            let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
            encoder.write_all(&text).and_then(|()| encoder.finish()).expect("memory")
        };
        let bare = {
            let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
            encoder.write_all(&text).and_then(|()| encoder.finish()).expect("memory")
        };
        let mut brotli_bytes = Vec::new();
        brotli::CompressorWriter::new(&mut brotli_bytes, 4096, 5, 20).write_all(&text).expect("memory");
        let twice = gzip(&gzip(&text));
        let members = [gzip(&text[..100]), gzip(&text[100..])].concat();
        let trailed = [gzip(&text), b"trailing junk".to_vec()].concat();
        for (name, bytes, codings) in [
            ("gzip", gzip(&text), &[Coding::Gzip][..]),
            ("members", members, &[Coding::Gzip]),
            ("trailing junk", trailed, &[Coding::Gzip]),
            ("zlib", zlib, &[Coding::Deflate]),
            ("bare deflate", bare, &[Coding::Deflate]),
            ("brotli", brotli_bytes, &[Coding::Brotli]),
            ("zstd", zstd::encode_all(&text[..], 3).expect("memory"), &[Coding::Zstd]),
            ("twice", twice, &[Coding::Gzip, Coding::Gzip]),
            ("said packed, is plain", text.clone(), &[Coding::Gzip]),
            ("said zstd, is plain", text.clone(), &[Coding::Zstd]),
            ("said brotli, is gzip", gzip(&text), &[Coding::Brotli]),
            ("said deflate, is gzip", gzip(&text), &[Coding::Deflate]),
            ("said gzip, is zstd", zstd::encode_all(&text[..], 3).expect("memory"), &[Coding::Gzip]),
            ("said twice, is once", gzip(&text), &[Coding::Gzip, Coding::Gzip]),
        ] {
            assert_eq!(unpack(bytes, Ok(codings.to_vec()), 1 << 20).as_deref(), Ok(&text[..]), "{name}");
        }
        let unknown = || Err(FetchError::UnknownCoding("lzma".into()));
        assert_eq!(unpack(text.clone(), unknown(), 1 << 20).as_deref(), Ok(&text[..]), "said unknown, is plain");
        assert_eq!(unpack(b"\x5d\0\0".to_vec(), unknown(), 1 << 20).err(), unknown().err());
    }

    #[test]
    fn bombs_and_damage_are_errors() {
        let bomb = gzip(&vec![b' '; 4 << 20]);
        assert!(bomb.len() < 16 << 10, "the bomb is small as sent");
        assert_eq!(unpack(bomb, Ok(vec![Coding::Gzip]), 1 << 20), Err(FetchError::TooLarge { limit: 1 << 20, wire: false }));
        let nested = gzip(&gzip(&vec![b' '; 4 << 20]));
        assert_eq!(unpack(nested, Ok(vec![Coding::Gzip, Coding::Gzip]), 1 << 20), Err(FetchError::TooLarge { limit: 1 << 20, wire: false }));
        let whole = gzip(&b"some text of a post ".repeat(500));
        assert!(matches!(unpack(whole[..whole.len() / 2].to_vec(), Ok(vec![Coding::Gzip]), 1 << 20), Err(FetchError::Damaged(_))), "cut off");
    }
}
