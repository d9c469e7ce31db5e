import { useState } from "preact/hooks";
import { post, tell } from "../../kit/api";
import { Icon } from "../../kit/icon";
import { go } from "../../kit/router";
import { t } from "../../kit/t";
import { toast } from "../../kit/toast";
import { may } from "../../session/session";

/** Makes a test of what the bot did here; for reviewers. */
export function Freeze({ message }: { message: string | undefined }) {
  const [busy, setBusy] = useState(false);
  if (!message || !may("review")) return null;
  const freeze = async () => {
    setBusy(true);
    try {
      const made = await post<{ as_posted: boolean }>("/frozen-cases", { message }, { timeout: 120_000 });
      toast(t(made.as_posted ? "test.made" : "test.made_other"), { action: { label: t("test.show"), run: () => go(["quality", "tests"]) } });
    } catch (cause) {
      toast(tell(cause).message, { tone: "bad" });
    }
    setBusy(false);
  };
  return <button type="button" class="why-toggle" disabled={busy} onClick={() => void freeze()}><Icon name="checkCircle" size={14} />{busy ? t("test.making") : t("test.make")}</button>;
}
