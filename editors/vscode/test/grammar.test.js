// The TextMate grammar: what it makes of the packs of the repository, and of single lines.

const assert = require("node:assert");
const fs = require("node:fs");
const path = require("node:path");
const test = require("node:test");
const oniguruma = require("vscode-oniguruma");
const textmate = require("vscode-textmate");

const repository = path.join(__dirname, "..", "..", "..");

const wasm = fs.readFileSync(require.resolve("vscode-oniguruma/release/onig.wasm"));
const onigLib = oniguruma.loadWASM(wasm.buffer.slice(wasm.byteOffset, wasm.byteOffset + wasm.byteLength)).then(() => ({
  createOnigScanner: (patterns) => new oniguruma.OnigScanner(patterns),
  createOnigString: (text) => new oniguruma.OnigString(text),
}));

const registry = new textmate.Registry({
  onigLib,
  loadGrammar: async () => {
    const file = path.join(__dirname, "..", "syntaxes", "ruleout.tmLanguage.json");
    return textmate.parseRawGrammar(fs.readFileSync(file, "utf8"), file);
  },
});

/** The tokens of a text, blanks left out: each with its text and its innermost scope. */
async function tokens(text) {
  const grammar = await registry.loadGrammar("source.ruleout");
  const found = [];
  let state = textmate.INITIAL;
  for (const [at, line] of text.split("\n").entries()) {
    const result = grammar.tokenizeLine(line, state);
    state = result.ruleStack;
    for (const { startIndex, endIndex, scopes } of result.tokens) {
      const written = line.slice(startIndex, endIndex).trim();
      if (written) found.push({ text: written, line: at + 1, scope: scopes.at(-1).replace(/\.ruleout$/, ""), scopes });
    }
  }
  return found;
}

/** Holds `text scope` of each token of a text. */
async function hold(text, expected) {
  assert.deepStrictEqual((await tokens(text)).map((token) => `${token.text} ${token.scope}`), expected);
}

test("heads of declarations", async () => {
  await hold("cause paper_jam {", [
    "cause storage.type", "paper_jam entity.name.type.cause", "{ punctuation.section.braces",
  ]);
  await hold("derive job.delay: duration = a.b - c", [
    "derive storage.type", "job.delay entity.name.variable.fact", ": punctuation.separator", "duration support.type",
    "= keyword.operator.assignment", "a.b variable.other", "- keyword.operator.arithmetic", "c variable.other",
  ]);
  await hold('fix a "A"', [
    "fix storage.type", "a entity.name.tag.fix", '" punctuation.definition.string.begin', "A string.quoted.double",
    '" punctuation.definition.string.end',
  ]);
  await hold("  fix a, b", ["fix keyword.other.part", "a variable.other", ", punctuation.separator", "b variable.other"]);
});

test("chances, shares and amounts", async () => {
  await hold("almost never anyway", ["almost never constant.language.frequency", "anyway keyword.other.part"]);
  await hold("17 of 20 with x", [
    "17 constant.numeric", "of keyword.other.unit", "20 constant.numeric", "with keyword.other.part", "x variable.other",
  ]);
  await hold("80 % takes 5 min", [
    "80 constant.numeric", "% keyword.other.unit", "takes keyword.other.part", "5 constant.numeric", "min keyword.other.unit",
  ]);
  await hold("in 2 of 1000 tickets otherwise", [
    "in keyword.operator.word", "2 constant.numeric", "of keyword.other.unit", "1000 constant.numeric",
    "tickets keyword.other.unit", "otherwise keyword.other.part",
  ]);
});

test("conditions", async () => {
  await hold("a is not known and not b", [
    "a variable.other", "is keyword.operator.word", "not keyword.operator.word", "known constant.language.value",
    "and keyword.operator.logical", "not keyword.operator.logical", "b variable.other",
  ]);
  await hold("c in 10.0.0.0/8 or d >= 5", [
    "c variable.other", "in keyword.operator.word", "10.0.0.0/8 constant.other.address", "or keyword.operator.logical",
    "d variable.other", ">= keyword.operator.comparison", "5 constant.numeric",
  ]);
  await hold("e not in 500..599", [
    "e variable.other", "not keyword.operator.logical", "in keyword.operator.word", "500 constant.numeric",
    ".. keyword.operator.range", "599 constant.numeric",
  ]);
});

test("what is allowed", async () => {
  await hold('allow over-100 "r"', [
    "allow keyword.other.part", "over-100 constant.other.code", '" punctuation.definition.string.begin',
    "r string.quoted.double", '" punctuation.definition.string.end',
  ]);
  await hold("allow otherwise", ["allow variable.other", "otherwise keyword.other.part"]);
});

test("words of the language inside names are names", async () => {
  await hold("fix.count users_with step.one", ["fix.count variable.other", "users_with variable.other", "step.one variable.other"]);
});

