//! Amounts and bounds in fact files.

use crate::facts::recorded::tests::{known, minutes, refused, written};
use crate::number::Number;
use crate::value::{Amount, Bound, Known, Range, Value};

fn exactly(amount: Amount) -> Known {
    Known::Exactly(Value::Amount(amount))
}

fn number(text: &str) -> Amount {
    Amount::Number(Number::parse(text).unwrap())
}

fn within(low: Option<(Amount, bool)>, high: Option<(Amount, bool)>) -> Known {
    let bound = |(at, open)| Bound { at, open };
    Known::Within(Range { low: low.map(bound), high: high.map(bound) })
}

#[test]
fn amounts_by_their_type() {
    for (value, plain) in [
        ("550", "550"),
        ("\"550\"", "550"),
        ("-1.5", "-1.5"),
        ("1e3", "1000"),
        ("1_000", "1000"),
        ("+5", "5"),
        ("9007199254740993", "9007199254740993"),
        ("123456789012345678", "123456789012345678"),
    ] {
        assert_eq!(known("reply.code", value), exactly(number(plain)), "{value}");
        assert_eq!(written("reply.code", value), plain);
    }
    assert_eq!(known("reply.share", "80 %"), exactly(number("0.8")));
    assert_eq!(known("message.size", "25 MB"), exactly(number("25e6")));
    for value in ["90 min", "1 h 30 min", "1.5 hours", "PT1H30M", "\"5400s\""] {
        assert_eq!(known("delay", value), exactly(minutes(90)), "{value}");
        assert_eq!(written("delay", value), "1 h 30 min");
    }
    assert_eq!(known("delay", "P1DT1H"), exactly(minutes(1500)));
    assert_eq!(written("message.size", "25  MiB"), "25 MiB");
    assert_eq!(written("reply.code", "5.50e2"), "550");
}

#[test]
fn bounds() {
    let low = |open| within(Some((minutes(5), open)), None);
    let high = |open| within(Some((minutes(0), false)), Some((minutes(5), open)));
    for (value, expected, shown) in [
        ("\"> 5 min\"", low(true), "> 5 min"),
        ("\">=5 min\"", low(false), ">= 5 min"),
        ("≥ 5 min", low(false), ">= 5 min"),
        ("< 5 min", high(true), "< 5 min"),
        ("<= PT5M", high(false), "<= 5 min"),
        ("≤ 5 min", high(false), "<= 5 min"),
    ] {
        assert_eq!(known("delay", value), expected, "{value}");
        assert_eq!(written("delay", value), shown);
    }
    let between = within(Some((minutes(5), false)), Some((minutes(15), false)));
    for value in ["5 min .. 15 min", "5 .. 15 min", "5..15min", "PT5M .. PT15M"] {
        assert_eq!(known("delay", value), between, "{value}");
        assert_eq!(written("delay", value), "5 min .. 15 min");
    }
    let open = within(Some((minutes(5), true)), Some((minutes(15), false)));
    for value in ["\"> 5 min .. 15 min\"", "\">5 .. 15 min\"", "\"> 5 min .. <= 15 min\""] {
        assert_eq!(known("delay", value), open, "{value}");
        assert_eq!(written("delay", value), "> 5 min .. 15 min");
    }
    let below = within(Some((minutes(5), false)), Some((minutes(15), true)));
    assert_eq!(known("delay", "\">= 5 min .. < 15 min\""), below);
    assert_eq!(known("delay", "5 min .. 300 s"), exactly(minutes(5)));
    let end = |text| (number(text), false);
    assert_eq!(known("reply.code", "-5 .. -1"), within(Some(end("-5")), Some(end("-1"))));
    assert_eq!(known("reply.code", "< 3"), within(None, Some((number("3"), true))));
    assert_eq!(known("reply.share", "5 .. 10 %"), within(Some(end("0.05")), Some(end("0.1"))));
}

#[test]
fn durations_that_are_none() {
    let units = "`s`, `min`, `h`, `days` or `weeks`";
    for (value, what, help) in [
        ("5", "`5` has no unit", units),
        ("5 min .. 15", "`15` has no unit", units),
        ("5 MB", "`5 MB` is a size", units),
        ("-PT5M", "`-PT5M` cannot be", "not negative"),
        ("\"< 0 s\"", "`< 0 s` cannot be", "not negative"),
        ("5 m", "`m` is not a unit", "did you mean `min`?"),
        ("5 mim", "`mim` is not a unit", "did you mean `min`?"),
        ("5 parsecs", "`parsecs` is not a unit", units),
        ("1:30", "`1:30` can be read in two ways", "`1 h 30 min` or `1 min 30 s`"),
        ("1:30:00", "`1:30:00` can be read in two ways", "`1 h 30 min 00 s` or `1 d 30 h 00 min`"),
        ("1,5 h", "`1,5 h` is not one", "decimals with a point"),
        ("soon", "`soon` is not one", "for example `8 min`"),
        ("unknown", "`unknown` is not one", "leave it out if nobody looked"),
        ("NaN", "`NaN` is not one", "for example"),
        ("inf", "`inf` is not one", "for example"),
        ("P1M", "months and years in `P1M` have no fixed length", "`30 days`"),
        ("PT9999999999999999999H", "`PT9999999999999999999H` is not one", "for example"),
        ("99999999999999999999999 weeks", "`99999999999999999999999 weeks` is too large", "measured"),
        ("15 min .. 5 min", "`15 min .. 5 min` ends before it begins", "`5 min .. 15 min`"),
        ("5 min ..", "`5 min ..` has one end", "`>= 5 min`"),
        (".. 5 min", "`.. 5 min` has one end", "`<= 5 min`"),
        ("\"> 5 min ..\"", "`> 5 min ..` has one end", "`> 5 min`"),
        ("\"> 5 min .. 300 s\"", "`> 5 min .. 300 s` ends before it begins", "`300 s .. 5 min`"),
    ] {
        refused("delay", value, &format!("`delay` expects a duration, and {what}"), help);
    }
    refused("delay", "\"> 5\"", "`delay` expects a duration, and `5` has no unit", units);
}

#[test]
fn other_amounts_that_are_none() {
    for (fact, value, what, help) in [
        ("reply.code", "80 %", "a number, and `80 %` is a percentage", "without the unit"),
        ("reply.code", "NaN", "a number, and `NaN` is not one", "`12`"),
        ("reply.code", ".inf", "a number, and `.inf` is not one", "`12`"),
        ("reply.code", "Infinity", "a number, and `Infinity` is not one", "`12`"),
        ("reply.code", "1e999", "a number, and `1e999` has more digits than can be told apart", "measured"),
        ("reply.code", "0x1F", "a number, and `x` is not a unit", "the number alone"),
        ("reply.code", "1,000", "a number, and `1,000` is not one", "without a comma"),
        ("reply.code", "5._0", "a number, and `5._0` is not one", "`12`"),
        ("reply.code", "1...3", "a number, and `1 .. .3` ends before it begins", ""),
        ("reply.code", "1 .. 2 .. 3", "a number, and `2 .. 3` is not one", "`12`"),
        ("reply.share", "0.8", "a percentage, and `0.8` has no unit", "`%`"),
        ("reply.share", "100.1 %", "a percentage, and `100.1 %` cannot be", "between 0 % and 100 %"),
        ("message.size", "-1 B", "a size, and `-1 B` cannot be", "0 B or more"),
        ("message.size", "25", "a size, and `25` has no unit", "`MB`"),
        ("message.size", "25 min", "a size, and `25 min` is a duration", "`MB`"),
    ] {
        refused(fact, value, &format!("`{fact}` expects {what}"), help);
    }
}
