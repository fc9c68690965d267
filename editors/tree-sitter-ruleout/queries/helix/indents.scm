; What stands in brackets is set in by one step.
[
  (visit)
  (visit_fact)
  (fact)
  (derive)
  (symptom)
  (rule)
  (cause)
  (fix)
  (records)
  (ticket_keys)
  (table_of)
  (at_least_of)
  (group)
] @indent

["}" ")"] @outdent
