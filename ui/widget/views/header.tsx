import { t } from "../../shared/i18n";
import { talkToPerson } from "../sending";
import { asking, entering, failure, inbox, log, us } from "../state";
import { CloseIcon, Initials, Mark } from "./icons";

export function Header() {
  const { mode, status, agent } = log.value;
  const name = inbox.value?.assistant ?? "";
  return (
    <header>
      {agent ? <Initials name={agent} /> : <Mark />}
      <div class="who">
        <h1>{agent ?? (name || t("title"))}</h1>
        {/* The line is always there, so that the header keeps its height. */}
        <p>{subtitle(mode, status, agent)}</p>
      </div>
      {mode === "bot" && !(failure.value && !inbox.value) && <TalkToPerson />}
      {us.host.framed && (
        <button type="button" class="icon-button" aria-label={t("close")} title={t("close")} onClick={() => us.host.close()}>
          <CloseIcon />
        </button>
      )}
    </header>
  );
}

function subtitle(mode: string, status: string, agent: string | null): string {
  const site = inbox.value?.name ?? "";
  if (agent) return t("agent_sub", { name: site });
  if (status === "resolved") return t("resolved_sub");
  if (mode === "queued") return t("queued_sub");
  return t("assistant_sub");
}

function TalkToPerson() {
  return (
    <button type="button" class="person" disabled={entering.value || asking.value} onClick={() => void talkToPerson()}>
      {asking.value ? t("person_asking") : t("person")}
    </button>
  );
}
