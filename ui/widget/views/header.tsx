import { t } from "../../shared/i18n";
import { talkToPerson } from "../sending";
import { asking, entering, inbox, log, us } from "../state";
import { cell } from "../store";
import { CloseIcon, Initials, Mark } from "./icons";

export function Header() {
  const { mode, status, agent } = log.value;
  const name = inbox.value?.assistant ?? "";
  return (
    <header>
      {agent ? <Initials name={agent} /> : <Mark />}
      <div class="who">
        <h1>{agent ?? name}</h1>
        {/* The line is always there, so that the header keeps its height. */}
        <p>{subtitle(mode, status, agent)}</p>
      </div>
      {mode === "bot" && <TalkToPerson disabled={entering.value} />}
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

const failed = cell(false);

function TalkToPerson({ disabled }: { disabled: boolean }) {
  const ask = () => {
    failed.value = false;
    talkToPerson().catch(() => (failed.value = true));
  };
  return (
    <button type="button" class="person" disabled={disabled || asking.value} onClick={ask} >
      {asking.value ? t("person_asking") : t("person")}
      {failed.value && (
        <span role="alert" class="visually-hidden">
          {t("person_failed")}
        </span>
      )}
    </button>
  );
}
