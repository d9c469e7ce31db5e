import { useState } from "preact/hooks";
import { markdown } from "../../shared/markdown";
import { post } from "../kit/api";
import { Confidence } from "../kit/confidence";
import { Icon } from "../kit/icon";
import { FormProblem, Loading } from "../kit/states";
import { Sources } from "../kit/sources";
import { t, word } from "../kit/t";
import { Why } from "../kit/why";
import type { Citation, Decision } from "../kit/wire";

interface Answer { action: string; text: string; citations: Citation[]; confidence: number; reason: string | null; decision: Decision }
interface Draft { article: string; title: string; markdown: string }
type State = { answer?: Answer; problem?: unknown };

function Result({ title, state }: { title: string; state: State }) {
  const { answer, problem } = state;
  return (
    <section class="tried-answer">
      <h3>{title}{answer && <Confidence value={answer.confidence} />}</h3>
      {problem ? <FormProblem problem={problem} /> : !answer ? <Loading rows={3} /> : (
        <>
          {answer.action !== "answer" && <p class="pill">{word("action", answer.action)}{answer.reason ? `: ${word("reason", answer.reason)}` : ""}</p>}
          <div class="answer-text" dir="auto">{markdown(answer.text, { citation: (n) => <span class="mark">{n}</span> })}</div>
          {answer.citations.length > 0 && <Sources citations={answer.citations} />}
          <details><summary>{t("why")}</summary><Why decision={answer.decision} /></details>
        </>
      )}
    </section>
  );
}

/** Ask as a customer would: from the text as it stands here, and from what is live now. */
export function TryIt({ draft }: { draft: Draft }) {
  const [question, setQuestion] = useState("");
  const [states, setStates] = useState<{ draft: State; live: State } | null>(null);
  const ask = async (event: Event) => {
    event.preventDefault();
    const asked = question.trim();
    if (!asked) return;
    setStates({ draft: {}, live: {} });
    const one = (name: "draft" | "live", body: unknown) => post<Answer>("/answers", body, { timeout: 60_000 }).then(
      (answer) => setStates((old) => old && { ...old, [name]: { answer } }), (problem) => setStates((old) => old && { ...old, [name]: { problem } }),
    );
    await Promise.all([one("draft", { question: asked, draft: { ...draft, title: draft.title.slice(0, 200) } }), one("live", { question: asked })]);
  };
  return (
    <div class="try-it">
      <form onSubmit={(event) => void ask(event)} class="try-form">
        <input id="try-question" class="input" value={question} aria-label={t("try.question")} placeholder={t("try.example")} onInput={(event) => setQuestion((event.target as HTMLInputElement).value)} />
        <button type="submit" class="button primary" disabled={!question.trim()}><Icon name="send" size={16} /><span>{t("try.ask")}</span></button>
      </form>
      <div aria-live="polite">
        {states ? <><Result title={t("try.draft")} state={states.draft} /><Result title={t("try.live")} state={states.live} /></> : <p class="mut">{t("try.about")}</p>}
      </div>
    </div>
  );
}
