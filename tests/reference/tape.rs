//! Choices read from a list of numbers: a shorter list, or smaller numbers, is a simpler model, so proptest can shrink.

pub(crate) struct Tape<'t> {
    rest: std::slice::Iter<'t, u32>,
}

impl<'t> Tape<'t> {
    pub(crate) fn new(numbers: &'t [u32]) -> Self {
        Self { rest: numbers.iter() }
    }

    /// A number below `n`; 0 where the list has ended.
    pub(crate) fn below(&mut self, n: usize) -> usize {
        let number = u64::from(self.rest.next().copied().unwrap_or(0));
        usize::try_from((number * n as u64) >> 32).unwrap()
    }

    /// From `low` to `high`, both in.
    pub(crate) fn between(&mut self, low: usize, high: usize) -> usize {
        low + self.below(high + 1 - low)
    }

    /// So often out of a hundred; never where the list has ended.
    pub(crate) fn happens(&mut self, percent: usize) -> bool {
        self.below(100) >= 100 - percent
    }

    pub(crate) fn pick<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len())]
    }

    /// So many of `0..n`, in order.
    pub(crate) fn some(&mut self, many: usize, n: usize) -> Vec<usize> {
        let mut left: Vec<usize> = (0..n).collect();
        let mut taken: Vec<usize> = (0..many.min(n)).map(|_| left.remove(self.below(left.len()))).collect();
        taken.sort_unstable();
        taken
    }

    pub(crate) fn shuffle<T>(&mut self, all: &mut [T]) {
        for at in (1..all.len()).rev() {
            let other = at - self.below(at + 1);
            all.swap(at, other);
        }
    }
}
