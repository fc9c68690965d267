(visit "facts" @context "from" @context title: (string) @name) @item
(visit_fact name: (name) @name) @item
(fact "fact" @context name: (name) @name) @item
(derive "derive" @context name: (name) @name) @item
(symptom "symptom" @context name: (name) @name) @item
(level name: (value) @name) @item
(rule "rule" @context name: (name) @name) @item
(cause "cause" @context name: (name) @name) @item
(fix "fix" @context name: (name) @name) @item
(records "records" @context name: (name) @name) @item
(ticket_keys "tickets" @context "by" @context (values) @name) @item
