//! What an editor may ask, each with the feature that answers it.

#![expect(
    clippy::unnecessary_wraps,
    clippy::needless_pass_by_value,
    reason = "all requests are answered by functions of one shape"
)]

use std::collections::BTreeMap;

use gen_lsp_types::{
    CodeActionKind, CodeActionOptions, CodeActionParams, CodeActionRequest, CodeActionResponse, CodeLens,
    CodeLensOptions, CodeLensParams, CodeLensRequest, CompletionOptions, CompletionParams, CompletionRequest,
    CompletionResponse, Definition, DefinitionParams, DefinitionRequest, DefinitionResponse,
    DidChangeWatchedFilesRegistrationOptions, DocumentFormattingParams, DocumentFormattingRequest,
    DocumentHighlight, DocumentHighlightParams, DocumentHighlightRequest, DocumentSymbolParams,
    DocumentSymbolRequest, DocumentSymbolResponse, FileSystemWatcher, FoldingRange, FoldingRangeParams,
    FoldingRangeRequest, Hover, HoverParams, HoverRequest, InitializeResult, InlayHint, InlayHintParams,
    InlayHintRequest, Location, LspRequestMethod, OptionalVersionedTextDocumentIdentifier,
    PrepareRenameParams, PrepareRenamePlaceholder, PrepareRenameRequest, PrepareRenameResult,
    ReferenceParams, ReferencesRequest, Registration, RegistrationParams, RenameOptions, RenameParams,
    RenameRequest, Request as Asked, SemanticTokens, SemanticTokensOptions, SemanticTokensParams,
    SemanticTokensRangeParams, SemanticTokensRangeRequest, SemanticTokensRequest, ServerCapabilities,
    ServerInfo, TextDocumentEdit, TextDocumentIdentifier, TextDocumentPositionParams, TextDocumentSyncKind,
    TextDocumentSyncOptions, TextEdit, WorkspaceEdit, WorkspaceSymbolParams, WorkspaceSymbolRequest,
    WorkspaceSymbolResponse,
};
use lsp_server::{ErrorCode, Request};
use serde_json::Value;

use super::actions::{Edits, actions};
use super::documents::{file_of, uri_of};
use super::position::Encoding;
use super::project::Root;
use super::server::{Refused, Server, error, refused};
use super::view::View;
use super::{
    complete, definition, folding, formatting, highlight, hover, inlay, lens, rename, symbols, tokens,
};

/// Returns what this server can do.
pub(super) fn capabilities(encoding: Encoding) -> Value {
    let colours = SemanticTokensOptions {
        legend: tokens::legend(),
        range: Some(true.into()),
        full: Some(true.into()),
        ..SemanticTokensOptions::default()
    };
    let sync = TextDocumentSyncOptions {
        open_close: Some(true),
        change: Some(TextDocumentSyncKind::Incremental),
        ..TextDocumentSyncOptions::default()
    };
    let actions = CodeActionOptions {
        code_action_kinds: Some(vec![CodeActionKind::QuickFix, CodeActionKind::SourceFixAll]),
        ..CodeActionOptions::default()
    };
    let renaming = RenameOptions { prepare_provider: Some(true), ..RenameOptions::default() };
    let triggers = [".", " ", ":"].map(str::to_owned).to_vec();
    let capabilities = ServerCapabilities {
        position_encoding: Some(encoding.kind()),
        text_document_sync: Some(sync.into()),
        hover_provider: Some(true.into()),
        completion_provider: Some(CompletionOptions {
            trigger_characters: Some(triggers),
            ..CompletionOptions::default()
        }),
        definition_provider: Some(true.into()),
        references_provider: Some(true.into()),
        document_highlight_provider: Some(true.into()),
        rename_provider: Some(renaming.into()),
        document_symbol_provider: Some(true.into()),
        workspace_symbol_provider: Some(true.into()),
        folding_range_provider: Some(true.into()),
        semantic_tokens_provider: Some(colours.into()),
        document_formatting_provider: Some(true.into()),
        code_action_provider: Some(actions.into()),
        inlay_hint_provider: Some(true.into()),
        code_lens_provider: Some(CodeLensOptions {
            resolve_provider: Some(false),
            ..CodeLensOptions::default()
        }),
        ..ServerCapabilities::default()
    };
    let version = env!("CARGO_PKG_VERSION").to_owned();
    let server_info = Some(ServerInfo { name: "ruleout".to_owned(), version: Some(version) });
    serde_json::to_value(InitializeResult { capabilities, server_info }).unwrap_or_default()
}

