import { Avatar } from "../../kit/avatar";
import { dateTime } from "../../kit/clock";
import { t } from "../../kit/t";
import type { Contact, Summary } from "../../kit/wire";

function facts(contact: Contact | null): [string, string][] {
  const given = contact?.facts ?? {};
  const pairs = Array.isArray(given) ? given.map((one) => [one.name, one.value] as const) : Object.entries(given);
  return pairs.filter(([, value]) => value !== null && value !== "").map(([name, value]) => [name.replace(/_/g, " "), typeof value === "object" ? JSON.stringify(value) : String(value)]);
}

export function ContactCard({ contact, summary, told }: { contact: Contact | null; summary: Summary; told: string[] }) {
  const name = contact?.name || summary.contact.name || t("visitor");
  return (
    <section class="brief-part">
      <h3>{t("contact")}</h3>
      <div class="contact">
        <Avatar name={name} id={summary.contact.id} size="large" />
        <div><strong dir="auto">{name}</strong><span class="mut small">{t("contact.since", { at: dateTime(summary.opened_at) })}</span></div>
      </div>
      <dl class="facts">
        {(contact?.identities ?? []).filter((one) => one.external_id).map((one, i) => (
          <div key={i}><dt>{one.channel}</dt><dd dir="auto">{one.external_id} <span class="mut small">{one.verified_how ? t("contact.verified") : t("contact.unverified")}</span></dd></div>
        ))}
        {facts(contact).filter(([name]) => !told.includes(name)).map(([key, value]) => <div key={key}><dt dir="auto">{key}</dt><dd dir="auto">{value}</dd></div>)}
      </dl>
    </section>
  );
}
