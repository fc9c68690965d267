//! The conversation with one editor: its beginning, its messages in order, its end.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::mpsc::Sender;

use gen_lsp_types::{
    ClientCapabilities, CodeLensRefreshRequest, Diagnostic, InitializeParams, MessageType,
    RegistrationRequest, ShowMessageNotification, ShowMessageParams,
};
use lsp_server::{ErrorCode, Message, Notification, Request, Response, ResponseError};
use serde::Serialize;
use serde_json::{Value, json};

use super::background::{Found, Job};
use super::documents::Documents;
use super::position::Encoding;
use super::project::{Project, Root};
use super::transport::{self, Arrived};
use super::{Event, requests};
use crate::loader::Written;

/// How far the conversation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// `initialize` has not come yet.
    Before,
    /// Everything may be asked.
    Running,
    /// `shutdown` has come: only `exit` may follow.
    After,
}

/// Whether it goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Turn {
    /// It does.
    On,
    /// It does not.
    Exit {
        /// Whether `shutdown` came before.
        orderly: bool,
    },
}

/// Why a request is refused, in words for the author.
pub(super) type Refused = ResponseError;

/// What the editor can do, as far as it matters.
#[derive(Debug, Clone, Default)]
pub(super) struct Client(ClientCapabilities);

impl Client {
    fn has(&self, flag: impl Fn(&ClientCapabilities) -> Option<bool>) -> bool {
        flag(&self.0).unwrap_or(false)
    }

    /// Returns whether changes of several files may name their versions.
    pub(super) fn document_changes(&self) -> bool {
        self.has(|c| c.workspace.as_ref()?.workspace_edit.as_ref()?.document_changes)
    }

    /// Returns whether completions may have places to fill in.
    pub(super) fn snippets(&self) -> bool {
        self.has(|c| c.text_document.as_ref()?.completion.as_ref()?.completion_item.as_ref()?.snippet_support)
    }

    /// Returns whether it reports files that change on disk.
    pub(super) fn watches(&self) -> bool {
        self.has(|c| c.workspace.as_ref()?.did_change_watched_files.as_ref()?.dynamic_registration)
    }

    fn refreshes_lenses(&self) -> bool {
        self.has(|c| c.workspace.as_ref()?.code_lens.as_ref()?.refresh_support)
    }
}

/// One editor, and what it has open.
#[derive(Debug)]
pub(super) struct Server {
    stage: Stage,
    pub(super) client: Client,
    pub(super) encoding: Encoding,
    pub(super) documents: Documents,
    pub(super) projects: BTreeMap<Root, Project>,
    /// When their files were written, where the editor does not tell.
    pub(super) written: BTreeMap<Root, Written>,
    /// What could not be loaded, and was told.
    pub(super) failed: BTreeSet<Root>,
    /// Texts that changed since their problems were shown: the editor hears of them even where they stay the same.
    pub(super) changed: BTreeSet<PathBuf>,
    /// What is shown of each file, by the pack that says so.
    pub(super) shown: BTreeMap<PathBuf, BTreeMap<Root, Vec<Diagnostic>>>,
    /// The process that started it, which it does not outlive; none where the editor does not say.
    editor: Option<i32>,
    jobs: Sender<Job>,
    outbox: Vec<Value>,
    asked: u64,
}

/// Refuses for a reason that the author can do something about.
pub(super) fn refused(message: impl Into<String>) -> Refused {
    error(ErrorCode::RequestFailed, message)
}

/// Refuses with a code of the protocol.
pub(super) fn error(code: ErrorCode, message: impl Into<String>) -> Refused {
    ResponseError { code: code as i32, message: message.into(), data: None }
}

impl Server {
    /// Creates a server before its first message; what takes long goes to `jobs`.
    pub(super) fn new(jobs: Sender<Job>) -> Self {
        Self {
            stage: Stage::Before,
            client: Client::default(),
            encoding: Encoding::Utf16,
            documents: Documents::default(),
            projects: BTreeMap::new(),
            written: BTreeMap::new(),
            failed: BTreeSet::new(),
            changed: BTreeSet::new(),
            shown: BTreeMap::new(),
            editor: None,
            jobs,
            outbox: Vec::new(),
            asked: 0,
        }
    }

    /// Writes what is to be said.
    pub(super) fn send(&mut self, output: &mut impl Write) -> io::Result<()> {
        std::mem::take(&mut self.outbox).iter().try_for_each(|message| transport::write(output, message))
    }

    fn say(&mut self, message: impl Serialize) {
        if let Ok(Value::Object(mut message)) = serde_json::to_value(message) {
            message.insert("jsonrpc".to_owned(), json!("2.0"));
            self.outbox.push(Value::Object(message));
        }
    }

