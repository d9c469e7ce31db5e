import { t } from "../../shared/i18n";
import { dayOf } from "../../shared/time";
import type { AppointmentCard, Card, OrderCard, SlotsCard } from "../../shared/types";
import { say } from "../sending";
import { focus } from "./composer";

/** What stands under a bot's words: values, drawn as text. `latest`: there is still something to choose. */
export function CardView({ card, latest }: { card: Card; latest: boolean }) {
  switch (card.kind) {
    case "orders":
      return (
        <div class="orders">
          {card.orders.map((order) => (
            <Order key={order.number} order={order} />
          ))}
        </div>
      );
    case "slots":
      return <Slots card={card} latest={latest} />;
    case "appointment":
      return <Appointment card={card} />;
    default:
      return null;
  }
}

const STEPS = [
  ["placed", "order_placed"],
  ["shipped", "order_shipped"],
  ["expected", "order_expected"],
  ["delivered", "order_delivered"],
] as const;

function Order({ order }: { order: OrderCard }) {
  const carrier = [order.carrier, order.tracking].filter(Boolean).join(" · ");
  return (
    <section class="order" aria-label={t("order", { number: order.number })}>
      <p class="order-head">
        <strong dir="auto">{order.number}</strong>
        <span dir="auto">{order.status}</span>
      </p>
      <dl>
        {STEPS.map(([step, words]) => {
          const day = order[step];
          // What has come needs no forecast.
          if (!day || (step === "expected" && order.delivered)) return null;
          return (
            <div key={step}>
              <dt>{t(words)}</dt>
              <dd>
                <time dateTime={day}>{dayOf(day)}</time>
              </dd>
            </div>
          );
        })}
        {carrier && (
          <div>
            <dt>{t("order_carrier")}</dt>
            <dd dir="auto">{carrier}</dd>
          </div>
        )}
      </dl>
      {order.items.length > 0 && (
        <ul>
          {order.items.map((item, at) => (
            <li key={at} dir="auto">
              {item.quantity} × {item.name}
            </li>
          ))}
        </ul>
      )}
      {order.note && (
        <p class="order-note" dir="auto">
          {order.note}
        </p>
      )}
    </section>
  );
}

function Slots({ card, latest }: { card: SlotsCard; latest: boolean }) {
  return (
    <div class="slots" role="group" aria-label={t("slots")}>
      {card.slots.map(({ label, starts_at }) => (
        <button
          key={starts_at}
          type="button"
          dir="auto"
          disabled={!latest}
          onClick={() => {
            void say(label);
            focus();
          }}
        >
          {label}
        </button>
      ))}
    </div>
  );
}

/** Only a path of ours, good for one appointment. */
function ours(path: string, form: RegExp): string | undefined {
  return form.test(path) ? path : undefined;
}

function Appointment({ card }: { card: AppointmentCard }) {
  return (
    <div class="appointment">
      <p>
        <strong>
          <time dateTime={card.starts_at} dir="auto">
            {card.label}
          </time>
        </strong>{" "}
        <span>({card.timezone})</span>
      </p>
      <p class="links">
        <a href={ours(card.calendar, /^\/appointments\/[\w.-]+\/calendar\.ics$/)} download="appointment.ics">
          {t("to_calendar")}
        </a>
        <a href={ours(card.cancel, /^\/appointments\/[\w.-]+$/)} target="_blank" rel="noopener noreferrer nofollow">
          {t("cancel_appointment")}
          <span class="visually-hidden"> ({t("new_tab")})</span>
        </a>
      </p>
    </div>
  );
}
