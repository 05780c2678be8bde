//! The certificate with which this server speaks TLS, read anew on demand.

use crate::config::TlsConfig;
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::version::{TLS12, TLS13};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// What is agreed on inside TLS (RFC 7301): the one version of HTTP that we speak there.
const ALPN_HTTP_1_1: &[u8] = b"http/1.1";

/// A certificate, its key, and the files that they come from.
pub struct Certificate {
    cert: PathBuf,
    key: PathBuf,
    config: Mutex<Arc<ServerConfig>>,
}

impl Certificate {
    /// Reads the certificate that the configuration names; `None` when it names none.
    ///
    /// # Errors
    /// One line for the person at the console: which file, what is wrong with it.
    pub fn load(tls: &TlsConfig) -> Result<Option<Arc<Certificate>>, String> {
        let (Some(cert), Some(key)) = (tls.cert.clone(), tls.key.clone()) else { return Ok(None) };
        let config = Mutex::new(read(&cert, &key)?);
        Ok(Some(Arc::new(Certificate { cert, key, config })))
    }

    /// Reads both files again, for the connections to come; those that are open go on as they are. What cannot be used is
    /// told in the log and changes nothing.
    pub fn reload(&self) {
        match read(&self.cert, &self.key) {
            Ok(config) => {
                *self.config.lock().unwrap_or_else(PoisonError::into_inner) = config;
                log::info!("certificate read anew from {}", self.cert.display());
            }
            Err(reason) => {
                log::error!("{reason}. The old certificate stays in force; mend the files and send SIGHUP again")
            }
        }
    }

    /// What new connections use.
    pub(super) fn config(&self) -> Arc<ServerConfig> {
        self.config.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// Reads the pair and makes sure that one belongs to the other. No text tells what stands in a key's file.
fn read(cert: &Path, key: &Path) -> Result<Arc<ServerConfig>, String> {
    let refused = |file: &Path, name: &str, error: &dyn std::fmt::Display| {
        format!("cannot use {} ({name}): {error}", file.display())
    };
    let of_cert = |error: &dyn std::fmt::Display| refused(cert, "SNUG_TLS_CERT", error);
    let of_key = |error: &dyn std::fmt::Display| refused(key, "SNUG_TLS_KEY", error);
    let chain: Vec<CertificateDer<'static>> =
        CertificateDer::pem_file_iter(cert).and_then(Iterator::collect).map_err(|error| of_cert(&error))?;
    if chain.is_empty() {
        return Err(of_cert(
            &"there is no certificate in it; a PEM file with the certificate and its chain is expected",
        ));
    }
    let private = PrivateKeyDer::from_pem_file(key).map_err(|error| of_key(&error))?;
    let builder = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()));
    let builder = builder.with_protocol_versions(&[&TLS13, &TLS12]).map_err(|error| of_cert(&error))?;
    let mut config = builder.with_no_client_auth().with_single_cert(chain, private).map_err(|error| of_key(&error))?;
    config.alpn_protocols = vec![ALPN_HTTP_1_1.to_vec()];
    Ok(Arc::new(config))
}
