import { useEffect, useState } from "preact/hooks";
import { pending } from "../inbox/outbox";
import { second } from "../kit/clock";
import { Icon } from "../kit/icon";
import { t } from "../kit/t";
import { connection, retryNow } from "../stream/tab";

/** Says that the connection is away, for how long, and what happens to what one writes meanwhile. */
export function ConnectionBar() {
  const { is, retryAt, since } = connection.value;
  const [late, setLate] = useState(false);
  const away = is === "waiting" || is === "connecting";
  useEffect(() => {
    setLate(false);
    if (!away) return;
    const timer = setTimeout(() => setLate(true), is === "waiting" ? 0 : 1500);
    return () => clearTimeout(timer);
  }, [away, is === "waiting", since]);
  const shown = away && (late || is === "waiting");
  const seconds = retryAt ? Math.max(0, Math.ceil((retryAt - second.value) / 1000)) : 0;
  return (
    <div class={`connection${shown ? " shown" : ""}`} role="status">
      {shown && (
        <>
          <Icon name="offline" size={18} />
          <span>
            <strong>{t("connection.away")}</strong>{" "}
            {seconds > 0 && <span aria-hidden="true">{t("connection.again", { count: seconds })} </span>}
            {pending.value.length ? t("connection.kept", { count: pending.value.length }) : t("connection.work")}
          </span>
          <button type="button" class="button small" onClick={retryNow}>{t("connection.now")}</button>
        </>
      )}
    </div>
  );
}
