//! Mail by SMTP: one message with a text and an HTML part. Its Message-ID is that of the batch, so that a repeat can be
//! known as one.

use std::time::Duration;
use std::{fs, net};

use lettre::message::{Mailbox, MultiPart};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::{Message, SmtpTransport, Transport};

use super::Undelivered;
use super::secret::{self, Secret};
use crate::config::channels::{MailChannel, TlsMode};
use crate::report::digest::{self, Digest};

pub(super) struct Mail {
    channel: MailChannel,
    password: Option<Secret>,
    from: Mailbox,
    to: Vec<Mailbox>,
    time_out: Duration,
}

impl Mail {
    pub(super) fn new(channel: &MailChannel) -> Result<Mail, String> {
        let password = secret::read(channel.password_env.as_deref(), channel.password_file.as_deref())?;
        let mailbox = |text: &str| text.parse::<Mailbox>().map_err(|cause| format!("`{text}` is no mail address: {cause}"));
        if channel.to.is_empty() {
            return Err("`to` names nobody".into());
        }
        if channel.tls == TlsMode::None && !is_this_machine(channel.server.get_ref()) {
            return Err("without TLS, others on the way can read the mail and the password; `tls = \"none\"` is for a server on this machine".into());
        }
        Ok(Mail {
            password,
            from: mailbox(&channel.from)?,
            to: channel.to.iter().map(|to| mailbox(to)).collect::<Result<_, _>>()?,
            time_out: Duration::try_from_secs_f64(channel.timeout_seconds)
                .ok()
                .filter(|time| !time.is_zero())
                .ok_or("`timeout_seconds` must be more than 0")?,
            channel: channel.clone(),
        })
    }

    fn transport(&self) -> Result<SmtpTransport, String> {
        let channel = &self.channel;
        let server = channel.server.get_ref();
        let parameters = || -> Result<TlsParameters, String> {
            let mut builder = TlsParameters::builder(server.clone());
            if let Some(path) = &channel.ca_file {
                let pem = fs::read(path).map_err(|cause| format!("cannot read {}: {cause}", path.display()))?;
                builder = builder.add_root_certificate(Certificate::from_pem(&pem).map_err(|cause| format!("{}: {cause}", path.display()))?);
            }
            builder.build().map_err(|cause| cause.to_string())
        };
        let (tls, port) = match channel.tls {
            TlsMode::Starttls => (Tls::Required(parameters()?), 587),
            TlsMode::Implicit => (Tls::Wrapper(parameters()?), 465),
            TlsMode::None => (Tls::None, 25),
        };
        let mut builder = SmtpTransport::builder_dangerous(server).tls(tls).port(channel.port.unwrap_or(port)).timeout(Some(self.time_out));
        if let (Some(user), Some(password)) = (&channel.user, &self.password) {
            builder = builder.credentials(Credentials::new(user.clone(), password.reveal().to_owned()));
        }
        Ok(builder.build())
    }

    fn message(&self, digest: &Digest) -> Result<Message, String> {
        let mut builder = Message::builder().from(self.from.clone()).subject(digest.headline()).message_id(Some(format!("<{}@gigsieve.invalid>", digest.id)));
        for to in &self.to {
            builder = builder.to(to.clone());
        }
        builder.multipart(MultiPart::alternative_plain_html(digest::text(digest), digest::html(digest))).map_err(|cause| cause.to_string())
    }

    pub(super) fn send(&self, digest: &Digest) -> Result<(), Undelivered> {
        let (transport, message) = self.transport().and_then(|transport| Ok((transport, self.message(digest)?))).map_err(Undelivered::NotSent)?;
        // A server that cannot even be greeted has certainly taken nothing.
        transport.test_connection().map_err(|cause| Undelivered::NotSent(crate::fetch::causes(&cause)))?;
        match transport.send(&message) {
            Ok(_) => Ok(()),
            Err(cause) if cause.is_permanent() || cause.is_transient() || cause.is_client() => {
                Err(Undelivered::NotSent(format!("the server refused: {}", crate::fetch::causes(&cause))))
            }
            Err(cause) => Err(Undelivered::Unknown(crate::fetch::causes(&cause))),
        }
    }
}

fn is_this_machine(server: &str) -> bool {
    server == "localhost" || server.parse::<net::IpAddr>().is_ok_and(|address| address.is_loopback())
}
