//! Ranges of addresses, such as `192.0.2.0/24` (RFC 4632 section 3.1, RFC 4291 section 2.3): read, compared, shown.
//!
//! An IPv4 address that comes mapped into IPv6 (`::ffff:192.0.2.7`) is the IPv4 address, in ranges and in what they are
//! compared with, so that nobody gets around a range by the family of their socket.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

/// Bits of an IPv4 address.
const V4_BITS: u8 = 32;

/// Bits of an IPv6 address.
const V6_BITS: u8 = 128;

/// Bits before an IPv4 address that is mapped into IPv6.
const MAPPED_BITS: u8 = V6_BITS - V4_BITS;

/// A range of addresses: all that begin with the same bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct AddressRange {
    /// The first address: canonical, and 0 in all bits behind the prefix.
    first: IpAddr,
    /// How many leading bits are the same in all of them.
    prefix_bits: u8,
}

/// The text is no range of addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BadRange;

impl AddressRange {
    /// The range of all addresses that share the first `prefix_bits` bits with `address`; `None` when it has fewer bits.
    pub fn new(address: IpAddr, prefix_bits: u8) -> Option<AddressRange> {
        let (address, prefix_bits) = match (address, address.to_canonical()) {
            (IpAddr::V6(_), IpAddr::V4(v4)) if prefix_bits >= MAPPED_BITS => {
                (IpAddr::V4(v4), prefix_bits - MAPPED_BITS)
            }
            _ => (address, prefix_bits),
        };
        let first = match address {
            IpAddr::V4(v4) => {
                let rest = V4_BITS.checked_sub(prefix_bits)?;
                IpAddr::V4(Ipv4Addr::from_bits(v4.to_bits() & u32::MAX.checked_shl(rest.into()).unwrap_or(0)))
            }
            IpAddr::V6(v6) => {
                let rest = V6_BITS.checked_sub(prefix_bits)?;
                IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() & u128::MAX.checked_shl(rest.into()).unwrap_or(0)))
            }
        };
        Some(AddressRange { first, prefix_bits })
    }

    /// Whether `address` is one of them.
    pub fn contains(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        address.is_ipv4() == self.first.is_ipv4()
            && AddressRange::new(address, self.prefix_bits).is_some_and(|range| range.first == self.first)
    }

    /// Whether it holds at most as many addresses as a range with so many leading bits in its family.
    pub fn is_at_most(&self, v4_prefix_bits: u8, v6_prefix_bits: u8) -> bool {
        self.prefix_bits >= if self.first.is_ipv4() { v4_prefix_bits } else { v6_prefix_bits }
    }

    /// Whether it is one address.
    pub fn is_single(&self) -> bool {
        self.is_at_most(V4_BITS, V6_BITS)
    }
}

/// The canonical form: what lies behind the prefix is 0, and one address stands alone.
impl fmt::Display for AddressRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_single() { write!(f, "{}", self.first) } else { write!(f, "{}/{}", self.first, self.prefix_bits) }
    }
}

/// Reads an address, or an address and a prefix length with a slash between.
impl FromStr for AddressRange {
    type Err = BadRange;