/// Names the files whose changes outside of the editor count.
pub(super) fn watched() -> RegistrationParams {
    let globs = ["**/*.ruleout", "**/pack.ron", "**/cases/*"]
        .map(|glob| FileSystemWatcher { glob_pattern: glob.to_owned().into(), kind: None });
    let options = DidChangeWatchedFilesRegistrationOptions { watchers: globs.to_vec() };
    let registration = Registration {
        id: "ruleout-files".to_owned(),
        method: "workspace/didChangeWatchedFiles".to_owned(),
        register_options: serde_json::to_value(options).ok(),
    };
    RegistrationParams { registrations: vec![registration] }
}

/// Answers a request.
pub(super) fn answer(server: &mut Server, request: Request) -> Result<Value, Refused> {
    match LspRequestMethod::from(request.method.as_str()) {
        HoverRequest::METHOD => reply::<HoverRequest>(server, request, hover),
        CompletionRequest::METHOD => reply::<CompletionRequest>(server, request, completion),
        DefinitionRequest::METHOD => reply::<DefinitionRequest>(server, request, definition),
        ReferencesRequest::METHOD => reply::<ReferencesRequest>(server, request, references),
        DocumentHighlightRequest::METHOD => reply::<DocumentHighlightRequest>(server, request, highlight),
        PrepareRenameRequest::METHOD => reply::<PrepareRenameRequest>(server, request, prepare_rename),
        RenameRequest::METHOD => reply::<RenameRequest>(server, request, rename),
        DocumentSymbolRequest::METHOD => reply::<DocumentSymbolRequest>(server, request, outline),
        WorkspaceSymbolRequest::METHOD => reply::<WorkspaceSymbolRequest>(server, request, find),
        FoldingRangeRequest::METHOD => reply::<FoldingRangeRequest>(server, request, foldings),
        SemanticTokensRequest::METHOD => reply::<SemanticTokensRequest>(server, request, colours),
        SemanticTokensRangeRequest::METHOD => {
            reply::<SemanticTokensRangeRequest>(server, request, colours_of)
        }
        DocumentFormattingRequest::METHOD => reply::<DocumentFormattingRequest>(server, request, format),
        CodeActionRequest::METHOD => reply::<CodeActionRequest>(server, request, suggestions),
        InlayHintRequest::METHOD => reply::<InlayHintRequest>(server, request, hints),
        CodeLensRequest::METHOD => reply::<CodeLensRequest>(server, request, lenses),
        other => {
            Err(error(ErrorCode::MethodNotFound, format!("`{other}` is nothing that this server answers")))
        }
    }
}

fn reply<A: Asked>(
    server: &mut Server,
    request: Request,
    feature: fn(&mut Server, A::Params) -> Result<A::Result, Refused>,
) -> Result<Value, Refused> {
    let params = serde_json::from_value(request.params);
    let params = params.map_err(|problem| error(ErrorCode::InvalidParams, problem.to_string()))?;
    let result = feature(server, params)?;
    serde_json::to_value(result).map_err(|problem| error(ErrorCode::InternalError, problem.to_string()))
}

/// Returns the file of a document in its pack, as it is now.
fn view<'s>(server: &'s mut Server, document: &TextDocumentIdentifier) -> Option<View<'s>> {
    let file = file_of(&document.uri);
    let root = server.root(&file);
    let encoding = server.encoding;
    let project = server.projects.get_mut(&root)?;
    let id = project.id(&file)?;
    let analysis = project.analysis();
    Some(View { analysis, proven: &project.proven, id, encoding })
}

/// Returns the same, and the byte at a place in it.
fn at<'s>(server: &'s mut Server, place: &TextDocumentPositionParams) -> Option<(View<'s>, usize)> {
    let view = view(server, &place.text_document)?;
    let offset = view.offset(place.position);
    Some((view, offset))
}

