import { computed, effect, signal } from "@preact/signals";
import { keep, kept, keptJson } from "../kit/keep";
import { t, word } from "../kit/t";
import type { Frame, Summary } from "../kit/wire";
import { me } from "../session/session";
import { leading } from "../stream/tab";
import { settle } from "./outbox";
import { allRows, counts, inView, row, version } from "./rows";
import { isUnread } from "./unread";

export const sound = signal(kept("sound") !== "off");
export function setSound(on: boolean): void {
  sound.value = on;
  keep("sound", on ? "on" : "off");
}

/** Said once to screen readers, at once. */
export const spoken = signal("");
const passed = signal<string[]>(keptJson("passed", []));
const key = (one: Summary) => `${one.id} ${one.waiting_since}`;

/** A conversation offered to me, until I accept, pass or it goes elsewhere. */
export const offer = computed<Summary | null>(() => {
  version.value;
  const offered = allRows().filter((one) => inView(one, "queue") && one.offered_to?.id === me.value?.id);
  return offered.find((one) => !passed.value.includes(key(one))) ?? null;
});

export function pass(one: Summary): void {
  passed.value = [...passed.value.slice(-50), key(one)];
  keep("passed", JSON.stringify(passed.value));
}

let audio: AudioContext | null = null;

/** Two soft rising tones; browsers allow it only after the first click or key on the page. */
function ring(): void {
  if (!sound.value || !leading) return;
  try {
    audio ??= new AudioContext();
    [523, 784].forEach((pitch, i) => {
      const start = audio!.currentTime + i * 0.16;
      const tone = audio!.createOscillator();
      const level = audio!.createGain();
      tone.frequency.value = pitch;
      level.gain.setValueAtTime(0, start);
      level.gain.linearRampToValueAtTime(0.12, start + 0.03);
      level.gain.exponentialRampToValueAtTime(0.001, start + 0.45);
      tone.connect(level).connect(audio!.destination);
      tone.start(start);
      tone.stop(start + 0.5);
    });
  } catch {
    audio = null;
  }
}

const fresh = (frame: Frame) => Date.now() - Date.parse(frame.at) < 60_000;
const name = (conversation: string) => row(conversation)?.peek().contact.name || t("visitor");

/** Rings and speaks for what needs this person; a replayed old frame does neither. */
export function announce(conversation: string, frame: Frame): void {
  settle(frame);
  if (!fresh(frame)) return;
  if (frame.kind === "handoff.requested") {
    ring();
    spoken.value = t("announce.handoff", { name: name(conversation), reason: word("reason", frame.reason) });
  }
  const mine = row(conversation)?.peek().agent?.id === me.value?.id;
  if (frame.kind === "message.added" && frame.author.kind === "customer" && mine && document.hidden) ring();
}

const dot = (on: boolean) => `data:image/svg+xml,${encodeURIComponent(
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><path d="M6 5h20a5 5 0 0 1 5 5v9a5 5 0 0 1-5 5H15l-7 6v-6H6a5 5 0 0 1-5-5v-9a5 5 0 0 1 5-5z" fill="#0b5c56"/><path d="M8 16c2.7-4.5 5.3-4.5 8 0s5.3 4.5 8 0" fill="none" stroke="#fff" stroke-width="3" stroke-linecap="round"/>${
    on ? '<circle cx="25" cy="7" r="6.5" fill="#d8352f" stroke="#fff" stroke-width="2"/>' : ""}</svg>`)}`;

function icon(on: boolean): void {
  let link = document.querySelector<HTMLLinkElement>("link[rel=icon]");
  if (!link) {
    link = Object.assign(document.createElement("link"), { rel: "icon" });
    document.head.append(link);
  }
  link.href = dot(on);
}

/** Title count and favicon dot: who waits in the queue, and my conversations with something unread. */
export function watchTitle(): () => void {
  return effect(() => {
    version.value;
    const unread = allRows().filter((one) => inView(one, "mine") && isUnread(one)).length;
    const count = counts.value.queue + unread;
    document.title = count ? `(${count}) Warmline` : "Warmline";
    icon(count > 0);
  });
}