    fn from_str(text: &str) -> Result<AddressRange, BadRange> {
        let (address, prefix) = text.split_once('/').map_or((text, None), |(address, prefix)| (address, Some(prefix)));
        let address: IpAddr = address.parse().map_err(|_| BadRange)?;
        let whole = if address.is_ipv4() { V4_BITS } else { V6_BITS };
        let prefix_bits = match prefix {
            None => whole,
            Some("0") => 0,
            Some(digits) if digits.starts_with(|c: char| ('1'..='9').contains(&c)) => {
                digits.parse().map_err(|_| BadRange)?
            }
            Some(_) => return Err(BadRange),
        };
        AddressRange::new(address, prefix_bits).ok_or(BadRange)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(text: &str) -> AddressRange {
        text.parse().unwrap_or_else(|_| panic!("{text}"))
    }

    #[test]
    fn a_range_has_one_form() {
        for (text, shown) in [
            ("192.0.2.7", "192.0.2.7"),
            ("192.0.2.7/32", "192.0.2.7"),
            ("192.0.2.7/24", "192.0.2.0/24"),
            ("10.255.1.1/8", "10.0.0.0/8"),
            ("0.0.0.0/0", "0.0.0.0/0"),
            ("2001:DB8:0:0::1/32", "2001:db8::/32"),
            ("2001:db8::1/128", "2001:db8::1"),
            ("::/0", "::/0"),
            ("::ffff:192.0.2.7", "192.0.2.7"),
            ("::ffff:192.0.2.7/120", "192.0.2.0/24"),
            ("::ffff:192.0.2.7/96", "0.0.0.0/0"),
            ("::ffff:192.0.2.7/95", "::fffe:0:0/95"),
        ] {
            assert_eq!(range(text).to_string(), shown, "{text}");
            assert_eq!(range(shown), range(text), "{text}");
        }
    }

    #[test]
    fn what_is_no_range_is_not_read_as_one() {
        for text in [
            "",
            "/",
            "/8",
            "192.0.2.7/",
            "192.0.2.7/33",
            "192.0.2.7/-1",
            "192.0.2.7/+8",
            "192.0.2.7/08",
            "192.0.2.7/8 ",
            "192.0.2/24",
            "192.0.2.007",
            "2001:db8::/129",
            "fe80::1%eth0",
            "[::1]",
            "192.0.2.7/24/24",
            "192.0.2.7/٨",
            "localhost",
            "192.0.2.7/255.255.255.0",
            "192.0.2.7/300",
        ] {
            assert_eq!(text.parse::<AddressRange>(), Err(BadRange), "{text}");
        }
    }

    #[test]
    fn a_range_holds_what_begins_as_it_does_and_nothing_else() {
        for (text, inside, outside) in [
            (
                "192.0.2.0/24",
                ["192.0.2.0", "192.0.2.255", "::ffff:192.0.2.9"],
                ["192.0.3.0", "192.0.1.255", "::c000:200"],
            ),
            ("192.0.2.128/25", ["192.0.2.128", "192.0.2.200", "192.0.2.255"], ["192.0.2.127", "10.0.2.128", "::"]),
            (
                "2001:db8::/32",
                ["2001:db8::", "2001:db8:ffff::1", "2001:db8:1:2:3:4:5:6"],
                ["2001:db9::", "2001:db7::", "32.1.13.184"],
            ),
            ("0.0.0.0/0", ["0.0.0.0", "255.255.255.255", "::ffff:1.2.3.4"], ["::", "::1", "2001:db8::"]),
            ("::/0", ["::", "::1", "ffff::"], ["0.0.0.0", "::ffff:1.2.3.4", "255.255.255.255"]),
            ("::1", ["::1", "0:0::1", "0::0:1"], ["::2", "::", "0.0.0.1"]),
        ] {
            let range = range(text);
            inside
                .into_iter()
                .for_each(|address| assert!(range.contains(address.parse().unwrap()), "{address} in {text}"));
            outside
                .into_iter()
                .for_each(|address| assert!(!range.contains(address.parse().unwrap()), "{address} in {text}"));
        }
    }

    /// Bit by bit, against the plain definition.
    #[test]
    fn every_prefix_length_cuts_where_it_says() {
        let (v4, v6) =
            (Ipv4Addr::from_bits(0xa5a5_5a5a), Ipv6Addr::from_bits(0xa5a5_5a5a_0ff0_f00f_a5a5_5a5a_0ff0_f00f));
        for prefix_bits in 0..=V6_BITS {
            for bit in 0..V6_BITS {
                let flipped = Ipv6Addr::from_bits(v6.to_bits() ^ (1 << (V6_BITS - 1 - bit)));
                let range = AddressRange::new(v6.into(), prefix_bits).unwrap();
                assert_eq!(range.contains(flipped.into()), bit >= prefix_bits, "{range} {flipped}");
            }
        }
        for prefix_bits in 0..=V4_BITS {
            for bit in 0..V4_BITS {
                let flipped = Ipv4Addr::from_bits(v4.to_bits() ^ (1 << (V4_BITS - 1 - bit)));
                let range = AddressRange::new(v4.into(), prefix_bits).unwrap();
                assert_eq!(range.contains(flipped.into()), bit >= prefix_bits, "{range} {flipped}");
            }
        }
        assert_eq!(AddressRange::new(v4.into(), V4_BITS + 1), None);
    }

    #[test]
    fn a_width_is_measured_in_its_own_family() {
        assert!(range("10.0.0.0/8").is_at_most(8, 32) && !range("10.0.0.0/7").is_at_most(8, 32));
        assert!(range("2001:db8::/32").is_at_most(8, 32) && !range("2001:db8::/31").is_at_most(8, 32));
        assert!(range("::ffff:10.0.0.0/104").is_at_most(8, 32) && !range("::ffff:10.0.0.0/103").is_at_most(8, 32));
        assert!(!range("::ffff:0:0/90").is_at_most(8, 97), "a wide range of IPv6 stays one");
        assert!(range("::1").is_single() && !range("::/127").is_single());
    }
}