fn hover(server: &mut Server, params: HoverParams) -> Result<Option<Hover>, Refused> {
    let place = params.text_document_position_params;
    Ok(at(server, &place).and_then(|(view, offset)| hover::hover(&view, offset)))
}

fn completion(server: &mut Server, params: CompletionParams) -> Result<Option<CompletionResponse>, Refused> {
    let snippets = server.client.snippets();
    let place = params.text_document_position_params;
    let items = at(server, &place).map(|(view, offset)| complete::completions(&view, offset, snippets));
    Ok(items.map(CompletionResponse::CompletionItemList))
}

fn definition(server: &mut Server, params: DefinitionParams) -> Result<Option<DefinitionResponse>, Refused> {
    let place = params.text_document_position_params;
    let found = at(server, &place).map(|(view, offset)| definition::definitions(&view, offset));
    Ok(found.map(|places| DefinitionResponse::Definition(Definition::LocationList(places))))
}

fn references(server: &mut Server, params: ReferenceParams) -> Result<Option<Vec<Location>>, Refused> {
    let place = params.text_document_position_params;
    let declaration = params.context.include_declaration;
    Ok(at(server, &place).map(|(view, offset)| definition::references(&view, offset, declaration)))
}

fn highlight(
    server: &mut Server,
    params: DocumentHighlightParams,
) -> Result<Option<Vec<DocumentHighlight>>, Refused> {
    let place = params.text_document_position_params;
    Ok(at(server, &place).map(|(view, offset)| highlight::highlights(&view, offset)))
}

fn prepare_rename(
    server: &mut Server,
    params: PrepareRenameParams,
) -> Result<Option<PrepareRenameResult>, Refused> {
    let place = params.text_document_position_params;
    let Some((view, offset)) = at(server, &place) else { return Ok(None) };
    let (range, placeholder) = rename::prepare(&view, offset).map_err(refused)?;
    Ok(Some(PrepareRenamePlaceholder { range, placeholder }.into()))
}

/// Renames in every open pack that the file belongs to: another may use it.
fn rename(server: &mut Server, params: RenameParams) -> Result<Option<WorkspaceEdit>, Refused> {
    let place = params.text_document_position_params;
    let file = file_of(&place.text_document.uri);
    let encoding = server.encoding;
    let mut edits: BTreeMap<String, Vec<TextEdit>> = BTreeMap::new();
    for project in server.projects.values_mut() {
        let Some(id) = project.id(&file) else { continue };
        let view = View { analysis: project.analysis(), proven: &project.proven, id, encoding };
        let made = rename::rename(&view, view.offset(place.position), &params.new_name).map_err(refused)?;
        for (name, made) in by_file(&view, made) {
            let known = edits.entry(name).or_default();
            made.into_iter().for_each(|edit| {
                if !known.contains(&edit) {
                    known.push(edit);
                }
            });
        }
    }
    Ok(Some(workspace_edit(server, edits)))
}

fn outline(
    server: &mut Server,
    params: DocumentSymbolParams,
) -> Result<Option<DocumentSymbolResponse>, Refused> {
    let outline = view(server, &params.text_document).map(|view| symbols::outline(&view));
    Ok(outline.map(DocumentSymbolResponse::DocumentSymbolList))
}

fn find(
    server: &mut Server,
    params: WorkspaceSymbolParams,
) -> Result<Option<WorkspaceSymbolResponse>, Refused> {
    let mut found = Vec::new();
    let encoding = server.encoding;
    for (_, project) in server.projects.iter_mut().filter(|(root, _)| matches!(root, Root::Pack(_))) {
        let analysis = project.analysis();
        let id = analysis.texts.manifest.unwrap_or_default();
        let view = View { analysis, proven: &project.proven, id, encoding };
        symbols::found(&view, &params.query, &mut found);
    }
    Ok(Some(found.into()))
}

fn foldings(server: &mut Server, params: FoldingRangeParams) -> Result<Option<Vec<FoldingRange>>, Refused> {
    Ok(view(server, &params.text_document).map(|view| folding::foldings(&view)))
}

