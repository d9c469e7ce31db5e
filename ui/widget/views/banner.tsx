import { t } from "../../shared/i18n";
import { connection, offline, unasked } from "../state";
import { cell, watch } from "../store";

/** Planned reconnects take a moment and need no words. */
const PATIENCE = 600;

const late = cell(false);
let timer: ReturnType<typeof setTimeout> | undefined;

const down = () => connection.value === "waiting" || (connection.value === "connecting" && (late.value || timer !== undefined));

watch(() => {
  if (!down()) {
    clearTimeout(timer);
    timer = undefined;
    late.value = false;
  } else timer ??= setTimeout(() => (late.value = true), PATIENCE);
});

/** Lies over the log, so that coming and going it moves nothing. */
export function Banner() {
  const text = offline.value ? t("offline") : late.value ? t("reconnecting") : unasked.value ? t("person_failed") : "";
  return (
    <div class="banner" role="status" data-shown={text !== ""}>
      {text}
    </div>
  );
}
