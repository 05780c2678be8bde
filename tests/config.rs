//! The configuration: what stops the start, and that the three `.env` files tell the truth.

use snug::config::{Config, EnvFile, Environment, keys};

/// The three files, as they are shipped.
const FILES: [(Environment, &str); 3] = [
    (Environment::Development, include_str!("../.env.development")),
    (Environment::Staging, include_str!("../.env.staging")),
    (Environment::Production, include_str!("../.env.production")),
];

fn vars(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect()
}

/// The lines with which these variables stop the start.
fn refused(pairs: &[(&str, &str)]) -> Vec<String> {
    let errors = Config::from_vars(vars(pairs)).err().unwrap_or_default();
    errors.iter().map(ToString::to_string).collect()
}

fn file(environment: Environment, text: &str) -> EnvFile {
    let vars = dotenvy::from_read_iter(text.as_bytes()).collect::<Result<_, _>>().expect("a readable .env file");
    EnvFile { name: environment.file_name(), vars }
}

#[test]
fn no_variable_at_all_gives_safe_production_defaults() {
    let config = Config::from_vars([]).unwrap();
    assert_eq!(config.environment, Environment::Production);
    assert_eq!(config.listen.to_string(), "127.0.0.1:8080", "nobody is let in from outside unasked");
    assert!(!config.trusted_proxies.trusts(None) && config.trusted_proxies.ranges.is_empty(), "nobody is believed");
}

#[test]
fn every_file_is_whole_and_valid() {
    for (environment, text) in FILES {
        let config = Config::from_sources(Some(&file(environment, text)), []).unwrap();
        assert_eq!(config.environment, environment);
    }
}

#[test]
fn every_key_of_every_file_is_explained_as_the_table_explains_it() {
    for (environment, text) in FILES {
        let lines: Vec<&str> = text.lines().collect();
        for key in keys::KEYS {
            let place = lines.iter().position(|line| line.starts_with(&format!("{}=", key.name)));
            let place = place.unwrap_or_else(|| panic!("{} is not in {}", key.name, environment.file_name()));
            let comment = [format!("# {}", key.doc), format!("# Expected: {}.", key.expected())];
            assert_eq!(lines[place - 2..place], comment, "{} in {}", key.name, environment.file_name());
        }
    }
}

#[test]
fn the_production_file_says_what_is_built_in() {
    let (environment, text) = FILES[2];
    let from_file = Config::from_sources(Some(&file(environment, text)), []).unwrap();
    for key in keys::KEYS {
        assert_eq!(key.show(&from_file), key.show(&Config::default()), "{}", key.name);
    }
}

#[test]
fn every_default_is_within_its_own_bounds() {
    for key in keys::KEYS {
        let default = key.show(&Config::default());
        assert!(key.read(&mut Config::default(), &default), "{}={default}", key.name);
    }
}

#[test]
fn the_real_environment_wins_over_the_file() {
    let (environment, text) = FILES[2];
    let file = file(environment, text);
    let config = Config::from_sources(Some(&file), vars(&[("SNUG_LISTEN", "[::1]:9")])).unwrap();
    assert_eq!(config.listen.to_string(), "[::1]:9");
}

#[test]
fn an_unknown_key_names_itself_its_value_and_the_nearest_known_key() {
    let lines = refused(&[("SNUG_PINGS_MS", "7"), ("PATH", "/bin"), ("SNUGGLE", "1")]);
    assert_eq!(lines.len(), 1, "{lines:?}");
    for part in ["SNUG_PINGS_MS", "\"7\"", "SNUG_PING_MS", "milliseconds"] {
        assert!(lines[0].contains(part), "{part} is not in {}", lines[0]);
    }
}

#[test]
fn a_slipped_shift_key_is_not_silently_ignored() {
    assert!(refused(&[("snug_listen", "0.0.0.0:80")])[0].contains("SNUG_LISTEN"));
}

#[test]
fn a_malformed_key_names_itself_its_value_and_what_was_expected() {
    for (name, value, part) in [
        ("SNUG_LISTEN", "localhost", "an IP address and a port"),
        ("SNUG_LISTEN", "unix:snug.sock", "an absolute path"),
        ("SNUG_REDIRECT_LISTEN", "80", "0.0.0.0:80"),
        ("SNUG_TRUSTED_PROXIES", "10.0.0.0/33", "10.0.0.0/8"),
        ("SNUG_TRUSTED_PROXIES", "nginx", "addresses"),
        ("SNUG_HOSTS", "http://chat.example", "without a port"),
        ("SNUG_HOSTS", "chat.example:80", "without a port"),
        ("SNUG_HSTS_SECONDS", "-1", "from 0 to"),
        ("SNUG_THREADS", "257", "from 0 to 256"),
        ("SNUG_PING_MS", "-1", "from 10 to"),
        ("SNUG_PING_MS", "", "a whole number"),
        ("SNUG_DATA", "", "a directory"),
        ("SNUG_LOG", "loud", "error, warn, info"),
        ("SNUG_LOG", "info,snug::http=", "target=level"),
        ("SNUG_LOG_FORMAT", "xml", "text or json"),
        ("SNUG_ENV", "prod", "production"),
    ] {
        let lines = refused(&[(name, value)]);
        assert_eq!(lines.len(), 1, "{name}={value}: {lines:?}");
        for part in [name, &format!("{value:?}"), part] {
            assert!(lines[0].contains(part), "{part} is not in {}", lines[0]);
        }
    }
}

