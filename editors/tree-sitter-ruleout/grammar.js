/**
 * @file The grammar of Ruleout for editors.
 *
 * It follows `grammar/ruleout.pest`, which is the grammar of the language, rule by rule and with the same names; a test
 * (`tests/editors.rs`) holds the two against each other. Rules of pest's that only choose (`declaration`, `fact_part`, …)
 * are supertypes here. What the two do differently:
 *
 * - Lines. Which newline ends a part and which does not is said by `src/syntax/layout.rs` there and by `src/scanner.c`
 *   here, which gives a newline as a token only where it ends something.
 * - Order. A parsing expression grammar tries its choices in turn. Here most words are told apart by what can stand at
 *   their place; `prec` says which choice goes first, and `prec.dynamic` where that shows only further on.
 * - Words that are no names only at some places (`one`, `any`, `count`, …) are keywords where the parser can use them as
 *   such; `word_or` names the places where they may be names nevertheless.
 */

/// <reference types="tree-sitter-cli/dsl" />
// @ts-check

/** Words that may follow a name or begin a part: no name is one of them. */
const RESERVED = [
  "facts", "fact", "derive", "symptom", "rules", "rule", "cause", "fix", "records", "read",
  "given", "when", "with", "anyway", "otherwise",
  "almost", "always", "usually", "often", "sometimes", "rarely", "never",
  "very", "common", "uncommon", "rare", "impossible",
  "ask", "takes", "see", "part", "told", "shows", "leads",
  "by", "waits", "works", "risk", "needs", "step", "verify", "does",
  "and", "or", "not", "is", "has", "in", "of", "between", "contains", "starts", "ends", "matches",
  "within", "where",
];

/** Whatever pest's `word` takes; full-width letters are refused where a word begins, as the layout does. */
const WORD = "[\\p{XID_Start}&&[^\\uFF01-\\uFF5E]]\\p{XID_Continue}*";

/** Steps to a cell: `pod.metadata.name`, `EventData.Data["TargetUserName"]`. */
const STEP = '\\.@?[\\p{XID_Continue}\\-]+|\\[("([^"\\\\\\r\\n]|\\\\[^\\r\\n])*"|[0-9]+|\\*)\\]';
const PATH = `[\\p{XID_Start}_@&&[^\\uFF01-\\uFF5E]]\\p{XID_Continue}*(${STEP})*`;

/** One or more, a comma between. */
const list = ($, item) => seq(item, repeat(seq($._comma, item)));

/** A body: parts, each on a line of its own or not. */
const body = ($, ...parts) => seq($._open, repeat(choice($._eol, ...parts)), $._close);

/** A word that is called so, also where it is one of these keywords. */
const word_or = (rule, ...words) => choice(rule, ...words.map((word) => alias(word, rule)));

/** Words that begin a value or a pick, and may be names nevertheless. */
const BEGIN = ["count", "one", "at", "any", "every", "all"];
const PICKS = ["first", "last", "least", "greatest", "sum"];
/** Words that may stand behind a whole condition, and may be names nevertheless. */
const BEHIND = ["at", "allow", "opened", "fine", "for", "matching"];
/** How a record looks. */
const SHAPES = ["lines", "fields", "csv", "json", "xml"];

/** Values that stand in no brackets. */
const values = ($) => [
  $.count, $.cell, $.string, alias($._pattern_elsewhere, $.pattern), $.time, $.address, $.quantity,
  word_or($.name, ...BEGIN, ...PICKS),
];

