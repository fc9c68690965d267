//! Invented names: the same for the same value, and of no use to whoever does not know the salt (HMAC, RFC 2104, with SHA-256).

use std::collections::{BTreeMap, BTreeSet};

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

/// What names are made with.
#[derive(Debug, Clone)]
pub(super) struct Key(Hmac<Sha256>);

impl Key {
    /// Makes a key of any bytes.
    pub(super) fn new(salt: &[u8]) -> Self {
        let mut block = [0; 64];
        block.iter_mut().zip(Sha256::digest(salt)).for_each(|(to, from)| *to = from);
        Self(Hmac::new(&block.into()))
    }

    /// Returns 32 bytes that stand for a value.
    pub(super) fn bytes(&self, space: &str, value: &[u8], round: u32) -> [u8; 32] {
        let mut mac = self.0.clone();
        mac.update(space.as_bytes());
        mac.update(&[0]);
        mac.update(&round.to_be_bytes());
        mac.update(value);
        mac.finalize().into_bytes().into()
    }
}

/// All that was invented in a run: two values never get one name.
#[derive(Debug)]
pub(super) struct Invented {
    pub(super) key: Key,
    made: BTreeMap<(&'static str, String), String>,
    used: BTreeSet<(&'static str, String)>,
}

/// Of these no English word is made.
const CONSONANTS: &[u8] = b"bdfgjkmprtvz";
const VOWELS: &[u8] = b"aiou";
/// No vowels: an identifier must not become a word.
const LOWER: &[u8] = b"bcdfghjklmnpqrstvwx";
const UPPER: &[u8] = b"BCDFGHJKLMNPQRSTVWX";
/// After so many rounds a name is given to two values: there are no others of that form.
const ROUNDS: u32 = 200;

impl Invented {
    pub(super) fn new(key: Key) -> Self {
        Self { key, made: BTreeMap::new(), used: BTreeSet::new() }
    }

    fn unique(
        &mut self,
        space: &'static str,
        value: &str,
        form: impl Fn(&mut dyn Iterator<Item = u8>) -> String,
    ) -> String {
        let wanted = (space, value.to_owned());
        if let Some(made) = self.made.get(&wanted) {
            return made.clone();
        }
        let mut round: u32 = 0;
        let made = loop {
            let key = &self.key;
            // As many bytes as the form takes.
            let mut bytes = (0u32..)
                .flat_map(|block| key.bytes(space, value.as_bytes(), round.wrapping_add(block << 16)));
            let made = form(&mut bytes);
            round += 1;
            if self.used.insert((space, made.clone())) || round > ROUNDS {
                break made;
            }
        };
        self.made.insert(wanted, made.clone());
        made
    }

    /// Returns a word that can be spoken, in the case of the one that it stands for.
    pub(super) fn word(&mut self, word: &str) -> String {
        let made = self.unique("word", &word.to_lowercase(), |bytes| spoken(bytes));
        let is_upper = word.chars().count() > 1 && !word.chars().any(char::is_lowercase);
        match word.chars().next() {
            Some(_) if is_upper && word.chars().any(char::is_uppercase) => made.to_uppercase(),
            Some(first) if first.is_uppercase() => {
                let mut made = made.chars();
                made.next().map_or_else(String::new, |first| first.to_uppercase().chain(made).collect())
            }
            _ => made,
        }
    }

    /// Returns the label of a registered domain.
    pub(super) fn domain(&mut self, registered: &str) -> String {
        self.unique("domain", registered, |bytes| spoken(bytes))
    }

    /// Returns as many digits as there are.
    pub(super) fn digits(&mut self, digits: &str) -> String {
        self.unique("digits", digits, |bytes| shaped(digits, bytes))
    }

    /// Returns an identifier of the same form: each letter and digit by another one of its kind.
    pub(super) fn id(&mut self, id: &str) -> String {
        self.unique("id", id, |bytes| shaped(id, bytes))
    }
}

fn spoken(bytes: &mut dyn Iterator<Item = u8>) -> String {
    let mut word = String::new();
    for _ in 0..4 {
        word.extend(bytes.next().and_then(|byte| of(CONSONANTS, byte)));
        word.extend(bytes.next().and_then(|byte| of(VOWELS, byte)));
    }
    word
}

fn of(letters: &[u8], byte: u8) -> Option<char> {
    letters.get(usize::from(byte) % letters.len()).map(|letter| char::from(*letter))
}

fn shaped(value: &str, bytes: &mut dyn Iterator<Item = u8>) -> String {
    let is_hex = value.chars().all(|c| c.is_ascii_hexdigit() || !c.is_ascii_alphanumeric());
    let other = |c: char| match c {
        '0'..='9' => of(b"0123456789", bytes.next()?),
        // The longer names of Postfix have their parts on either side of a `z`.
        'z' => Some(c),
        'a'..='f' if is_hex => of(b"abcdef", bytes.next()?),
        'A'..='F' if is_hex => of(b"ABCDEF", bytes.next()?),
        _ if c.is_uppercase() => of(UPPER, bytes.next()?),
        _ if c.is_alphabetic() => of(LOWER, bytes.next()?),
        _ => Some(c),
    };
    value.chars().filter_map(other).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_value_gets_the_same_name() {
        let mut one = Invented::new(Key::new(b"salt"));
        let mut other = Invented::new(Key::new(b"salt"));
        assert_eq!(one.word("Ann").to_lowercase(), other.word("ann"));
        assert_ne!(one.word("ann"), Invented::new(Key::new(b"pepper")).word("ann"));
        assert_eq!(one.id("4XyZ12").len(), 6);
        assert!(one.id("A1B2C3D4E5").chars().all(|c| c.is_ascii_hexdigit()));
        assert!(one.word("ANN").chars().all(char::is_uppercase));
    }

    #[test]
    fn two_values_never_get_one_name() {
        let mut made = Invented::new(Key::new(b""));
        let names: BTreeSet<String> = (0..20_000).map(|n| made.word(&format!("w{n}"))).collect();
        assert_eq!(names.len(), 20_000);
    }
}
