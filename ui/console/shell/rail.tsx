import { counts } from "../inbox/rows";
import { Icon, type IconName } from "../kit/icon";
import { Logo } from "../kit/logo";
import { t, type Key } from "../kit/t";
import { may } from "../session/session";

export function Rail({ surface }: { surface: string }) {
  const items: { name: string; icon: IconName; badge?: number }[] = [
    ...(may("read") ? [{ name: "inbox", icon: "inbox" as const, badge: counts.value.queue }] : []),
    ...(may("knowledge") ? [{ name: "knowledge", icon: "book" as const }] : []),
    ...(may("review") ? [{ name: "quality", icon: "checkCircle" as const }] : []),
    ...(may("settings") ? [{ name: "settings", icon: "gear" as const }] : []),
  ];
  return (
    <nav class="rail" aria-label={t("surfaces")}>
      <span class="rail-logo"><Logo /></span>
      {items.map(({ name, icon, badge }) => (
        <a key={name} href={`/console/${name}`} class={surface === name ? "active" : ""} aria-current={surface === name ? "page" : undefined}>
          <span class="rail-icon"><Icon name={icon} size={22} />{badge ? <span class="badge">{badge > 99 ? "99+" : badge}<span class="hidden"> {t("rail.waiting")}</span></span> : null}</span>
          <span class="rail-label">{t(`surface.${name}` as Key)}</span>
        </a>
      ))}
    </nav>
  );
}