test("texts, patterns and comments", async () => {
  await hold('see "a \\" // b" // c', [
    "see keyword.other.part", '" punctuation.definition.string.begin', "a string.quoted.double",
    '\\" constant.character.escape', "// b string.quoted.double", '" punctuation.definition.string.end',
    "// punctuation.definition.comment", "c comment.line.double-slash",
  ]);
  await hold("x matches /a\\/b(c)/ and y", [
    "x variable.other", "matches keyword.operator.word", "/ string.regexp", "a string.regexp",
    "\\/ constant.character.escape", "b(c) string.regexp", "/ string.regexp", "and keyword.operator.logical",
    "y variable.other",
  ]);
});

/** The words that the grammar of the language keeps for itself. */
function reserved() {
  const grammar = fs.readFileSync(path.join(repository, "grammar", "ruleout.pest"), "utf8");
  const list = /^reserved = @\{\s*\(([\s\S]*?)\) ~ word_end/m.exec(grammar)[1];
  return [...list.matchAll(/"(\w+)"/g)].map((match) => match[1]);
}

test("every reserved word is known, and no name", async () => {
  assert.ok(reserved().length > 50);
  for (const word of reserved()) {
    const [token] = await tokens(`${word} "x"`);
    assert.match(token.scope, /^(keyword|storage|constant)/, word);
    assert.strictEqual(token.text, word);
  }
});

test("tables of records", async () => {
  await hold('records log from lines in "*.log" {', [
    "records storage.type", "log entity.name.variable.fact", "from storage.type", "lines keyword.other.part",
    "in keyword.operator.word", '" punctuation.definition.string.begin', "*.log string.quoted.double",
    '" punctuation.definition.string.end', "{ punctuation.section.braces",
  ]);
  await hold("records own from last mail.hops where up for each by_host", [
    "records storage.type", "own entity.name.variable.fact", "from storage.type", "last keyword.other.part",
    "mail.hops variable.other", "where keyword.operator.word", "up variable.other", "for keyword.other.part",
    "each keyword.other.part", "by_host variable.other",
  ]);
  await hold("  starts /^(?<at>.*)/", [
    "starts keyword.operator.word", "/ string.regexp", "^(?<at>.*) string.regexp", "/ string.regexp",
  ]);
  await hold('  at: time as "HH" in site.zone', [
    "at entity.name.variable.fact", ": punctuation.separator", "time support.type", "as keyword.other.part",
    '" punctuation.definition.string.begin', "HH string.quoted.double", '" punctuation.definition.string.end',
    "in keyword.operator.word", "site.zone variable.other",
  ]);
  await hold('  size: number with "," decimal = a.b[0]', [
    "size entity.name.variable.fact", ": punctuation.separator", "number support.type", "with keyword.other.part",
    '" punctuation.definition.string.begin', ", string.quoted.double", '" punctuation.definition.string.end',
    "decimal keyword.other.part", "= keyword.operator.assignment", "a.b variable.other",
    "[ punctuation.section.brackets", "0 constant.numeric", "] punctuation.section.brackets",
  ]);
  await hold("  complete", ["complete keyword.other.part"]);
});

test("tickets, and what is read", async () => {
  await hold("tickets by port {", ["tickets storage.type", "by storage.type", "port variable.other", "{ punctuation.section.braces"]);
  await hold("  opened by log", ["opened keyword.other.part", "by keyword.other.part", "log variable.other"]);
  await hold('  fine when delivered "x"', [
    "fine keyword.other.part", "when keyword.other.part", "delivered variable.other",
    '" punctuation.definition.string.begin', "x string.quoted.double", '" punctuation.definition.string.end',
  ]);
  await hold("  read last text of refusal matching /a/", [
    "read keyword.other.part", "last keyword.other.part", "text variable.other", "of keyword.operator.word",
    "refusal variable.other", "matching keyword.operator.word", "/ string.regexp", "a string.regexp", "/ string.regexp",
  ]);
  await hold("  read count different ip of log in all tickets within any 10 min where x", [
    "read keyword.other.part", "count keyword.operator.word", "different keyword.operator.word", "ip variable.other",
    "of keyword.operator.word", "log variable.other", "in keyword.operator.word", "all keyword.operator.word",
    "tickets keyword.operator.word", "within keyword.operator.word", "any keyword.operator.word", "10 constant.numeric",
    "min keyword.other.unit", "where keyword.operator.word", "x variable.other",
  ]);
});

test("the packs of the repository", async () => {
  const packs = path.join(repository, "rules");
  const words = reserved();
  let count = 0;
  const files = fs.readdirSync(packs, { recursive: true }).filter((name) => name.endsWith(".ruleout"));
  for (const file of files) {
    for (const token of await tokens(fs.readFileSync(path.join(packs, file), "utf8"))) {
      const where = `${file}:${token.line}: ${token.text} ${token.scopes.join(" ")}`;
      count += 1;
      assert.notStrictEqual(token.scope, "source", where);
      const plain = !/^(string|comment|constant\.character|punctuation\.definition)/.test(token.scope);
      if (plain && words.includes(token.text)) assert.match(token.scope, /^(keyword|storage|constant|support)/, where);
    }
  }
  assert.ok(count > 3000, String(count));
});
