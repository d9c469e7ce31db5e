import { availability, load, setAvailability } from "../inbox/colleagues";
import { setSound, sound } from "../inbox/notice";
import { counts } from "../inbox/rows";
import { Avatar } from "../kit/avatar";
import { Icon } from "../kit/icon";
import { Menu } from "../kit/menu";
import { t, type Key } from "../kit/t";
import type { Availability, Person } from "../kit/wire";
import { may, signOut, workspace } from "../session/session";
import { sheet } from "./shell";
import { setTheme, theme, type Theme } from "./theme";

const states: Availability[] = ["online", "away", "offline"];
const themes: Theme[] = ["system", "light", "dark"];

function Presence() {
  const now = availability.value;
  const mine = load.value;
  return (
    <Menu label={t("availability.label", { state: t(`availability.${now}`) })} class={`button quiet presence ${now}`} end
      button={<><span class={`presence-dot ${now}`} aria-hidden="true" /><span class="presence-word">{t(`availability.${now}` as Key)}</span>
        {mine && mine.capacity > 0 && <span class="presence-load number">{mine.load}/{mine.capacity}</span>}<Icon name="down" size={14} /></>}
      choices={states.map((one) => ({
        label: t(`availability.${one}` as Key), checked: one === now, run: () => void setAvailability(one), before: <span class={`presence-dot ${one}`} aria-hidden="true" />,
      }))} />
  );
}

function Me({ person }: { person: Person }) {
  return (
    <Menu label={t("me.menu", { name: person.name })} class="button quiet me" end button={<Avatar name={person.name} id={person.id} size="small" />}
      choices={[
        { label: sound.value ? t("sound.off") : t("sound.on"), run: () => setSound(!sound.value), before: <Icon name={sound.value ? "mute" : "bell"} size={18} /> },
        ...themes.map((one) => ({ label: t(`theme.${one}` as Key), checked: theme.value === one, run: () => setTheme(one), before: <Icon name="sun" size={18} /> })),
        { label: t("keys"), run: () => (sheet.value = "help"), before: <Icon name="help" size={18} /> },
        { label: t("password.change"), run: () => (sheet.value = "password"), before: <Icon name="key" size={18} /> },
        { label: t("sign_out"), run: () => void signOut(), before: <Icon name="door" size={18} /> },
      ]} />
  );
}

export function TopBar({ person }: { person: Person }) {
  const waits = counts.value.queue;
  return (
    <header class="top-bar">
      <span class="workspace-name" dir="auto">{workspace.value.name ?? "Warmline"}</span>
      <button type="button" class="palette-button" onClick={() => (sheet.value = "palette")} aria-label={t("palette")}>
        <Icon name="search" size={18} /><span>{t("palette.hint")}</span><kbd>Ctrl K</kbd>
      </button>
      {may("read") && <a class={`queue-count${waits ? " some" : ""}`} href="/console/inbox/queue" aria-label={t("queue.count", { count: waits })} title={t("queue.count", { count: waits })}>
        <Icon name="clock" size={16} /><span class="number">{waits}</span><span class="queue-word">{t("queue.waiting")}</span>
      </a>}
      {may("converse") && <Presence />}
      <Me person={person} />
    </header>
  );
}
