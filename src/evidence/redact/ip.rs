//! Addresses of hosts, replaced so that neighbours stay neighbours: two that share their first bits share as many afterwards
//! (the prefix-preserving way of Crypto-PAn: Xu, Fan, Ammar, Moon, 2002).
//!
//! What is in a network that means something (private, link-local, carrier-grade NAT, or one that a pack names) stays in it, and what is
//! in none comes into none. Loopback, multicast and the unspecified address stay as they are.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::IpNet;

use super::key::Key;

/// Networks that an address stays in (RFC 1918, 3927, 6598, 4193, 4291, 3056, 6052).
const NETWORKS: &[&str] = &[
    "10.0.0.0/8",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "169.254.0.0/16",
    "100.64.0.0/10",
    "2000::/3",
    "2002::/16",
    "64:ff9b::/96",
    "fc00::/7",
    "fe80::/10",
];

/// Networks whose addresses stay as they are.
const FIXED: &[&str] = &["0.0.0.0/8", "127.0.0.0/8", "224.0.0.0/3", "::/96", "ff00::/8"];

#[derive(Debug)]
pub(super) struct Addresses {
    networks: Vec<IpNet>,
    fixed: Vec<IpNet>,
}

impl Addresses {
    /// Takes the networks and addresses of a pack as well.
    pub(super) fn new(networks: &[IpNet]) -> Self {
        let read = |all: &[&str]| -> Vec<IpNet> { all.iter().filter_map(|net| net.parse().ok()).collect() };
        let (single, wide): (Vec<IpNet>, Vec<IpNet>) =
            networks.iter().copied().partition(|net| net.prefix_len() == net.max_prefix_len());
        let fixed: Vec<IpNet> = read(FIXED).into_iter().chain(single).collect();
        Self {
            networks: read(NETWORKS).into_iter().chain(wide).chain(fixed.iter().copied()).collect(),
            fixed,
        }
    }

    /// Replaces an address.
    pub(super) fn other(&self, address: IpAddr, key: &Key) -> IpAddr {
        if let IpAddr::V6(six) = address
            && let Some(four) = six.to_ipv4_mapped()
            && let IpAddr::V4(four) = self.other(four.into(), key)
        {
            return four.to_ipv6_mapped().into();
        }
        if self.fixed.iter().any(|net| net.contains(&address)) {
            return address;
        }
        match address {
            IpAddr::V4(four) => {
                let bits = u128::from(u32::from(four));
                let other = self.bits(bits, 32, key, |net| match net {
                    IpNet::V4(net) => Some((u32::from(net.network()).into(), net.prefix_len())),
                    IpNet::V6(_) => None,
                });
                IpAddr::V4(Ipv4Addr::from(u32::try_from(other).unwrap_or_default()))
            }
            IpAddr::V6(six) => {
                let other = self.bits(u128::from(six), 128, key, |net| match net {
                    IpNet::V6(net) => Some((u128::from(net.network()), net.prefix_len())),
                    IpNet::V4(_) => None,
                });
                IpAddr::V6(Ipv6Addr::from(other))
            }
        }
    }

    fn bits(&self, address: u128, width: u8, key: &Key, of: impl Fn(&IpNet) -> Option<(u128, u8)>) -> u128 {
        let networks: Vec<(u128, u8)> = self.networks.iter().filter_map(of).collect();
        let mut other = 0;
        for at in 0..width {
            let bit = (address >> (width - 1 - at)) & 1;
            // The bits before this one; none for the first.
            let before = address.checked_shr(u32::from(width - at)).unwrap_or(0);
            // Above a network, nothing is turned: it has to stay where it is.
            let leads = |(net, length): &(u128, u8)| {
                at < *length && net.checked_shr(u32::from(width - at)).unwrap_or(0) == before
            };
            let turn = if networks.iter().any(leads) {
                0
            } else {
                let mut value = before.to_be_bytes().to_vec();
                value.extend([at, width]);
                u128::from(key.bytes("bit", &value, 0).first().copied().unwrap_or(0) & 1)
            };
            other = (other << 1) | (bit ^ turn);
        }
        other
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn other(text: &str) -> IpAddr {
        let own = "203.0.113.64/26".parse().unwrap();
        Addresses::new(&[own, "8.8.8.8/32".parse().unwrap()]).other(text.parse().unwrap(), &Key::new(b"salt"))
    }

    #[test]
    fn networks_stay_together() {
        let third = |ip: IpAddr| match ip {
            IpAddr::V4(four) => four.octets()[..3].to_vec(),
            IpAddr::V6(six) => six.octets()[..6].to_vec(),
        };
        assert_eq!(third(other("198.51.100.7")), third(other("198.51.100.200")));
        assert_ne!(other("198.51.100.7"), other("198.51.100.200"));
        assert_eq!(third(other("2001:db8:1::7")), third(other("2001:db8:1:2::9")));
        for (net, ip) in [
            ("10.0.0.0/8", "10.1.2.3"),
            ("192.168.0.0/16", "192.168.7.9"),
            ("203.0.113.64/26", "203.0.113.99"),
            ("fc00::/7", "fd00::1"),
            ("fe80::/10", "fe80::1:2"),
            ("2000::/3", "2001:db8::1"),
        ] {
            let net: IpNet = net.parse().unwrap();
            assert!(net.contains(&other(ip)), "{ip}");
            assert_ne!(other(ip), ip.parse::<IpAddr>().unwrap());
        }
        for ip in ["127.0.0.2", "::1", "0.0.0.0", "224.0.0.1", "8.8.8.8"] {
            assert_eq!(other(ip), ip.parse::<IpAddr>().unwrap());
        }
        assert_eq!(other("::ffff:198.51.100.7").to_canonical(), other("198.51.100.7"));
    }

    #[test]
    fn no_address_comes_into_a_network_that_means_something() {
        for n in 0..2000u32 {
            let ip = Ipv4Addr::from(n.wrapping_mul(2_654_435_761));
            let own = Addresses::new(&[]);
            let key = Key::new(b"x");
            let to = own.other(ip.into(), &key);
            let class = |ip: IpAddr| own.networks.iter().position(|net| net.contains(&ip));
            assert_eq!(class(ip.into()), class(to), "{ip} {to}");
        }
    }
}
