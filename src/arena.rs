//! Typed arenas: vectors that are indexed by an id of their own, so that the id of a cause cannot find a fact.
//!
//! An id is given out by the arena that holds what it names, and nothing is ever taken out of one, so an id always finds its
//! element; an id of another pack is a defect of the program and panics, as an index out of range does.

use std::fmt;
use std::marker::PhantomData;
use std::ops::{Index, IndexMut};

/// An index of its own type.
pub trait Id: Copy + Eq + Ord + fmt::Debug {
    /// Returns the id of a place.
    fn at(index: usize) -> Self;
    /// Returns the place of an id.
    fn index(self) -> usize;
}

/// Declares ids.
macro_rules! ids {
    ($($name:ident $of:literal)*) => {
        $(#[doc = $of]
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub struct $name(pub usize);

        impl $crate::arena::Id for $name {
            fn at(index: usize) -> Self {
                Self(index)
            }

            fn index(self) -> usize {
                self.0
            }
        })*
    };
}
pub(crate) use ids;

/// Elements that are named by ids of type `I`, in the order in which they were put in.
#[derive(Clone, PartialEq, Eq)]
pub struct IndexVec<I, T> {
    elements: Vec<T>,
    ids: PhantomData<fn(I) -> I>,
}

impl<I: Id, T> IndexVec<I, T> {
    /// Begins without elements.
    pub fn new() -> Self {
        Self::from(Vec::new())
    }

    /// Puts an element in and returns its id.
    pub fn push(&mut self, element: T) -> I {
        self.elements.push(element);
        I::at(self.elements.len() - 1)
    }

    /// Returns all ids in their order.
    pub fn ids(&self) -> impl ExactSizeIterator<Item = I> + DoubleEndedIterator + use<I, T> {
        (0..self.elements.len()).map(I::at)
    }

    /// Returns all elements with their ids.
    pub fn enumerated(&self) -> impl ExactSizeIterator<Item = (I, &T)> + DoubleEndedIterator {
        self.elements.iter().enumerate().map(|(index, element)| (I::at(index), element))
    }

    /// Returns the first id whose element fits.
    pub fn find(&self, fits: impl FnMut(&T) -> bool) -> Option<I> {
        self.elements.iter().position(fits).map(I::at)
    }

    /// Returns the element at a place, which need not be that of an id.
    pub fn nth(&self, index: usize) -> Option<&T> {
        self.elements.get(index)
    }
}

impl<I, T> IndexVec<I, T> {
    /// Returns all elements in their order.
    pub fn iter(&self) -> std::slice::Iter<'_, T> {
        self.elements.iter()
    }

    /// Returns all elements, to be changed.
    pub fn iter_mut(&mut self) -> std::slice::IterMut<'_, T> {
        self.elements.iter_mut()
    }

    /// Returns how many elements there are.
    pub fn len(&self) -> usize {
        self.elements.len()
    }

    /// Returns whether there are none.
    pub fn is_empty(&self) -> bool {
        self.elements.is_empty()
    }

    /// Returns all elements as a slice.
    pub fn as_slice(&self) -> &[T] {
        &self.elements
    }
}

impl<I: Id, T> Index<I> for IndexVec<I, T> {
    type Output = T;

    #[expect(
        clippy::indexing_slicing,
        reason = "an id is given out by the arena, from which nothing is taken out"
    )]
    fn index(&self, id: I) -> &T {
        &self.elements[id.index()]
    }
}

impl<I: Id, T> IndexMut<I> for IndexVec<I, T> {
    #[expect(
        clippy::indexing_slicing,
        reason = "an id is given out by the arena, from which nothing is taken out"
    )]
    fn index_mut(&mut self, id: I) -> &mut T {
        &mut self.elements[id.index()]
    }
}

impl<I, T> From<Vec<T>> for IndexVec<I, T> {
    fn from(elements: Vec<T>) -> Self {
        Self { elements, ids: PhantomData }
    }
}

impl<I, T> FromIterator<T> for IndexVec<I, T> {
    fn from_iter<E: IntoIterator<Item = T>>(elements: E) -> Self {
        Self::from(elements.into_iter().collect::<Vec<T>>())
    }
}

impl<I, T> Default for IndexVec<I, T> {
    fn default() -> Self {
        Self::from(Vec::new())
    }
}

impl<'a, I, T> IntoIterator for &'a IndexVec<I, T> {
    type Item = &'a T;
    type IntoIter = std::slice::Iter<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.elements.iter()
    }
}

impl<'a, I, T> IntoIterator for &'a mut IndexVec<I, T> {
    type Item = &'a mut T;
    type IntoIter = std::slice::IterMut<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.elements.iter_mut()
    }
}

impl<I, T: fmt::Debug> fmt::Debug for IndexVec<I, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.elements.fmt(f)
    }
}
