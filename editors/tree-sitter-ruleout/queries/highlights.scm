; The names of captures are those that Neovim and `tree-sitter highlight` know. `helix/` and `zed/` hold the same patterns with
; theirs. No node is caught twice, so that it makes no difference which pattern goes first.

(comment) @comment

; What is declared, and how parts begin.
[
  "facts" "from" "fact" "derive" "symptom" "rule" "cause" "fix" "records"
] @keyword.type

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
(ticket_keys "tickets" @keyword.type)
(places "or" @keyword.operator)
(between "and" @keyword.operator)
(does_not "not" @keyword)

; `none` is a value that was looked for.
(is_none "none" @constant.builtin)

; How often, how common.
[(frequency) (commonness) (impossible)] @constant.builtin
[(number) (integer) (unit) (time)] @number
(tickets "tickets" @number)
(percent ["%" "percent"] @number)
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
(by (name) @module)

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
(counted (name) @variable.member)
(is_value (name) @constant)
(listed (name) @constant)

; Levels, kinds, members, columns.
(column name: (value) @variable.member)
(read_column name: (value) @variable.member)
(all_same (value) @variable.member)
(different (value) @variable.member)
(picked (value) @variable.member)
(cell (value) @variable.member)
(is_in_column (value) @variable.member)
(for_each (value) @variable.member)
(ticket_keys (values (value) @variable.member))
(path) @variable.member
(level name: (value) @constant)
(one_of (values (value) @constant))
(some_of (values (value) @constant))
(rules_out (values (value) @constant))
(rate (value) @constant)
(entry (value) @constant)
(has (value) @constant)
(at_level (value) @constant)

; Texts and patterns.
(string) @string
(pattern) @string.regexp

; Signs.
[(operator) (sum_sign) (product_sign) "-" "=" ".."] @operator
["{" "}" "(" ")"] @punctuation.bracket
["," ":"] @punctuation.delimiter
