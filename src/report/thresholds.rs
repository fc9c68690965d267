//! What is worth showing: every threshold of what people read, in one table. None of them changes a number of an answer.

/// From here on a cause is "almost certainly" it,
pub const ALMOST_CERTAIN: f64 = 0.95;
/// from here on "most likely",
pub const MOST_LIKELY: f64 = 0.70;
/// and from here on "probably": more likely than not. What else is, is taken to be there as well, and a fix of it is never kept
/// from the reader.
pub const PROBABLE: f64 = 0.5;

/// A cause stands out, is explained and acted upon from here on: one ticket in ten is worth a thought,
pub const LEADING: f64 = 0.10;
/// where it is at least this part as likely as the first, so that a clear first stands alone;
pub const BESIDE_FIRST: f64 = 0.4;
/// and no more than this many are: nobody reads a fourth account.
pub const MOST_LEADING: usize = 3;

/// A short answer has so many rows.
pub const SHORT_ROWS: usize = 3;
/// What is less likely than this has no row in a whole answer where nobody says how many,
pub const WORTH_A_ROW: f64 = 0.01;
/// but so many rows there are,
pub const FEWEST_ROWS: usize = 3;
/// and no more than so many.
pub const MOST_ROWS: usize = 8;
/// On the screen of an interview, rows that an answer may lift stay longer.
pub const WORTH_A_ROW_LIVE: f64 = 0.005;
/// A change of less than this has no arrow: it would not change the figure that is shown.
pub const MOVED: f64 = 0.005;
/// Causes that are ruled out are named up to so many.
pub const MOST_RULED_OUT: usize = 12;
/// Rows that come to more than this are said to overlap: less is rounding.
pub const OVER: f64 = 1.005;
/// A set of causes is named from here on: below, single causes say as much.
pub const SET_WORTH_NAMING: f64 = 0.05;

/// A likelihood ratio between this and one over it hardly counts by itself; such evidence is shown together.
pub const HARDLY: f64 = 1.5;
/// Of what keeps a cause from being first, less is worth a line: that is what was asked for.
pub const HARDLY_AGAINST: f64 = 1.2;
/// A short answer gives so many reasons,
pub const DECISIVE: usize = 3;
/// those after the first only where they count at least so much,
pub const MUCH: f64 = 2.0;
/// with so many facts beside each.
pub const DECISIVE_FACTS: usize = 2;

/// A step is written out that is needed with this chance when its turn comes;
pub const WORTH_WRITING: f64 = 0.2;
/// but no more than so many of them are.
pub const MOST_WRITTEN: usize = 3;
/// A ticket is escalated where this part of what is left is something that they can help with.
pub const WORTH_ESCALATING: f64 = 0.2;
/// A short answer names so many of the steps that follow the first.
pub const SHORT_STEPS: usize = 2;

/// So many visits and questions are listed where not all are asked for,
pub const MOST_VISITS: usize = 4;
/// and so many questions of each visit.
pub const MOST_QUESTIONS: usize = 3;

/// A value is cut where it is longer than this, in characters;
pub const LONGEST_VALUE: usize = 60;
/// words that somebody quotes from elsewhere are worth more room;
pub const LONGEST_QUOTE: usize = 160;
/// where all that was recorded is listed, there is most.
pub const LONGEST_RECORDED: usize = 400;
/// A text from here on is a quotation, and not the name of something.
pub const SHORTEST_QUOTE: usize = 20;
/// A rule that waits names so many facts.
pub const MOST_WANTED: usize = 3;

/// The longest place of a fact that is shown with its path,
pub const LONGEST_PATH: usize = 28;
/// and with the name of its file.
pub const LONGEST_NAME: usize = 48;