module.exports = grammar({
  name: "ruleout",

  externals: ($) => [
    // A newline that ends something.
    $._eol,
    // A newline, or marks without width, that mean nothing.
    $._joined,
    $._open_body,
    $._open_inner,
    $._close_curly,
    $._open_round,
    $._close_round,
    // Never given: where it is wanted the parser has no way on, and where everything is wanted it looks for one.
    $._never,
  ],

  extras: ($) => [
    /[ \t\u000B\f\u0085\u00A0\u1680\u2000-\u200A\u2028\u2029\u202F\u205F\u3000]/,
    // Marks without any width that are part of no word; the language warns of them.
    /[\u00AD\u061C\u200B-\u200F\u202A-\u202E\u2060-\u206F\uFEFF]/,
    $._joined,
    $.comment,
  ],

  word: ($) => $._word,

  reserved: {
    names: (_) => RESERVED,
    units: (_) => [...RESERVED, "before", "after"],
    any: (_) => [],
  },

  supertypes: ($) => [
    $.declaration,
    $.visit_part,
    $.fact_part,
    $.level_part,
    $.symptom_part,
    $.rule_part,
    $.cause_part,
    $.fix_part,
    $.records_part,
    $.ticket_part,
    $.type,
    $.figure,
    $.test,
    $.atom,
  ],

  conflicts: ($) => [
    // `told by x in 5..9`, and a share behind a condition: `told by x in 5 of 100 tickets`.
    [$.comparison],
    // `one of a, b` in a table, and the next column behind the comma.
    [$.values],
    // `is one of a, b` in a list of conditions, and the next condition behind the comma.
    [$.is_one_of],
    // `any users where …`, and a name `any` behind which a level stands.
    [$.any, $.atom],
    [$.every, $.atom],
    // `read last at of refusal`, and a fact `last` of which a level is asked: `read last at least high`.
    [$.pick, $.atom],
    // `count downs in all tickets`, and `count downs in 5..9`.
    [$.rows],
    // `count downs within any 10 min`, and a count that is asked as if it were a time.
    [$._windowed],
    // `count different port of log`, and a table `different`.
    [$.different, $.rows],
    // `is one of a, b`, and a column `one`: `is one of state`.
    [$.listed, $.rows],
  ],

  rules: {
    file: ($) => repeat(choice($._eol, $.declaration)),

    declaration: ($) => choice($.visit, $.fact, $.derive, $.symptom, $.rule, $.cause, $.fix, $.records, $.ticket_keys),

    // ------------------------------------------------------------ words

    _word: (_) => new RustRegex(WORD),
    _dotted: (_) => new RustRegex(`${WORD}(\\.\\p{XID_Start}\\p{XID_Continue}*)+`),
    _hyphenated: (_) => new RustRegex("\\p{XID_Start}\\p{XID_Continue}*(-\\p{XID_Continue}*)+"),
    name: ($) => choice($._word, $._dotted),
    value: ($) => $._word,
    names: ($) => list($, $.name),
    values: ($) => seq(word_or($.value, "allow"), repeat(prec.dynamic(1, seq($._comma, $.value)))),

    comment: (_) => token(seq("//", /[^\r\n]*/)),

    _comma: ($) => seq(",", repeat($._eol)),
    _open: ($) => alias($._open_body, "{"),
    _close: ($) => alias($._close_curly, "}"),

    // ------------------------------------------------------------ texts and numbers

    string: ($) => seq('"', optional($.string_inner), token.immediate('"')),
    string_inner: (_) => token.immediate(prec(1, /([^"\\\r\n]|\\[^\r\n])+/)),
    pattern: ($) => seq("/", $.pattern_inner, token.immediate("/")),
    pattern_inner: (_) => token.immediate(prec(1, /([^\/\\\r\n]|\\[^\r\n])+/)),
    // Where it does not stand behind `matches`, which the language refuses later, the layout reads the brackets in it.
    _pattern_elsewhere: ($) =>
      seq("/", alias($._pattern_inner_elsewhere, $.pattern_inner), token.immediate("/")),
    _pattern_inner_elsewhere: (_) =>
      token.immediate(prec(1, /([^\/\\"(){}\r\n]|\\[^"(){}\r\n]|\([^\/\\"(){}\r\n]*\))+/)),
    number: (_) => /[0-9]+(\.[0-9]+)?/,
    quantity: ($) =>
      prec.right(1, seq(
        field("number", seq(optional("-"), $.number)),
        // Any word behind a number is its unit, so one with a dot cannot stand there.
        optional(choice(field("unit", word_or($.unit, ...BEHIND, "also", "example", "complete")), seq($._dotted, $._never))),
      )),
    unit: ($) => prec(2, choice("%", reserved("units", $._word))),
    time: (_) =>
      /[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?( ?(Z|[+-][0-9]{2}:?[0-9]{2}))?)?/,
    address: (_) =>
      token(seq(
        choice(
          /[0-9]{1,3}(\.[0-9]{1,3}){3}/,
          /[0-9a-fA-F]{0,4}(:[0-9a-fA-F]{0,4}){2,7}/,
        ),
        optional(/\/[0-9]{1,3}/),
      )),

    // ------------------------------------------------------------ chances and shares

    chance: ($) =>
      choice(
        seq($.frequency, optional(seq($._round, $.figure, $._round_end))),
        $.figure,
      ),
    frequency: (_) =>
      seq(optional("almost"), choice("always", "usually", "often", "sometimes", "rarely", "never")),
    figure: ($) => choice($.percent, $.n_of_m, $.one_in),
    percent: ($) => seq($.number, choice("%", "percent")),
    n_of_m: ($) => seq($.number, "of", $.number),
    one_in: ($) => seq($.number, "in", $.number),
    share: ($) =>
      choice(
        $.impossible,
        seq($.commonness, optional(seq($._round, $.tickets, $._round_end))),
        $.tickets,
      ),
    impossible: (_) => "impossible",
    commonness: (_) => seq(optional("very"), choice("common", "uncommon", "rare")),
    tickets: ($) => seq(optional("in"), $.figure, optional(seq(optional("of"), "tickets"))),
    _round: ($) => alias($._open_round, "("),
    _round_end: ($) => alias($._close_round, ")"),

    // ------------------------------------------------------------ facts

    visit: ($) =>
      seq(
        "facts", "from", field("title", $.string),
        repeat($.visit_part),
        body($, $.visit_part, $.visit_fact),
      ),
    visit_part: ($) => choice($.by, $.takes, $.see, $.allow),
    visit_fact: ($) => seq(optional("fact"), $._fact_body),
    fact: ($) => seq("fact", $._fact_body),
    _fact_body: ($) =>
      prec.right(seq(
        field("name", word_or($.name, "allow")), ":", field("type", $.type),
        repeat($.fact_part),
        optional(body($, $.fact_part)),
      )),
    fact_part: ($) => choice($.ask, $.by, $.takes, $.see, $.read, $.rates, $.allow),
    ask: ($) => seq("ask", optional($.first), $.string),
    first: (_) => "first",
    takes: ($) => seq("takes", $.quantity),
    see: ($) => seq("see", $.string),
    read: ($) =>
      seq(
        "read",
        choice($.counted_rows, $.picked, $.condition),
        optional($.when),
      ),
    picked: ($) =>
      prec(2, seq(
        choice(word_or($.value, ...BEGIN), seq($.pick, word_or($.value, ...BEHIND))), "of", $.rows,
        optional(choice(
          $.matching,
          seq($.filter, optional(choice($.matching, seq($.connective, $._never)))),
          // It is no beginning of a condition either.
          seq($._compared, $._never),
        )),
      )),
    pick: (_) => choice(...PICKS),
    matching: ($) => seq("matching", $.pattern),
    counted_rows: ($) =>
      prec(2, seq(
        "count", optional($.different), $._windowed,
        // It is no beginning of a condition.
        optional(choice(seq($.filter, optional(seq($.connective, $._never))), seq($._compared, $._never))),
      )),
    different: ($) => seq("different", $.value, "of"),
    _windowed: ($) => choice($.rows, seq($.rows, $.any_window)),
    any_window: ($) => seq("within", $.any, $.quantity),
    rows: ($) =>
      choice(
        word_or($.name, ...BEHIND, "different"),
        seq(word_or($.name, ...BEHIND, "different"), $.in_all_tickets),
      ),
    in_all_tickets: (_) => seq("in", "all", "tickets"),
    allow: ($) => seq("allow", $.code, $.string),
    code: ($) => reserved("any", choice($._word, $._hyphenated)),
    rates: ($) => list($, $.rate),
    rate: ($) => seq($.chance, $.value),

    type: ($) =>
      choice(
        $.yes_no, $.one_of, $.some_of, $.table_of,
        word_or($.scalar_type, "yes", "one", "some", "table"),
      ),
    yes_no: (_) => seq("yes", "/", "no"),
    one_of: ($) => seq("one", "of", $.values),
    some_of: ($) => seq("some", "of", $.values),
    table_of: ($) =>
      seq(
        "table", "of", alias($._open_inner, "{"),
        $.column, repeat(seq(optional($._comma), $.column)), optional($._comma),
        $._close,
      ),
    column: ($) => seq(field("name", $.value), ":", field("type", $.type)),
    // Any word, so that the language can say which types there are.
    scalar_type: ($) => reserved("any", $._word),

    derive: ($) =>
      seq(
        "derive", field("name", $.name), ":", field("type", $.type), "=", repeat($._eol),
        field("value", $.condition),
        optional(body($, $.fact_part)),
      ),

    // ------------------------------------------------------------ evidence

    records: ($) =>
      seq(
        "records", field("name", $.name), "from", choice($.declared, $.view),
        optional(body($, $.records_part)),
      ),
    declared: ($) => seq($.shape, optional($.string), optional($.files)),
    shape: (_) => choice(...SHAPES),
    files: ($) => seq("in", list($, $.string)),
    view: ($) =>
      choice(
        seq(optional($.pick_row), $.name, optional($.filter), optional($.for_each)),
        // A table that is called so.
        seq(choice(...SHAPES.map((word) => alias(word, $.name))), $.filter, optional($.for_each)),
      ),
    pick_row: (_) => choice("first", "last"),
    for_each: ($) => seq("for", "each", $.value),
    records_part: ($) =>
      choice(
        $.read_column, $.starts, $.also, $.example, $.complete, $.ask, $.by, $.takes, $.see, $.allow,
      ),
    starts: ($) => seq("starts", $.pattern),
    also: ($) => seq("also", $.pattern),
    example: ($) => seq("example", $.string),
    complete: (_) => "complete",
    read_column: ($) =>
      seq(
        field("name", word_or($.value, "also", "example", "complete", "allow")), ":", field("type", $.type),
        optional($.time_form),
        optional($.unit_or_clock),
        optional($.decimal_sign),
        optional(seq("=", repeat($._eol), $.places)),
      ),
    time_form: ($) => seq("as", $.string),
    unit_or_clock: ($) => seq("in", choice($.string, $.name)),
    decimal_sign: ($) => seq("with", $.string, "decimal"),
    places: ($) => seq($.place, repeat(seq("or", repeat($._eol), $.place))),
    place: ($) => choice($.string, $.path),
    path: (_) => new RustRegex(PATH),

    ticket_keys: ($) => seq("tickets", "by", $.values, body($, $.ticket_part)),
    ticket_part: ($) => choice($.opened, $.fine, $.allow),
    opened: ($) => seq("opened", "by", $.name, optional($.filter)),
    fine: ($) => seq("fine", "when", $.condition, $.string),

    // ------------------------------------------------------------ symptoms

    symptom: ($) =>
      seq(
        "symptom", field("name", $.name), field("title", optional($.string)),
        choice($.levels, $.kinds, $.when, body($, $.symptom_part)),
      ),
    levels: ($) => seq("in", "levels", body($, $.level_part)),
    kinds: ($) => seq("in", "kinds", body($, $.level_part)),
    level_part: ($) => choice($.allow, $.level, $.rates, $.see),
    level: ($) =>
      seq(
        field("name", word_or($.value, "allow")), field("title", optional($.string)),
        choice($.when, $.otherwise),
      ),
    otherwise: (_) => "otherwise",
    symptom_part: ($) => choice($.when, $.rates, $.see, $.allow),
    when: ($) => seq("when", $.condition),

    // ------------------------------------------------------------ rules

    rule: ($) =>
      seq("rule", field("name", $.name), field("title", optional($.string)), body($, $.rule_part)),
    rule_part: ($) => choice($.given, $.when, $.see, $.allow, $.rules_out, $.line),
    given: ($) => seq("given", $.condition),
    rules_out: ($) => seq(optional($.values), "rules", "out", $.names),
    line: ($) => seq($.entries, choice($.with, $.anyway)),
    with: ($) => seq("with", $.names),
    anyway: (_) => "anyway",
    entries: ($) => list($, $.entry),
    entry: ($) => prec.right(seq($.chance, optional($.value))),

    // ------------------------------------------------------------ causes

    cause: ($) =>
      seq("cause", field("name", $.name), field("title", optional($.string)), body($, $.cause_part)),
    cause_part: ($) =>
      choice($.share_part, $.part_of, $.told_by, $.shows, $.leads_to, $.cause_fix, $.see, $.allow),
    share_part: ($) => seq($.share, optional(choice($.when, $.otherwise))),
    part_of: ($) => seq("part", "of", $.names),
    told_by: ($) => seq("told", "by", $.condition),
    shows: ($) => seq("shows", $.name, optional(":"), $.entries),
    leads_to: ($) => seq("leads", "to", $.names, $.chance),
    cause_fix: ($) => seq("fix", $.names),

    // ------------------------------------------------------------ fixes

    fix: ($) =>
      seq("fix", field("name", $.name), field("title", optional($.string)), body($, $.fix_part)),
    fix_part: ($) =>
      choice(
        $.by, $.takes, $.waits, $.works, $.risk, $.needs_approval, $.step, $.verify, $.does_not, $.see,
        $.allow,
      ),
    by: ($) => seq("by", $.name),
    waits: ($) => seq("waits", $.quantity),
    works: ($) => seq("works", $.chance),
    risk: ($) => seq("risk", $.string),
    needs_approval: (_) => seq("needs", "approval"),
    step: ($) => seq("step", $.string),
    verify: ($) =>
      prec(1, seq("verify", choice($.string, $.condition, seq($.string, $._compared, $._never)))),
    // A text behind `verify` is no beginning of a condition.
    _compared: (_) =>
      prec(1, choice(
        "is", "has", "in", "not", "<", ">", "<=", ">=", "between", "contains", "starts", "ends", "matches", "within", "at",
        "+", "-", "*", "/", "and", "or",
      )),
    does_not: ($) => seq("does", "not", $.string),

    // ------------------------------------------------------------ conditions

    condition: ($) => seq($.term, repeat(seq($.connective, repeat($._eol), $.term))),
    connective: (_) => choice("and", "or"),
    term: ($) =>
      seq(repeat($.not), choice($.at_least_of, $.quantified, $.all_same, $.comparison)),
    not: (_) => "not",
    at_least_of: ($) =>
      prec(1, seq(
        "at", "least", alias(/[0-9]+/, $.integer), "of", alias($._open_inner, "{"),
        $.condition, repeat(seq($._comma, $.condition)), optional($._comma),
        $._close,
      )),
    quantified: ($) => prec(1, seq(choice($.any, $.every), $.rows, $.filter)),
    any: (_) => "any",
    every: (_) => "every",
    filter: ($) => seq("where", $.term),
    all_same: ($) => prec.right(1, seq("all", "same", $.value, "of", $.rows, optional($.filter))),
    comparison: ($) => seq($._sum, optional($.test)),
    test: ($) =>
      choice(
        $.is_known, $.is_none, $.is_in_column, $.is_one_of, $.is_value, $.has, $.in_range, $.in_network, $.compare,
        $.between, $.contains, $.starts_with, $.ends_with, $.matches, $.within, $.at_level,
      ),
    is_known: ($) => seq("is", optional($.not), "known"),
    is_none: ($) => seq("is", optional($.not), "none"),
    is_in_column: ($) =>
      prec(1, seq("is", optional($.not), "one", "of", word_or($.value, ...BEGIN, ...PICKS), "of", $.rows)),
    is_one_of: ($) =>
      prec(1, seq(
        "is", optional($.not), "one", "of",
        $.listed, repeat(prec.dynamic(1, seq($._comma, $.listed))),
      )),
    listed: ($) => choice(...values($)),
    is_value: ($) => seq("is", optional($.not), $._sum),
    has: ($) => seq("has", $.value),
    _not_in: ($) => seq(optional($.not), "in"),
    in_range: ($) => seq($._not_in, $.quantity, "..", $.quantity),
    in_network: ($) => seq($._not_in, $.address),
    // A line goes on behind `=`, also that of a sign.
    compare: ($) => seq(choice($.operator, seq(alias($._operator_equal, $.operator), repeat($._eol))), $._sum),
    operator: (_) => choice("<", ">"),
    _operator_equal: (_) => choice("<=", ">="),
    between: ($) => seq("between", $._sum, "and", repeat($._eol), $._sum),
    contains: ($) => seq("contains", $.string),
    starts_with: ($) => seq("starts", "with", $.string),
    ends_with: ($) => seq("ends", "with", $.string),
    matches: ($) => seq("matches", $.pattern),
    within: ($) => seq("within", $.quantity, $.direction, $._sum),
    direction: (_) => choice("before", "after"),
    at_level: ($) => seq("at", $.bound, $.value),
    bound: (_) => choice("least", "most"),

    _sum: ($) => choice($.sum, $._product),
    sum: ($) => seq($._product, repeat1(seq(alias(choice("+", "-"), $.sum_sign), $._product))),
    _product: ($) => choice($.product, $.atom),
    product: ($) => seq($.atom, repeat1(seq(alias(choice("*", "/"), $.product_sign), $.atom))),
    atom: ($) => choice(...values($), $.group),
    group: ($) => seq($._round, $.condition, $._round_end),
    cell: ($) => seq(word_or($.value, ...BEGIN, ...PICKS), "of", $.rows),
    count: ($) =>
      prec.right(1, seq("count", optional($.different), $._windowed, optional($.count_filter))),
    count_filter: ($) => seq("where", $.counted),
    // Behind `read count` the rows are those of the whole line.
    counted: ($) => prec(-1, seq(repeat($.not), choice($.group, $.name))),
  },
});
