//! One exchange: a request is read, answered, and noted in the access log.

use super::places::Place;
use super::wire::{Manner, Wire};
use crate::http::body::{self, BodyError, Decoder, Expectation, Framing};
use crate::http::head;
use crate::http::problem::Problem;
use crate::http::request::{Method, Request};
use crate::http::response::Response;
use crate::http::target;
use crate::protocol::Account;
use crate::web::router::UNWANTED_BODY_BYTES_MAX;
use crate::web::{Answer, Call, FileStream, Peer, Site};
use async_channel::Receiver;
use smol::future::FutureExt;
use std::io::{self, ErrorKind};
use std::net::IpAddr;
use std::time::{Duration, Instant};
use zeroize::Zeroizing;

/// Characters of a path that the access log shows.
const LOGGED_PATH_CHARS_MAX: usize = 200;

/// One exchange on a connection.
pub(super) struct Exchange<'a> {
    /// The socket.
    pub(super) wire: &'a Wire,
    /// Who answers.
    pub(super) site: &'a Site,
    /// Closed when the server goes down.
    pub(super) closing: &'a Receiver<()>,
    /// The connection's place.
    pub(super) place: &'a mut Place,
    /// Whether all that is answered here is where https is.
    pub(super) redirects: bool,
    /// Bytes that have been read and not used: at first of this request, in the end of the next.
    pub(super) input: &'a mut Vec<u8>,
}

/// What becomes of the connection after an exchange.
pub(super) enum Next {
    /// Another request may come.
    Another,
    /// The last response is sent; the client may still be sending.
    Linger,
    /// There is nobody to talk to.
    Gone,
    /// The WebSocket of this person, who comes from that address, begins.
    Upgraded(Box<Account>, IpAddr),
}

/// A response on its way to be sent.
struct Reply {
    response: Response,
    account: Option<(Box<Account>, IpAddr)>,
    /// The body, if it is a file.
    file: Option<Box<FileStream>>,
}

impl From<Response> for Reply {
    fn from(response: Response) -> Reply {
        Reply { response, account: None, file: None }
    }
}

/// What the access log says of a request.
struct Line<'a> {
    method: &'a str,
    path: &'a str,
    /// For whom a proxy asks; `None`: the peer for itself.
    client: Option<IpAddr>,
    is_https: bool,
    since: Instant,
}

