import { t } from "../../shared/i18n";
import { plainText } from "../../shared/markdown";
import type { LogFrame } from "../../shared/types";
import { inbox, spoken } from "../state";

/** Speaks each finished message once. The log itself is silent: it would speak every piece of a streamed answer. */
export function Announcer() {
  return (
    <div class="visually-hidden" aria-live="polite">
      {spoken.value.map((frame) => (
        <p key={frame.seq}>{sentence(frame)}</p>
      ))}
    </div>
  );
}

function sentence(frame: LogFrame): string {
  const assistant = inbox.value?.assistant ?? "";
  switch (frame.kind) {
    case "message.added": {
      if (frame.author.kind === "customer") return "";
      const name = frame.author.kind === "bot" ? `${assistant}, ${t("assistant")}` : (frame.author.name ?? t("someone"));
      return t("spoken", { name, text: plainText(frame.text) });
    }
    case "handoff.requested":
      return frame.reason_text || t("handoff");
    case "conversation.assigned":
      return `${t("joined", { name: frame.agent.name })}. ${t("joined_more")}`;
    case "conversation.returned":
      return t("returned", { name: assistant });
    case "conversation.resolved":
      return `${t("resolved")}. ${t("resolved_more")}`;
    default:
      return "";
  }
}
