//! Chances, shares, lines and rates.

use super::super::lines::settled;
use super::super::model::{Chance, Line};
use super::{COMMONNESS, FREQUENCIES, Generator, decimal};

impl Generator<'_> {
    pub(super) fn word(&mut self) -> Chance {
        let (word, mut figure, mut number) = *self.tape.pick(&FREQUENCIES);
        let own = self.model.scale.get(word).cloned();
        if let Some((text, own)) = &own {
            (figure, number) = (text, *own);
        }
        let text = if self.tape.happens(30) { format!("{word} ({figure})") } else { word.to_owned() };
        Chance { text, number, word: true }
    }

    pub(super) fn figure(&mut self) -> Chance {
        let (text, number) = match self.tape.below(10) {
            0..5 => {
                let n = self.tape.between(1, 99);
                (format!("{n} %"), decimal(n) / 100.0)
            }
            5 => {
                let n = self.tape.between(1, 999);
                (format!("{} %", decimal(n) / 10.0), decimal(n) / 10.0 / 100.0)
            }
            6 => {
                let (of, n) = (self.tape.between(2, 40), self.tape.below(20));
                (format!("{} of {of}", n.min(of)), decimal(n.min(of)) / decimal(of))
            }
            7 => {
                let n = self.tape.between(1, 500);
                (format!("1 in {n}"), 1.0 / decimal(n))
            }
            8 => ("0 %".to_owned(), 0.0),
            _ => ("100 %".to_owned(), 1.0),
        };
        Chance { text, number, word: false }
    }

    pub(super) fn chance(&mut self) -> Chance {
        if self.tape.happens(45) { self.figure() } else { self.word() }
    }

    pub(super) fn share(&mut self) -> Chance {
        let (word, mut figure, mut number) = *self.tape.pick(&COMMONNESS);
        let own = self.model.scale.get(word).cloned();
        if let Some((text, own)) = &own {
            (figure, number) = (text, *own);
        }
        let (text, number) = match self.tape.below(10) {
            0..5 => (word.to_owned(), number),
            5 => (format!("{word} ({figure})"), number),
            6 => {
                let n = self.tape.between(1, 300);
                (format!("in {n} of 1000 tickets"), decimal(n) / 1000.0)
            }
            7 => {
                let n = self.tape.between(3, 2000);
                (format!("1 in {n}"), 1.0 / decimal(n))
            }
            8 => {
                let n = self.tape.between(1, 40);
                (format!("{n} %"), decimal(n) / 100.0)
            }
            _ => ("impossible".to_owned(), 0.0),
        };
        Chance { text, number, word: true }
    }

    /// A line that the language takes, over so many levels.
    pub(super) fn line(&mut self, levels: usize, anyway: bool) -> Line {
        let many = if levels == 2 { 1 } else { self.tape.between(1, levels) };
        let mut named = self.tape.some(many, levels);
        if levels == 2 && !self.tape.happens(10) {
            named = vec![1];
        }
        self.tape.shuffle(&mut named);
        let mut line: Line = named.into_iter().map(|level| (level, self.chance())).collect();
        while settled(&line, anyway, levels, self.model.never()).is_none() {
            line.pop();
        }
        if line.is_empty() {
            line.push((1, Chance { text: "3 %".to_owned(), number: 0.03, word: false }));
        }
        line
    }

    /// Rates over so many values, one of them at least not named.
    pub(super) fn rates(&mut self, values: usize) -> Line {
        let many = self.tape.between(1, values - 1);
        let named = self.tape.some(many, values);
        let mut line: Line = named.into_iter().map(|value| (value, self.chance())).collect();
        let sum: f64 = line.iter().map(|(_, c)| c.number).sum();
        if sum > 1.0 && line.iter().any(|(_, c)| !c.word) {
            line.truncate(1);
        }
        line
    }
}
