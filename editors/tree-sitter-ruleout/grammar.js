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
  "facts", "fact", "derive", "symptom", "rules", "rule", "cause", "fix",
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

/** One or more, a comma between. */
const list = ($, item) => seq(item, repeat(seq($._comma, item)));

/** A body: parts, each on a line of its own or not. */
const body = ($, ...parts) => seq($._open, repeat(choice($._eol, ...parts)), $._close);

/** A word that is called so, also where it is one of these keywords. */
const word_or = (rule, ...words) => choice(rule, ...words.map((word) => alias(word, rule)));

/** Values that stand in no brackets. */
const values = ($) => [
  $.count, $.string, alias($._pattern_elsewhere, $.pattern), $.time, $.address, $.quantity,
  word_or($.name, "count", "one", "at", "any", "every", "all"),
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
  ],

  rules: {
    file: ($) => repeat(choice($._eol, $.declaration)),

    declaration: ($) => choice($.visit, $.fact, $.derive, $.symptom, $.rule, $.cause, $.fix),

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
        optional(choice(field("unit", word_or($.unit, "allow", "at")), seq($._dotted, $._never))),
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
    fact_part: ($) => choice($.ask, $.by, $.takes, $.see, $.rates, $.allow),
    ask: ($) => seq("ask", optional($.first), $.string),
    first: (_) => "first",
    takes: ($) => seq("takes", $.quantity),
    see: ($) => seq("see", $.string),
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
    quantified: ($) => prec(1, seq(choice($.any, $.every), word_or($.name, "at", "allow"), $.filter)),
    any: (_) => "any",
    every: (_) => "every",
    filter: ($) => seq("where", $.term),
    all_same: ($) => prec.right(1, seq("all", "same", $.value, "of", $.name, optional($.filter))),
    comparison: ($) => seq($._sum, optional($.test)),
    test: ($) =>
      choice(
        $.is_known, $.is_none, $.is_one_of, $.is_value, $.has, $.in_range, $.in_network, $.compare,
        $.between, $.contains, $.starts_with, $.ends_with, $.matches, $.within, $.at_level,
      ),
    is_known: ($) => seq("is", optional($.not), "known"),
    is_none: ($) => seq("is", optional($.not), "none"),
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
    count: ($) => prec.right(1, seq("count", word_or($.name, "at", "allow"), optional($.count_filter))),
    count_filter: ($) => seq("where", $.counted),
    counted: ($) => seq(repeat($.not), choice($.group, $.name)),
  },
});
