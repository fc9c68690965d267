("{" @open "}" @close)
("(" @open ")" @close)
(string "\"" @open . (string_inner)? . "\"" @close)
