//! Letters of one script that look like those of another: Cyrillic `а` and Latin `a` (Unicode Technical Standard 39).
//!
//! A pack may be written in any script. What confuses is a word that mixes two, a word of another script that looks like one of the
//! language, and two names that look the same; and marks that change the direction in which a text is read, so that it says
//! something else than what is seen (Boucher and Anderson 2021, "Trojan Source").

use unicode_security::MixedScript as _;
use unicode_security::confusable_detection::skeleton;
use unicode_security::mixed_script::AugmentedScriptSet;

/// Returns a word in letters of the language, if it has others and each of them looks like one.
pub fn in_plain_letters(word: &str) -> Option<String> {
    let plain = |c: char| {
        if c.is_ascii() {
            return Some(c);
        }
        let mut of_char = [0; 4];
        let looks: Vec<char> = skeleton(c.encode_utf8(&mut of_char)).collect();
        match looks.as_slice() {
            [one] if one.is_ascii_alphabetic() => Some(*one),
            _ => None,
        }
    };
    (!word.is_ascii()).then(|| word.chars().map(plain).collect())?
}

/// Returns whether a word, or a part of it between dots, digits and `_`, mixes letters of scripts that are not written together.
pub fn mixes_scripts(word: &str) -> bool {
    let parts = || word.split(|c: char| !c.is_alphabetic());
    !word.is_ascii() && parts().any(|part| !part.is_single_script())
}

/// Returns the name of the script of the first letter that is not one of the language's.
pub fn script(word: &str) -> String {
    let other = word
        .chars()
        .find(|c| c.is_alphabetic() && !AugmentedScriptSet::for_char(*c).is_all() && !c.is_ascii());
    let set = other.map(AugmentedScriptSet::for_char).unwrap_or_default();
    set.to_string().trim_start_matches('{').split([',', ' ', '}']).next().unwrap_or("").to_owned()
}

/// Returns what a name looks like: the same for names that nobody tells apart by looking.
pub fn looks(name: &str) -> String {
    skeleton(name).collect()
}

/// Returns whether a character turns the direction in which what follows is read.
pub fn turns(c: char) -> bool {
    matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::{in_plain_letters, looks, mixes_scripts, script};

    #[test]
    fn letters_that_look_alike_are_told_from_words_of_another_script() {
        // The first two letters are Cyrillic.
        assert_eq!(in_plain_letters("саuse").as_deref(), Some("cause"));
        assert_eq!(in_plain_letters("причина"), None);
        assert_eq!(in_plain_letters("cause"), None);
        assert!(mixes_scripts("саuse") && mixes_scripts("vpn.саuse") && mixes_scripts("pαth"));
        for whole in ["причина", "vpn_доступ", "αιτία", "größe", "原因のひとつ", "vpn2", "네트워크"]
        {
            assert!(!mixes_scripts(whole), "{whole}");
        }
        assert_eq!(looks("сору"), looks("copy"));
        assert_eq!(script("саuse"), "Cyrillic");
    }
}
