//! Numbers that depend on a few contexts.

/// A number for every combination of values of a few contexts.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    /// Which contexts, by index, each once.
    pub scope: Vec<usize>,
    /// One entry a combination, in mixed radix: the first context of the scope runs fastest.
    pub values: Vec<f64>,
}

impl Table {
    /// Returns a table with the same number whatever the contexts.
    pub fn constant(value: f64) -> Self {
        Self { scope: Vec::new(), values: vec![value] }
    }

    /// Returns the table with all entries times a factor.
    #[must_use]
    pub fn times(&self, factor: f64) -> Self {
        Self { scope: self.scope.clone(), values: self.values.iter().map(|v| v * factor).collect() }
    }
}