fn colours(server: &mut Server, params: SemanticTokensParams) -> Result<Option<SemanticTokens>, Refused> {
    Ok(view(server, &params.text_document).filter(|view| view.tree().is_some()).map(|view| {
        let whole = view.analysis.texts.sources.whole(view.id);
        SemanticTokens { result_id: None, data: tokens::colours(&view, whole) }
    }))
}

fn colours_of(
    server: &mut Server,
    params: SemanticTokensRangeParams,
) -> Result<Option<SemanticTokens>, Refused> {
    Ok(view(server, &params.text_document).filter(|view| view.tree().is_some()).map(|view| {
        let span = view.span(params.range);
        SemanticTokens { result_id: None, data: tokens::colours(&view, span) }
    }))
}

fn format(server: &mut Server, params: DocumentFormattingParams) -> Result<Option<Vec<TextEdit>>, Refused> {
    let Some(view) = view(server, &params.text_document) else { return Ok(None) };
    formatting::formatting(&view).map(Some).map_err(refused)
}

fn hints(server: &mut Server, params: InlayHintParams) -> Result<Option<Vec<InlayHint>>, Refused> {
    Ok(view(server, &params.text_document).map(|view| inlay::hints(&view, view.span(params.range))))
}

fn lenses(server: &mut Server, params: CodeLensParams) -> Result<Option<Vec<CodeLens>>, Refused> {
    Ok(view(server, &params.text_document).map(|view| lens::lenses(&view)))
}

fn suggestions(
    server: &mut Server,
    params: CodeActionParams,
) -> Result<Option<Vec<CodeActionResponse>>, Refused> {
    let Some(view) = view(server, &params.text_document) else { return Ok(None) };
    let wanted = |kind: &CodeActionKind| {
        let only = params.context.only.as_ref();
        only.is_none_or(|kinds| kinds.iter().any(|wanted| is_of(kind, wanted)))
    };
    let found = actions(&view, view.span(params.range), &params.context.diagnostics);
    let found: Vec<_> = found.into_iter().filter(|action| wanted(action.kind())).collect();
    let found: Vec<_> = found.into_iter().map(|mut action| (by_file(&view, action.take()), action)).collect();
    Ok(Some(
        found.into_iter().map(|(edits, action)| action.with(workspace_edit(server, edits)).into()).collect(),
    ))
}

/// Returns whether a kind of action is the one that is wanted, or of it: `source.fixAll` is of `source`.
fn is_of(kind: &CodeActionKind, wanted: &CodeActionKind) -> bool {
    let rest = kind.as_str().strip_prefix(wanted.as_str());
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// Puts edits under the names of their files.
fn by_file(view: &View<'_>, edits: Edits) -> BTreeMap<String, Vec<TextEdit>> {
    let name = |id| view.analysis.texts.sources.get(id).map(|source| source.name.clone());
    edits.into_iter().filter_map(|(id, edits)| Some((name(id)?, edits))).collect()
}

/// Converts edits to what the editor takes: with the versions of the texts that they are for, where it knows of such.
fn workspace_edit(server: &Server, edits: BTreeMap<String, Vec<TextEdit>>) -> WorkspaceEdit {
    let document = |name: &str| server.documents.get(std::path::Path::new(name));
    let named = |name: &str| document(name).map_or_else(|| uri_of(name), |document| document.uri.clone());
    let all = edits.into_iter().map(|(name, edits)| (named(&name), name, edits));
    if !server.client.document_changes() {
        let changes = Some(all.map(|(uri, _, edits)| (uri, edits)).collect());
        return WorkspaceEdit { changes, ..WorkspaceEdit::default() };
    }
    let changes = all.map(|(uri, name, edits)| TextDocumentEdit {
        text_document: OptionalVersionedTextDocumentIdentifier {
            version: document(&name).map(|document| document.version),
            text_document_identifier: TextDocumentIdentifier { uri },
        },
        edits: edits.into_iter().map(Into::into).collect(),
    });
    let document_changes = Some(changes.map(Into::into).collect());
    WorkspaceEdit { document_changes, ..WorkspaceEdit::default() }
}