impl Exchange<'_> {
    /// Reads a request and answers it.
    pub(super) async fn run(mut self) -> io::Result<Next> {
        let head = match self.read_head().await? {
            Ok(Some(head)) => head,
            Ok(None) => return Ok(Next::Gone),
            Err(problem) => return self.refuse(&problem, None).await,
        };
        let since = Instant::now();
        let request = match head::parse_head(&head, &self.wire.head_limits) {
            Ok(Some((request, _))) => request,
            Ok(None) => return self.refuse(&Problem::malformed("the head has no end"), None).await,
            Err(error) => return self.refuse(&error.into(), None).await,
        };
        let mut line = Line { method: request.method.name(), path: "-", since, ..self.nameless() };
        let target = match target::parse(request.method, request.target) {
            Ok(target) => target,
            Err(error) => return self.refuse(&error.into(), Some(line)).await,
        };
        line.path = &target.path_sent[..target.path_sent.len().min(LOGGED_PATH_CHARS_MAX)];
        let framing = match body::framing(&request) {
            Ok(framing) => framing,
            Err(error) => return self.refuse(&error.into(), Some(line)).await,
        };
        let parts = (&request, &target, framing);
        let call = Call::new(parts, self.wire.peer, self.wire.id, &self.site.hub.config);
        line.is_https = call.is_https() && !self.redirects;
        if call.is_forwarded {
            line.client = Some(call.peer);
            if let Err(refusal) = self.place.count_by(line.client) {
                return self.refuse(&refusal.problem(), Some(line)).await;
            }
        }
        let mut reply = match self.reply(&call).await? {
            Ok(reply) => reply,
            Err(problem) => return self.refuse(&problem, Some(line)).await,
        };
        if self.closing.is_closed() && reply.account.take().is_some() {
            reply.response = Problem::shutting_down().response();
        }
        self.send(&request, reply, line).await
    }

    /// Waits for a request and reads its head; `None` when none comes.
    async fn read_head(&mut self) -> io::Result<Result<Option<Vec<u8>>, Problem>> {
        let limits = &self.site.hub.config.http;
        let (idle, head) = (Duration::from_millis(limits.idle_ms), Duration::from_millis(limits.head_ms));
        if self.input.is_empty() {
            *self.input = Vec::new();
            let deadline = Instant::now() + idle;
            match unless(self.closing, self.wire.readable(deadline)).await {
                Ok(Some(())) => {}
                Ok(None) => return Ok(Ok(None)),
                Err(error) if error.kind() == ErrorKind::TimedOut => return Ok(Ok(None)),
                Err(error) => return Err(error),
            }
        }
        let deadline = Instant::now() + head;
        loop {
            match head::find_end(self.input, &self.wire.head_limits) {
                Ok(Some(end)) => {
                    let rest = self.input.split_off(end);
                    return Ok(Ok(Some(std::mem::replace(self.input, rest))));
                }
                Ok(None) => {}
                Err(error) => return Ok(Err(error.into())),
            }
            match unless(self.closing, self.wire.read_head(self.input, deadline)).await {
                Ok(None) => return Ok(Err(Problem::shutting_down())),
                Ok(Some(0)) if self.input.is_empty() => return Ok(Ok(None)),
                Ok(Some(0)) => return Ok(Err(Problem::malformed("the head ends in the middle"))),
                Ok(Some(_)) => {}
                Err(error) if error.kind() == ErrorKind::TimedOut => {
                    return Ok(Err(Problem::timeout("request's head", limits.head_ms)));
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// Finds the response to a request whose framing is sound. What is read here is at most its body.
    async fn reply(&mut self, call: &Call<'_>) -> io::Result<Result<Reply, Problem>> {
        let expectation = body::expectation(call.request);
        if expectation == Expectation::Unknown {
            let text =
                "This server can only be expected to continue (100-continue). Nothing was done. Leave Expect out.";
            return Ok(Err(Problem::fatal(417, "expectation_failed", text)));
        }
        let awaits = expectation == Expectation::Continue && self.input.is_empty() && has_body(call.framing);
        if self.redirects {
            return self.reply_unread(call, self.site.redirect(call), awaits).await;
        }
        let route = match self.site.admit(call) {
            Ok(route) => route,
            Err(response) => return self.reply_unread(call, *response, awaits).await,
        };
        if awaits {
            self.wire.send_continue().await?;
        }
        let body = match self.read_body(call.framing, route.body_bytes_max()).await? {
            // Many hold passwords.
            Ok(body) => Zeroizing::new(body),
            Err(BodyFailure::Broken(error)) => return Ok(Err(Problem::of_body(error, route.body_bytes_max()))),
            Err(BodyFailure::Late) => return Ok(Err(self.body_timeout())),
        };
        Ok(Ok(match self.site.answer(route, call, &body).await {
            Answer::Response(response) => Reply::from(response),
            Answer::File(response, file) => Reply { file: Some(file), ..Reply::from(response) },
            Answer::Upgrade(response, account) => {
                Reply { account: Some((account, call.peer)), ..Reply::from(response) }
            }
        }))
    }

    /// A refusal by the head alone. A small body is read and dropped, to keep the connection; a large one, or one that the
    /// client has not begun to send, ends it.
    async fn reply_unread(
        &mut self,
        call: &Call<'_>,
        response: Response,
        awaits: bool,
    ) -> io::Result<Result<Reply, Problem>> {
        if !has_body(call.framing) || response.closes {
            return Ok(Ok(Reply::from(response)));
        }
        if awaits {
            return Ok(Ok(Reply::from(response.closing())));
        }
        match self.read_body(call.framing, UNWANTED_BODY_BYTES_MAX).await? {
            Ok(_) => Ok(Ok(Reply::from(response))),
            Err(BodyFailure::Broken(BodyError::TooLarge)) => Ok(Ok(Reply::from(response.closing()))),
            Err(BodyFailure::Broken(error)) => Ok(Err(Problem::of_body(error, UNWANTED_BODY_BYTES_MAX))),
            Err(BodyFailure::Late) => Ok(Err(self.body_timeout())),
        }
    }

    /// Reads a body of at most `bytes_max` bytes; what follows it stays in `input`.
    async fn read_body(&mut self, framing: Framing, bytes_max: u64) -> io::Result<Result<Vec<u8>, BodyFailure>> {
        let deadline = Instant::now() + Duration::from_millis(self.site.hub.config.http.body_ms);
        let mut body = Vec::new();
        let mut decoder = match Decoder::new(framing, bytes_max) {
            Ok(decoder) => decoder,
            Err(error) => return Ok(Err(BodyFailure::Broken(error))),
        };
        loop {
            match decoder.decode(self.input, &mut body) {
                Ok(used) => drop(self.input.drain(..used)),
                Err(error) => return Ok(Err(BodyFailure::Broken(error))),
            }
            if decoder.is_done() {
                return Ok(Ok(body));
            }
            match self.wire.read_body(self.input, deadline).await {
                Ok(0) => return Ok(Err(BodyFailure::Broken(BodyError::Malformed("the body ends in the middle")))),
                Ok(_) => {}
                Err(error) if error.kind() == ErrorKind::TimedOut => return Ok(Err(BodyFailure::Late)),
                Err(error) => return Err(error),
            }
        }
    }

    /// Sends a response and notes it.
    async fn send(&mut self, request: &Request<'_>, reply: Reply, line: Line<'_>) -> io::Result<Next> {
        let Reply { response, account, file } = reply;
        let keeps_alive = request.keeps_alive() && !response.closes && !self.closing.is_closed();
        let is_head = request.method == Method::Head;
        self.send_noted(&response, is_head, keeps_alive, &line).await?;
        if let Some(file) = file.filter(|_| !is_head) {
            self.send_file(*file).await?;
        }
        if account.is_none() && line.client.is_some() {
            // The proxy's next request may be somebody else's; counting by nobody always succeeds.
            let _ = self.place.count_by(None);
        }
        Ok(match account {
            Some((account, address)) => Next::Upgraded(account, address),
            None if keeps_alive => Next::Another,
            None => Next::Linger,
        })
    }

    /// Sends the body that was promised, piece by piece; each has the time of a response. What cannot be had any more ends the
    /// connection, so that nobody takes a part for the whole.
    async fn send_file(&self, mut file: FileStream) -> io::Result<()> {
        while file.rest() > 0 {
            match file.next().await {
                Ok(Some(piece)) => self.wire.send_piece(&piece).await?,
                Ok(None) => return Err(io::Error::new(ErrorKind::NotFound, "the file is gone")),
                Err(problem) => return Err(io::Error::other(format!("the store failed: {problem:?}"))),
            }
        }
        Ok(())
    }

    /// Sends the response to a request after which the stream cannot be trusted.
    async fn refuse(&self, problem: &Problem, line: Option<Line<'_>>) -> io::Result<Next> {
        let line = line.unwrap_or_else(|| self.nameless());
        self.send_noted(&problem.response(), line.method == Method::Head.name(), false, &line).await?;
        Ok(Next::Linger)
    }

    /// Sends a response and writes its line into the access log: no query, no cookie, no name.
    async fn send_noted(
        &self,
        response: &Response,
        is_head: bool,
        keeps_alive: bool,
        line: &Line<'_>,
    ) -> io::Result<()> {
        let sent = self.wire.send(response, Manner { is_head, keeps_alive, is_https: line.is_https }).await?;
        let client = Peer { address: line.client.or(self.wire.peer.address), ..self.wire.peer };
        log::info!(
            target: "snug::http",
            "#{} {} {} {} {}B {:.1}ms {client}",
            self.wire.id,
            line.method,
            line.path,
            response.status,
            sent.body_bytes,
            line.since.elapsed().as_secs_f64() * 1_000.0,
        );
        Ok(())
    }

    /// The line of a request that cannot be read.
    fn nameless(&self) -> Line<'static> {
        Line { method: "-", path: "-", client: None, is_https: self.wire.peer.tls, since: Instant::now() }
    }

    /// The body did not come in time.
    fn body_timeout(&self) -> Problem {
        Problem::timeout("request's body", self.site.hub.config.http.body_ms)
    }
}

/// Why a body was not read.
enum BodyFailure {
    /// It is too large, or its framing is broken.
    Broken(BodyError),
    /// It took too long.
    Late,
}

/// Whether there is a body to be read.
fn has_body(framing: Framing) -> bool {
    !matches!(framing, Framing::None | Framing::Length(0))
}

/// Awaits `operation`; `None` when the server goes down before it is done.
pub(super) async fn unless<T>(
    closing: &Receiver<()>,
    operation: impl Future<Output = io::Result<T>>,
) -> io::Result<Option<T>> {
    let interrupted = async {
        let _ = closing.recv().await;
        Ok(None)
    };
    async { operation.await.map(Some) }.or(interrupted).await
}
