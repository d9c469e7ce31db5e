import { useEffect, useState } from "preact/hooks";
import { Icon, type IconName } from "../../kit/icon";
import { useKeys } from "../../kit/keys";
import { t, type Key } from "../../kit/t";
import { may } from "../../session/session";
import { Conflict } from "../conflict";
import { Details } from "../details";
import { useEditing } from "../editing";
import { Revisions } from "../revisions";
import { TryIt } from "../try-it";
import type { Article } from "../wire";
import { EditorHead } from "./editor-head";
import { Preview } from "./preview";
import { Source } from "./source";

type Side = "try" | "revisions" | "details";
const sides: [Side, IconName][] = [["try", "spark"], ["revisions", "history"], ["details", "gear"]];

function ViewTabs({ view, setView, side, setSide }: { view: "source" | "preview"; setView: (view: "source" | "preview") => void; side: Side | null; setSide: (side: Side | null) => void }) {
  return (
    <div class="editor-tabs">
      <div class="segments narrow-only" role="group" aria-label={t("editor.view")}>
        {(["source", "preview"] as const).map((one) => <button key={one} type="button" aria-pressed={view === one} onClick={() => setView(one)}>{t(`editor.${one}`)}</button>)}
      </div>
      <div class="segments sides" role="group" aria-label={t("editor.panels")}>
        {sides.map(([one, icon]) => (
          <button key={one} type="button" aria-pressed={side === one} onClick={() => setSide(side === one ? null : one)}><Icon name={icon} size={16} />{t(`side.${one}` as Key)}</button>
        ))}
      </div>
    </div>
  );
}

/** One article: source, preview, and a side panel to try it, look back or set its details. */
export function Editor({ article, put }: { article: Article; put: (article: Article) => void }) {
  const editing = useEditing(article, put);
  const [view, setView] = useState<"source" | "preview">("source");
  const [side, setSide] = useState<Side | null>(null);
  const { text } = editing;
  const readOnly = !may("write");
  const show = (next: Side) => {
    setSide(next);
    if (next === "try") setTimeout(() => document.getElementById("try-question")?.focus(), 50);
  };
  useKeys([
    { on: "mod+s", label: t("keys.save"), typing: true, run: () => void editing.save() },
    { on: "mod+Enter", label: t("keys.publish"), typing: true, run: () => may("publish") && void editing.publish() },
    { on: "mod+shift+p", label: t("keys.preview"), typing: true, run: () => setView(view === "source" ? "preview" : "source") },
    { on: "mod+shift+t", label: "", typing: true, run: () => show("try") },
    { on: "t", label: t("keys.try"), run: () => show("try") },
  ]);
  useEffect(() => {
    const stay = (event: BeforeUnloadEvent) => editing.busy && event.preventDefault();
    addEventListener("beforeunload", stay);
    return () => removeEventListener("beforeunload", stay);
  }, [editing.busy]);
  return (
    <div class="editor">
      <h1 class="hidden">{text.title || t("article.untitled")}</h1>
      <EditorHead article={article} editing={editing} />
      {editing.restored && (
        <p class="restored" role="status"><Icon name="history" size={16} /><span>{t("draft.restored")}</span><button type="button" class="link" onClick={editing.discard}>{t("draft.discard")}</button></p>
      )}
      <ViewTabs view={view} setView={setView} side={side} setSide={setSide} />
      <div class={`editor-body show-${view}${side ? " with-side" : ""}`}>
        <Source text={text.markdown} stamp={editing.stamp} readOnly={readOnly} onText={(markdown) => editing.change({ markdown })} />
        <Preview text={text.markdown} />
        {side && (
          <aside class="side" aria-label={t(`side.${side}` as Key)}>
            <header><h2>{t(`side.${side}` as Key)}</h2><button type="button" class="button icon-only quiet" aria-label={t("close")} onClick={() => setSide(null)}><Icon name="close" size={18} /></button></header>
            {side === "try" && <TryIt draft={{ article: article.id, title: text.title, markdown: text.markdown }} />}
            {side === "revisions" && <Revisions article={article.id} newest={article.revision.number} text={text.markdown} mayRestore={!readOnly} onRestore={(number) => void editing.restore(number)} />}
            {side === "details" && <Details article={article} text={text} readOnly={readOnly} mayDelete={may("publish")} onChange={editing.change} onDelete={() => void editing.archive()} onUnpublish={() => void editing.unpublish()} />}
          </aside>
        )}
      </div>
      {editing.theirs && <Conflict mine={text.markdown} theirs={editing.theirs} onMine={() => void editing.keepMine()} onTheirs={() => void editing.takeTheirs()} onClose={editing.closeConflict} />}
    </div>
  );
}
