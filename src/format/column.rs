//! How wide a column is, so that most rows line up and a few long ones do not push all others away.

/// What a row that sticks out costs, in blanks; at least, and for each row.
const STICKS_OUT: (usize, usize) = (24, 8);

/// Returns the width among those given, up to `most`, that costs least: blanks in the rows that are shorter, and a fixed
/// price for each that is longer.
pub(super) fn best(widths: impl Iterator<Item = usize>, most: usize) -> usize {
    let widths: Vec<usize> = widths.collect();
    let (least, each) = STICKS_OUT;
    let price = least.max(each * widths.len());
    let cost =
        |width: usize| -> usize { widths.iter().map(|w| if *w > width { price } else { width - w }).sum() };
    let narrow = widths.iter().copied().filter(|width| *width <= most);
    narrow.min_by_key(|width| (cost(*width), usize::MAX - width)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::best;

    #[test]
    fn one_long_row_sticks_out() {
        assert_eq!(best([13, 54, 19].into_iter(), 72), 19);
        assert_eq!(best([28, 39, 36, 28, 12, 46].into_iter(), 72), 46);
        assert_eq!(best([28, 90].into_iter(), 72), 28);
        assert_eq!(best([5, 100].into_iter(), 72), 5);
        assert_eq!(best([].into_iter(), 72), 0);
    }
}
