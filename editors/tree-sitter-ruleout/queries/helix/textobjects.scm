; A declaration is what a function is elsewhere, a part of it what a parameter is.
[
  (visit)
  (fact)
  (derive)
  (symptom)
  (rule)
  (cause)
  (fix)
  (records)
  (ticket_keys)
] @function.around

[
  (visit_fact)
  (level)
  (rates)
  (line)
  (rules_out)
  (given)
  (share_part)
  (part_of)
  (told_by)
  (shows)
  (leads_to)
  (cause_fix)
  (ask)
  (takes)
  (see)
  (by)
  (waits)
  (works)
  (risk)
  (needs_approval)
  (step)
  (verify)
  (does_not)
  (read)
  (read_column)
  (starts)
  (also)
  (example)
  (opened)
  (fine)
] @parameter.inside

(comment) @comment.inside
(comment)+ @comment.around
