// The lines of a text: which newline ends a part, and which means nothing. What the parser cannot see by itself: it follows
// src/syntax/layout.rs of the language.
//
// A newline means nothing inside round brackets and inside the curly ones behind `of`, and before the `{` of a
// declaration. Behind a comma, `=`, `and` and `or` the grammar lets it stand. So the brackets that are open are counted here.

#include "tree_sitter/alloc.h"
#include "tree_sitter/parser.h"

enum Token { EOL, JOINED, OPEN_BODY, OPEN_INNER, CLOSE_CURLY, OPEN_ROUND, CLOSE_ROUND, NEVER };

// How deep brackets may nest.
#define DEPTH 64
// How many blanks may stand between a head and a bracket on a line of its own.
#define LOOKED_AHEAD 200
// The longest word that begins a declaration, and its end.
#define WORD 8

typedef struct {
  uint8_t bodies; // how many bodies are open
  uint8_t inner;  // how many brackets are open inside of them
} Scanner;

void *tree_sitter_ruleout_external_scanner_create(void) { return ts_calloc(1, sizeof(Scanner)); }

void tree_sitter_ruleout_external_scanner_destroy(void *payload) { ts_free(payload); }

unsigned tree_sitter_ruleout_external_scanner_serialize(void *payload, char *buffer) {
  const Scanner *scanner = payload;
  buffer[0] = (char)scanner->bodies;
  buffer[1] = (char)scanner->inner;
  return 2;
}

void tree_sitter_ruleout_external_scanner_deserialize(void *payload, const char *buffer, unsigned length) {
  Scanner *scanner = payload;
  scanner->bodies = length > 0 ? (uint8_t)buffer[0] : 0;
  scanner->inner = length > 1 ? (uint8_t)buffer[1] : 0;
}

// Marks without any width.
static bool is_mark(int32_t c) {
  return c == 0xAD || (c >= 0x200B && c <= 0x200F) || (c >= 0x202A && c <= 0x202E) || (c >= 0x2060 && c <= 0x2069) ||
         c == 0xFEFF;
}

static bool is_blank(int32_t c) {
  return c == ' ' || c == '\t' || c == 0x0B || c == 0x0C || c == 0x85 || c == 0xA0 || c == 0x1680 ||
         (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F || c == 0x3000;
}

// Whether a character can stand in a word; of those beyond ASCII all that are no signs one meets in texts.
static bool in_word(int32_t c) {
  return c == '_' || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
         (c >= 0xC0 && !(c >= 0x2000 && c <= 0x206F) && c != 0xFEFF && !is_blank(c));
}

static bool same(const char *a, const char *b) {
  while (*a && *a == *b) a++, b++;
  return *a == *b;
}

// Whether a word at the start of a line shows that a bracket was forgotten. `fact` and `fix` begin parts too.
static bool begins_declaration(const char *word) {
  return same(word, "cause") || same(word, "rule") || same(word, "symptom") || same(word, "derive") ||
         same(word, "facts") || same(word, "records") || same(word, "tickets");
}

static bool give(TSLexer *lexer, enum Token token) {
  lexer->result_symbol = token;
  return true;
}

// A newline, and what the line behind it begins with.
static bool newline(Scanner *scanner, TSLexer *lexer, const bool *valid) {
  if (lexer->lookahead == '\r') lexer->advance(lexer, false);
  if (lexer->lookahead == '\n') lexer->advance(lexer, false);
  lexer->mark_end(lexer);
  int looked = 1;
  while ((is_blank(lexer->lookahead) || lexer->lookahead == '\n' || lexer->lookahead == '\r') && looked < LOOKED_AHEAD) {
    lexer->advance(lexer, false);
    looked++;
  }
  bool head = scanner->bodies == 0 && scanner->inner == 0;
  if (head && lexer->lookahead == '{' && looked < LOOKED_AHEAD) return give(lexer, JOINED);
  if (valid[NEVER] && !head) {
    // Something is wrong already. A declaration that begins here shows that brackets were forgotten.
    char word[WORD] = {0};
    for (int at = 0; at < WORD - 1 && lexer->lookahead >= 'a' && lexer->lookahead <= 'z'; at++) {
      word[at] = (char)lexer->lookahead;
      lexer->advance(lexer, false);
    }
    if (lexer->lookahead == ' ' && begins_declaration(word)) {
      scanner->bodies = 0;
      scanner->inner = 0;
      return give(lexer, EOL);
    }
  }
  if (scanner->inner > 0) return give(lexer, JOINED);
  return valid[EOL] && give(lexer, EOL);
}

static bool bracket(Scanner *scanner, TSLexer *lexer, const bool *valid) {
  int32_t c = lexer->lookahead;
  bool full = scanner->bodies + scanner->inner >= DEPTH;
  lexer->advance(lexer, false);
  lexer->mark_end(lexer);
  switch (c) {
    case '{':
      if (full) return false;
      if (valid[OPEN_BODY] && scanner->inner == 0) {
        scanner->bodies++;
        return give(lexer, OPEN_BODY);
      }
      if (!valid[OPEN_INNER]) return false;
      scanner->inner++;
      return give(lexer, OPEN_INNER);
    case '(':
      if (full || !valid[OPEN_ROUND]) return false;
      scanner->inner++;
      return give(lexer, OPEN_ROUND);
    case ')':
      if (!valid[CLOSE_ROUND]) return false;
      if (scanner->inner > 0) scanner->inner--;
      return give(lexer, CLOSE_ROUND);
    default:
      if (!valid[CLOSE_CURLY]) return false;
      if (scanner->inner > 0) {
        scanner->inner--;
      } else if (scanner->bodies > 0) {
        scanner->bodies--;
      }
      return give(lexer, CLOSE_CURLY);
  }
}

bool tree_sitter_ruleout_external_scanner_scan(void *payload, TSLexer *lexer, const bool *valid) {
  Scanner *scanner = payload;
  bool blank = false;
  while (is_blank(lexer->lookahead)) {
    lexer->advance(lexer, true);
    blank = true;
  }
  if (is_mark(lexer->lookahead)) {
    // Inside a word a mark is a mistake.
    while (is_mark(lexer->lookahead)) lexer->advance(lexer, false);
    if (!blank && in_word(lexer->lookahead)) return false;
    lexer->mark_end(lexer);
    return give(lexer, JOINED);
  }
  switch (lexer->lookahead) {
    case '\n':
    case '\r':
      return newline(scanner, lexer, valid);
    case '{':
    case '}':
    case '(':
    case ')':
      return bracket(scanner, lexer, valid);
    default:
      return false;
  }
}
