; The patterns of `../highlights.scm` with the names of captures that Helix knows.

(comment) @comment.line

; What is declared, and how parts begin.
[
  "facts" "from" "fact" "derive" "symptom" "rule" "cause" "fix" "records"
] @keyword.storage.type

[
  "levels" "kinds" "given" "when" "with" "rules" "out" "part" "of" "told" "by" "shows" "leads" "to"
  "ask" "takes" "see" "allow" "waits" "works" "risk" "needs" "approval" "step" "verify" "does"
  "read" "also" "example" "as" "decimal" "for" "each" "opened" "fine" "matching"
  (first) (otherwise) (anyway) (shape) (complete) (pick) (pick_row)
] @keyword

; Inside of conditions.
[
  "is" "has" "in" "at" "between" "contains" "starts" "ends" "matches" "within" "where" "known" "one" "some" "all" "same"
  "count" "different" (bound)
  (any) (every) (not) (connective) (direction)
] @keyword.operator
(in_all_tickets "tickets" @keyword.operator)
(at_least_of "least" @keyword.operator)
(ticket_keys "tickets" @keyword.storage.type)
(places "or" @keyword.operator)
(between "and" @keyword.operator)
(does_not "not" @keyword)

; `none` is a value that was looked for.
(is_none "none" @constant.builtin)

; How often, how common.
[(frequency) (commonness) (impossible)] @constant.builtin
[(number) (integer) (unit) (time)] @constant.numeric
(tickets "tickets" @constant.numeric)
(percent ["%" "percent"] @constant.numeric)
(address) @string.special

; What is allowed.
(code) @label

; Types.
[(scalar_type) (yes_no) "table"] @type.builtin

; Names, by what they name.
(fact name: (name) @variable)
(visit_fact name: (name) @variable)
(records name: (name) @variable)
(derive name: (name) @variable)
(symptom name: (name) @function)
(rule name: (name) @function)
(shows (name) @function)
(cause name: (name) @type)
(with (names (name) @type))
(rules_out (names (name) @type))
(leads_to (names (name) @type))
(part_of (names (name) @type))
(fix name: (name) @constructor)
(cause_fix (names (name) @constructor))
(by (name) @namespace)

; In conditions a name is that of a fact, a symptom or a column; behind `is` it is mostly a value.
(comparison (name) @variable)
(sum (name) @variable)
(product (name) @variable)
(compare (name) @variable)
(between (name) @variable)
(within (name) @variable)
(rows (name) @variable)
(view (name) @variable)
(opened (name) @variable)
(unit_or_clock (name) @variable)
(counted (name) @variable.other.member)
(is_value (name) @type.enum.variant)
(listed (name) @type.enum.variant)

; Levels, kinds, members, columns.
(column name: (value) @variable.other.member)
(read_column name: (value) @variable.other.member)
(all_same (value) @variable.other.member)
(different (value) @variable.other.member)
(picked (value) @variable.other.member)
(cell (value) @variable.other.member)
(is_in_column (value) @variable.other.member)
(for_each (value) @variable.other.member)
(ticket_keys (values (value) @variable.other.member))
(path) @variable.other.member
(level name: (value) @type.enum.variant)
(one_of (values (value) @type.enum.variant))
(some_of (values (value) @type.enum.variant))
(rules_out (values (value) @type.enum.variant))
(rate (value) @type.enum.variant)
(entry (value) @type.enum.variant)
(has (value) @type.enum.variant)
(at_level (value) @type.enum.variant)

; Texts and patterns.
(string) @string
(pattern) @string.regexp

; Signs.
[(operator) (sum_sign) (product_sign) "-" "=" ".."] @operator
["{" "}" "(" ")"] @punctuation.bracket
["," ":"] @punctuation.delimiter
