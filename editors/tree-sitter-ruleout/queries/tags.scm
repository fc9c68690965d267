; What a file declares, and where it is named.
(fact name: (name) @name) @definition.field
(visit_fact name: (name) @name) @definition.field
(derive name: (name) @name) @definition.field
(records name: (name) @name) @definition.field
(symptom name: (name) @name) @definition.function
(rule name: (name) @name) @definition.method
(cause name: (name) @name) @definition.class
(fix name: (name) @name) @definition.module

(shows (name) @name) @reference.function
(with (names (name) @name @reference.class))
(rules_out (names (name) @name @reference.class))
(leads_to (names (name) @name @reference.class))
(cause_fix (names (name) @name @reference.module))