    /// Tells the editor something.
    pub(super) fn notify<N: gen_lsp_types::Notification>(&mut self, params: N::Params) {
        let params = serde_json::to_value(params).unwrap_or_default();
        self.say(Notification { method: N::METHOD.to_string(), params });
    }

    /// Asks the editor something whose answer does not matter.
    fn ask<R: gen_lsp_types::Request>(&mut self, params: R::Params) {
        self.asked += 1;
        let params = serde_json::to_value(params).unwrap_or_default();
        let id = format!("ruleout-{}", self.asked).into();
        self.say(Request { id, method: R::METHOD.to_string(), params });
    }

    /// Shows the author a sentence.
    pub(super) fn show(&mut self, message: String) {
        self.notify::<ShowMessageNotification>(ShowMessageParams { kind: MessageType::Warning, message });
    }

    /// Gives the background something to do.
    pub(super) fn prove(&mut self, job: Job) {
        // Without the background there is only less to show.
        let _ = self.jobs.send(job);
    }

    /// Answers what came.
    pub(super) fn event(&mut self, event: Event) -> Turn {
        match event {
            Event::Arrived(Arrived::Malformed(answer)) => self.outbox.push(answer),
            Event::Arrived(Arrived::Message(Message::Request(request))) => self.request(request),
            Event::Arrived(Arrived::Message(Message::Notification(told))) => return self.notification(told),
            // Nothing is asked whose answer matters.
            Event::Arrived(Arrived::Message(Message::Response(_))) => {}
            Event::Ended => return Turn::Exit { orderly: self.stage == Stage::After },
            Event::Found(found) => self.found(found),
        }
        Turn::On
    }

    fn request(&mut self, request: Request) {
        let id = request.id.clone();
        let response_result = match (self.stage, request.method.as_str()) {
            (Stage::Before, "initialize") => self.initialize(request.params),
            (Stage::Before, _) => Err(error(ErrorCode::ServerNotInitialized, "`initialize` comes first")),
            (Stage::After, _) => {
                Err(error(ErrorCode::InvalidRequest, "after `shutdown` only `exit` may come"))
            }
            (Stage::Running, "initialize") => {
                Err(error(ErrorCode::InvalidRequest, "`initialize` comes once"))
            }
            (Stage::Running, "shutdown") => {
                self.stage = Stage::After;
                Ok(Value::Null)
            }
            // A defect in one answer must not end the conversation.
            (Stage::Running, _) => catch_unwind(AssertUnwindSafe(|| requests::answer(self, request)))
                .unwrap_or_else(|_| {
                    Err(error(ErrorCode::InternalError, "a fault of ruleout; please report it"))
                }),
        };
        self.say(Response { id, response_result });
    }

    fn initialize(&mut self, params: Value) -> Result<Value, Refused> {
        let params: InitializeParams = serde_json::from_value(params)
            .map_err(|problem| error(ErrorCode::InvalidParams, problem.to_string()))?;
        self.editor = params.process_id;
        self.encoding = Encoding::agreed(&params.capabilities);
        self.client = Client(params.capabilities);
        self.stage = Stage::Running;
        Ok(requests::capabilities(self.encoding))
    }

    fn notification(&mut self, told: Notification) -> Turn {
        match (self.stage, told.method.as_str()) {
            (_, "exit") => return Turn::Exit { orderly: self.stage == Stage::After },
            (Stage::Running, "initialized") if self.client.watches() => {
                self.ask::<RegistrationRequest>(requests::watched());
            }
            (Stage::Running, _) => {
                let _ = catch_unwind(AssertUnwindSafe(|| self.handle_notification(told)));
            }
            _ => {}
        }
        Turn::On
    }

    /// Returns whether the editor's process is gone, as far as the system tells: its pipe may stay open in a process that it started.
    pub(super) fn is_orphaned(&self) -> bool {
        self.editor.is_some_and(is_gone)
    }

    /// Takes in what the background knows.
    fn found(&mut self, found: Found) {
        let Some(project) = self.projects.get_mut(&found.root).filter(|_| !found.state.is_over()) else {
            return;
        };
        let lenses = project.proven.tally != found.proven.tally;
        project.proven = found.proven;
        self.publish(&found.root);
        if lenses && self.client.refreshes_lenses() {
            self.ask::<CodeLensRefreshRequest>(());
        }
    }
}

/// Returns whether there is no such process.
#[cfg(unix)]
fn is_gone(process: i32) -> bool {
    use rustix::io::Errno;
    use rustix::process::{Pid, test_kill_process};
    Pid::from_raw(process).is_some_and(|process| test_kill_process(process) == Err(Errno::SRCH))
}

/// Returns whether there is no such process; where the system does not tell, the pipe ends with it.
#[cfg(not(unix))]
fn is_gone(_: i32) -> bool {
    false
}
