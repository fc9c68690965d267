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
] @fold

(comment)+ @fold
