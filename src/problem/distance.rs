//! How many letters two words are apart.
//!
//! The optimal string alignment distance: letters inserted, left out, replaced, or two neighbours swapped, each letter
//! touched once (Damerau 1964). Only a band of the table as wide as the bound can hold distances within it (Ukkonen
//! 1985), and what both words begin and end with is left aside, so that a word is compared with thousands of names in no
//! time.

/// The most letters of a word that are compared.
const MAX_LETTERS: usize = 127;

/// A row of the table.
type Row = [usize; MAX_LETTERS + 1];

/// Returns the distance of two words, if it is within a bound. Words of more than 127 letters that differ are far apart.
pub(super) fn within(a: &[char], b: &[char], bound: usize) -> Option<usize> {
    let (a, b) = apart(a, b);
    if a.len().abs_diff(b.len()) > bound || b.len() > MAX_LETTERS {
        return None;
    }
    // What is beyond the bound, or outside of the band.
    let far = bound + 1;
    let (mut before, mut last): (Row, Row) = ([far; MAX_LETTERS + 1], [far; MAX_LETTERS + 1]);
    last.iter_mut().take(far).enumerate().for_each(|(n, entry)| *entry = n);
    for (i, letter) in a.iter().enumerate() {
        let mut row: Row = [far; MAX_LETTERS + 1];
        row[0] = (i + 1).min(far);
        let mut nearest = row[0];
        for j in i.saturating_sub(bound)..(i + bound + 1).min(b.len()) {
            let at = |row: &Row, j: usize| row.get(j).copied().unwrap_or(far);
            let same = b.get(j) == Some(letter);
            let mut distance =
                (at(&last, j) + usize::from(!same)).min(at(&last, j + 1) + 1).min(at(&row, j) + 1);
            let swapped = i > 0 && j > 0 && a.get(i - 1) == b.get(j) && b.get(j - 1) == Some(letter);
            if swapped {
                distance = distance.min(at(&before, j - 1) + 1);
            }
            nearest = nearest.min(distance);
            if let Some(entry) = row.get_mut(j + 1) {
                *entry = distance.min(far);
            }
        }
        if nearest > bound {
            return None;
        }
        before = last;
        last = row;
    }
    last.get(b.len()).copied().filter(|distance| *distance <= bound)
}

/// Strips what two words both begin and end with.
fn apart<'a>(a: &'a [char], b: &'a [char]) -> (&'a [char], &'a [char]) {
    let prefix = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    let (a, b) = (a.get(prefix..).unwrap_or(&[]), b.get(prefix..).unwrap_or(&[]));
    let suffix = a.iter().rev().zip(b.iter().rev()).take_while(|(x, y)| x == y).count();
    (a.get(..a.len() - suffix).unwrap_or(&[]), b.get(..b.len() - suffix).unwrap_or(&[]))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::within;

    fn letters(word: &str) -> Vec<char> {
        word.chars().collect()
    }

    fn distance(a: &str, b: &str, bound: usize) -> Option<usize> {
        within(&letters(a), &letters(b), bound)
    }

    #[test]
    fn letters_are_inserted_left_out_replaced_and_swapped() {
        assert_eq!(distance("usualy", "usually", 2), Some(1));
        assert_eq!(distance("usaully", "usually", 2), Some(1));
        assert_eq!(distance("äther", "ether", 1), Some(1));
        assert_eq!(distance("rarely", "usually", 3), None);
        assert_eq!(distance("", "", 0), Some(0));
        assert_eq!(distance("abc", "", 3), Some(3));
    }

    /// The whole table, as the definition says.
    fn table(a: &[char], b: &[char]) -> usize {
        let mut d = vec![vec![0; b.len() + 1]; a.len() + 1];
        for i in 0..=a.len() {
            for j in 0..=b.len() {
                d[i][j] = if i == 0 || j == 0 {
                    i + j
                } else {
                    let replaced = d[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
                    let swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
                    let swap = if swapped { d[i - 2][j - 2] + 1 } else { usize::MAX };
                    replaced.min(d[i - 1][j] + 1).min(d[i][j - 1] + 1).min(swap)
                };
            }
        }
        d[a.len()][b.len()]
    }

    proptest! {
        #[test]
        fn the_band_says_what_the_whole_table_says(a in "[abc]{0,9}", b in "[abc]{0,9}", bound in 0_usize..6) {
            let whole = table(&letters(&a), &letters(&b));
            prop_assert_eq!(distance(&a, &b, bound), (whole <= bound).then_some(whole));
        }
    }
}
