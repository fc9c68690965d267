// Starts `ruleout lsp` and talks to it. Everything that the editor shows beyond colours and snippets comes from there.

const vscode = require("vscode");
const { LanguageClient } = require("vscode-languageclient/node");

/** @type {LanguageClient | undefined} */
let client;

/** What is done to the server is done one after the other: nobody starts it while it is being stopped. */
let queue = Promise.resolve();

function program() {
  return vscode.workspace.getConfiguration("ruleout").get("path") || "ruleout";
}

async function start() {
  const command = program();
  const run = { command, args: ["lsp"] };
  try {
    client = new LanguageClient(
      "ruleout",
      "Ruleout",
      { run, debug: run },
      {
        documentSelector: [{ scheme: "file", language: "ruleout" }],
        synchronize: { fileEvents: vscode.workspace.createFileSystemWatcher("**/{*.ruleout,pack.ron,cases/**}") },
      },
    );
    await client.start();
  } catch (error) {
    client = undefined;
    const settings = "Open the settings";
    // Not awaited: whoever reads this may take their time, and the server may be started anew meanwhile.
    vscode.window
      .showErrorMessage(
        `\`${command} lsp\` does not start: ${error instanceof Error ? error.message : error}. ` +
          "Install ruleout, or say in `ruleout.path` where it is.",
        settings,
      )
      .then((chosen) => {
        if (chosen === settings) vscode.commands.executeCommand("workbench.action.openSettings", "ruleout.path");
      });
  }
}

async function stop() {
  const stopped = client;
  client = undefined;
  if (stopped) await stopped.dispose();
}

function restart() {
  queue = queue.then(stop, stop).then(start);
  return queue;
}

/** @param {vscode.ExtensionContext} context */
function activate(context) {
  context.subscriptions.push(
    vscode.commands.registerCommand("ruleout.restart", restart),
    vscode.commands.registerCommand("ruleout.log", () => client?.outputChannel.show()),
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration("ruleout.path")) restart();
    }),
  );
  return restart();
}

function deactivate() {
  queue = queue.then(stop, stop);
  return queue;
}

module.exports = { activate, deactivate };