#[test]
fn every_mistake_is_told_at_once() {
    assert_eq!(refused(&[("SNUG_LISTEN", "x"), ("SNUG_THREADS", "x"), ("SNUG_NONSENSE", "x")]).len(), 3);
}

#[test]
fn a_key_that_is_missing_in_the_file_is_named_with_the_line_to_add() {
    let (environment, text) = FILES[2];
    let text = text.replace("SNUG_PING_MS=25000\n", "");
    let errors = Config::from_sources(Some(&file(environment, &text)), []).unwrap_err();
    let line = errors[0].to_string();
    assert_eq!(errors.len(), 1);
    assert!(line.contains(".env.production") && line.contains("SNUG_PING_MS=25000"), "{line}");
    Config::from_sources(Some(&file(environment, &text)), vars(&[("SNUG_PING_MS", "9000")])).unwrap();
}

#[test]
fn a_key_that_stands_twice_is_refused() {
    let (environment, text) = FILES[2];
    let text = format!("{text}SNUG_THREADS=2\n");
    let errors = Config::from_sources(Some(&file(environment, &text)), []).unwrap_err();
    assert!(errors[0].to_string().contains("SNUG_THREADS stands twice"), "{errors:?}");
}

#[test]
fn keys_that_contradict_each_other_are_refused() {
    let line = &refused(&[("SNUG_SILENCE_MS", "60000"), ("SNUG_PING_MS", "30000")])[0];
    assert!(line.contains("SNUG_SILENCE_MS=\"60000\"") && line.contains("30000"), "{line}");
    Config::from_vars(vars(&[("SNUG_SILENCE_MS", "60001"), ("SNUG_PING_MS", "30000")])).unwrap();
    assert!(refused(&[("SNUG_HEAD_BYTES", "2048"), ("SNUG_TARGET_BYTES", "2048")])[0].contains("SNUG_TARGET_BYTES"));
    for (pairs, key) in [
        (&[("SNUG_TLS_CERT", "c.pem")][..], "SNUG_TLS_KEY"),
        (&[("SNUG_TLS_KEY", "k.pem")], "SNUG_TLS_CERT"),
        (&[("SNUG_TLS_CERT", "c.pem"), ("SNUG_TLS_KEY", "k.pem"), ("SNUG_LISTEN", "unix:/s")], "SNUG_LISTEN"),
        (&[("SNUG_REDIRECT_LISTEN", "0.0.0.0:80")], "SNUG_REDIRECT_LISTEN"),
        (&[("SNUG_REDIRECT_LISTEN", "0.0.0.0:80"), ("SNUG_PUBLIC_URL", "http://chat.example")], "SNUG_REDIRECT_LISTEN"),
    ] {
        assert!(refused(pairs).iter().any(|line| line.starts_with(key)), "{pairs:?}: {:?}", refused(pairs));
    }
    let (_, text) = FILES[1];
    let swapped = Config::from_sources(Some(&file(Environment::Production, text)), []).unwrap_err();
    assert!(swapped[0].to_string().contains("SNUG_ENV"), "{swapped:?}");
}

#[test]
fn a_value_that_may_be_a_secret_is_never_repeated_and_a_long_one_is_cut() {
    assert!(!refused(&[("SNUG_ADMIN_TOKEN", "hunter2")])[0].contains("hunter2"));
    assert!(refused(&[("SNUG_LISTEN", &"9".repeat(10_000))])[0].len() < 300);
    assert!(!refused(&[("SNUG_LISTEN", "x\ny")])[0].contains('\n'));
}

#[test]
fn lists_and_places_are_kept_in_one_form() {
    for (name, given, kept) in [
        ("SNUG_HOSTS", "Chat.Example, snug.example", "chat.example,snug.example"),
        ("SNUG_HOSTS", "", ""),
        ("SNUG_TRUSTED_PROXIES", "unix, 10.1.2.3/8", "10.0.0.0/8,unix"),
        ("SNUG_LISTEN", "unix:/run/snug/snug.sock", "unix:/run/snug/snug.sock"),
        ("SNUG_LISTEN", "[0::1]:80", "[::1]:80"),
        ("SNUG_TLS_CERT", "", ""),
    ] {
        let config = Config::from_vars(vars(&[(name, given)])).unwrap();
        assert_eq!(keys::find(name).unwrap().show(&config), kept);
    }
}

#[test]
fn origins_are_kept_in_the_form_in_which_browsers_send_them() {
    for (given, kept) in [
        ("https://Chat.Example", "https://chat.example"),
        ("https://chat.example:443", "https://chat.example"),
        ("http://10.0.0.2:8080", "http://10.0.0.2:8080"),
        ("http://[::1]:80", "http://[::1]"),
    ] {
        let config = Config::from_vars(vars(&[("SNUG_PUBLIC_URL", given), ("SNUG_ORIGINS", given)])).unwrap();
        assert_eq!((config.public_url.as_deref(), &*config.origins), (Some(kept), &[kept.to_owned()][..]));
    }
    for bad in
        ["chat.example", "https://", "https://a/", "https://a:x", "https://a:1:2", "https://[::g]", "https://u@a"]
    {
        assert_eq!(refused(&[("SNUG_PUBLIC_URL", bad)]).len(), 1, "{bad}");
    }
    assert!(Config::from_vars(vars(&[("SNUG_ORIGINS", "")])).unwrap().origins.is_empty());
}
