import { useEffect, useRef, useState } from "preact/hooks";
import { get, path, post, Problem, remove, tell } from "../kit/api";
import { go } from "../kit/router";
import { t } from "../kit/t";
import { toast } from "../kit/toast";
import { keepText, keptText, same, textOf, type Text } from "./draft";
import type { Article, Published, Revision } from "./wire";

export type Busy = "save" | "publish" | null;

function complain(cause: unknown): void {
  const { message, request } = tell(cause);
  toast(request ? `${message} (${request})` : message, { tone: "bad", ms: 10_000 });
}

/** The text in the editor, kept on this machine while it is not saved, and what can be done with it. */
export function useEditing(article: Article, put: (article: Article) => void) {
  const saved = textOf(article);
  const [text, setText] = useState<Text>(() => keptText(article.id) ?? saved);
  // Goes up when the text changes by something else than typing; only then the editor takes it over.
  const [stamp, setStamp] = useState(0);
  const [busy, setBusy] = useState<Busy>(null);
  const [theirs, setTheirs] = useState<Revision | null>(null);
  const restored = useRef(keptText(article.id) !== null);
  const latest = useRef(text);
  latest.current = text;
  const dirty = !same(text, saved);
  const replace = (next: Text) => {
    setText(next);
    setStamp((old) => old + 1);
  };

  useEffect(() => {
    const timer = setTimeout(() => keepText(article.id, dirty ? text : null), 300);
    return () => {
      clearTimeout(timer);
      keepText(article.id, dirty ? latest.current : null);
    };
  }, [text, dirty]);

  const reload = async () => {
    const fresh = await get<Article>(path("articles", article.id));
    put(fresh);
    return fresh;
  };

  const save = async (base = text.base): Promise<number | null> => {
    if (!dirty && base === text.base) return text.base;
    setBusy("save");
    const { title, markdown, slug, language, audience } = text;
    try {
      const made = await post<Revision>(path("articles", article.id, "revisions"), { title: title.trim() || t("article.untitled"), markdown, base, slug, language, audience });
      const fresh = await reload();
      // Letters typed while it was on its way stay; they are the next revision's.
      if (same(latest.current, text)) replace(textOf(fresh));
      else setText((now) => ({ ...now, base: made.number }));
      restored.current = false;
      return made.number;
    } catch (cause) {
      if (cause instanceof Problem && cause.code === "edit_conflict") setTheirs(cause.body.theirs as Revision);
      else complain(cause);
      return null;
    } finally {
      setBusy(null);
    }
  };

  const guarded = async (work: () => Promise<void>) => {
    try {
      await work();
    } catch (cause) {
      complain(cause);
    }
  };

  const unpublish = () => guarded(async () => {
    await remove(`${path("articles", article.id)}/publication`);
    await reload();
    toast(t("unpublished"));
  });

  const goLive = async (revision: number) => {
    const live = await post<Published>(path("articles", article.id, "publication"), { revision }, { timeout: 120_000 });
    await reload();
    return live;
  };

  const publish = () => guarded(async () => {
    if (busy) return;
    const number = await save();
    if (number === null) return;
    setBusy("publish");
    const former = article.published;
    try {
      const live = await goLive(number);
      const undo = former === null ? unpublish : () => guarded(async () => {
        await goLive(former);
        toast(t("publish.undone", { number: former }));
      });
      toast(t("published", { count: live.passages, seconds: live.seconds.toFixed(1) }), { action: { label: t("undo"), run: () => void undo() } });
    } finally {
      setBusy(null);
    }
  });

  const restore = (number: number) => guarded(async () => {
    await post<Revision>(path("articles", article.id, "revisions"), { restore: number });
    replace(textOf(await reload()));
    toast(t("revision.restored", { number }));
  });

  const archive = () => guarded(async () => {
    await remove(path("articles", article.id));
    keepText(article.id, null);
    toast(t("article.deleted"));
    go(["knowledge", "in", article.collection]);
  });

  return {
    text, stamp, dirty, busy, theirs, restored: restored.current && dirty,
    change: (change: Partial<Text>) => setText((old) => ({ ...old, ...change })),
    discard: () => replace(saved),
    save, publish, unpublish, restore, archive,
    keepMine: async () => {
      const base = theirs!.number;
      setTheirs(null);
      await save(base);
    },
    takeTheirs: async () => {
      setTheirs(null);
      await guarded(async () => replace(textOf(await reload())));
    },
    closeConflict: () => setTheirs(null),
  };
}
