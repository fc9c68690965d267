; What stands in brackets is set in by one step.
(_ "{" "}" @end) @indent
(_ "(" ")" @end) @indent
