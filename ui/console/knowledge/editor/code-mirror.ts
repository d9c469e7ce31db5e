import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { defineLanguageFacet, HighlightStyle, Language, syntaxHighlighting } from "@codemirror/language";
import { EditorSelection, EditorState, type Extension } from "@codemirror/state";
import { EditorView, keymap, placeholder } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { parser } from "@lezer/markdown";

export type Format = "bold" | "italic" | "code" | "link" | "heading" | "list" | "numbers" | "quote";
export interface Handle { format: (kind: Format) => void; put: (text: string) => void; focus: () => void; close: () => void }
interface Options { parent: HTMLElement; text: string; label: string; hint: string; readOnly: boolean; changed: (text: string) => void }

const look = EditorView.theme({
  "&": { height: "100%", color: "var(--fg)", backgroundColor: "transparent", fontSize: "14px" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.6", overflow: "auto" },
  ".cm-content": { padding: "16px 20px 40vh", caretColor: "var(--brand)" },
  ".cm-line": { padding: "0" },
  ".cm-cursor": { borderLeftColor: "var(--brand)", borderLeftWidth: "2px" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground, ::selection": { backgroundColor: "color-mix(in srgb, var(--brand) 25%, transparent)" },
  ".cm-placeholder": { color: "var(--mut)" },
});

const ink = HighlightStyle.define([
  { tag: tags.heading, fontWeight: "700", color: "var(--fg)" },
  { tag: tags.strong, fontWeight: "700" },
  { tag: tags.emphasis, fontStyle: "italic" },
  { tag: [tags.link, tags.url], color: "var(--brand)" },
  { tag: tags.monospace, color: "var(--warn)" },
  { tag: tags.quote, color: "var(--mut)" },
  { tag: [tags.processingInstruction, tags.contentSeparator, tags.list], color: "var(--mut)" },
]);

/** Only Markdown: the ready-made package brings the parsers of HTML, CSS and JavaScript along, three times the size. */
const language = new Language(defineLanguageFacet(), parser, [], "markdown");

const around: Partial<Record<Format, [string, string]>> = { bold: ["**", "**"], italic: ["*", "*"], code: ["`", "`"], link: ["[", "](https://)"] };
const before: Partial<Record<Format, string>> = { heading: "## ", list: "- ", numbers: "1. ", quote: "> " };

function wrap(view: EditorView, [open, close]: [string, string]): void {
  view.dispatch(view.state.changeByRange((range) => {
    const text = view.state.sliceDoc(range.from, range.to);
    const wrapped = text.startsWith(open) && text.endsWith(close) && text.length >= open.length + close.length;
    const next = wrapped ? text.slice(open.length, text.length - close.length) : open + text + close;
    const from = wrapped ? range.from : range.from + open.length;
    return { changes: { from: range.from, to: range.to, insert: next }, range: EditorSelection.range(from, from + (wrapped ? next.length : text.length)) };
  }));
}

function prefix(view: EditorView, sign: string): void {
  const { doc, selection } = view.state;
  const first = doc.lineAt(selection.main.from).number;
  const last = doc.lineAt(selection.main.to).number;
  const lines = Array.from({ length: last - first + 1 }, (_, i) => doc.line(first + i));
  const all = lines.every((line) => line.text.startsWith(sign));
  view.dispatch({ changes: lines.map((line) => (all ? { from: line.from, to: line.from + sign.length } : { from: line.from, insert: sign })) });
}

function apply(view: EditorView, kind: Format): boolean {
  if (around[kind]) wrap(view, around[kind]);
  else prefix(view, before[kind]!);
  view.focus();
  return true;
}

const ours = keymap.of((["bold", "italic", "link"] as const).map((kind) => ({ key: { bold: "Mod-b", italic: "Mod-i", link: "Mod-k" }[kind], run: (view) => apply(view, kind) })));
const theirs = keymap.of([...defaultKeymap.filter((one) => one.key !== "Mod-Enter"), ...historyKeymap]);

/** The Markdown source. It lives in a shadow root, where its styles are constructed sheets that the page's CSP allows. */
export function edit({ parent, text, label, hint, readOnly, changed }: Options): Handle {
  const root = parent.shadowRoot ?? parent.attachShadow({ mode: "open" });
  const extensions: Extension[] = [
    history(), ours, theirs, language, look, syntaxHighlighting(ink), EditorView.lineWrapping, placeholder(hint),
    EditorState.readOnly.of(readOnly), EditorView.contentAttributes.of({ "aria-label": label, dir: "auto", spellcheck: "true", tabindex: "0" }),
    EditorView.updateListener.of((update) => update.docChanged && changed(update.state.doc.toString())),
  ];
  const view = new EditorView({ doc: text, extensions, parent: root, root });
  return {
    format: (kind) => void apply(view, kind),
    put: (next) => next !== view.state.doc.toString() && view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: next } }),
    focus: () => view.focus(),
    close: () => view.destroy(),
  };
}
