/** The frames and objects of docs/http.md, as a client sees them. */

export type AuthorKind = "customer" | "bot" | "agent" | "system";
export type Mode = "bot" | "queued" | "human";
export type Status = "open" | "snoozed" | "resolved";
export type Ending = "answer" | "partial" | "clarify" | "small_talk" | "no_answer";
export type MoodWord = "upset" | "tense" | "calm" | "happy";
export type Availability = "online" | "away" | "offline";

export interface Author {
  kind: AuthorKind;
  id?: string;
  name?: string;
}

export interface Citation {
  n: number;
  article: string;
  title: string;
  passage?: number;
  quote: string;
  url: string;
  original: string | null;
}

export interface Page {
  url: string;
  title?: string | undefined;
  product?: string | undefined;
  referrer?: string | undefined;
}

export interface Sentiment {
  score: number;
  word: MoodWord;
}

/** Why the bot said what it said; open-ended on purpose, the named fields are the ones that screens show. */
export interface Decision {
  intent?: string;
  confidence?: number;
  answerer?: "embedded" | "model";
  model?: string | null;
  fallback?: string | null;
  passages?: { passage: number; source: string; title?: string; score: number }[];
  timings?: Record<string, number>;
  [field: string]: unknown;
}

export interface Brief {
  reason: string;
  wants: { text: string; seq: number } | null;
  tried: { text: string; seq: number; sources: { title: string; url: string }[]; confidence: number | null }[];
  mood: { word: MoodWord; score: number; trend: string; seq: number } | null;
  page: { url: string; title?: string; seq: number } | null;
  facts: { name: string; value: string; seq: number }[];
}

export interface OrderCard {
  number: string;
  status: string;
  placed: string | null;
  shipped: string | null;
  expected: string | null;
  delivered: string | null;
  carrier: string | null;
  tracking: string | null;
  note: string | null;
  items: { name: string; quantity: number }[];
}

export interface SlotsCard {
  kind: "slots";
  lead: string;
  slots: { label: string; starts_at: string }[];
}

export interface AppointmentCard {
  kind: "appointment";
  lead: string;
  label: string;
  timezone: string;
  starts_at: string;
  ends_at: string;
  calendar: string;
  cancel: string;
}

/** What a bot's message carries for a screen. `lead`: its text, said shortly. */
export type Card = SlotsCard | AppointmentCard | { kind: "orders"; lead: string; orders: OrderCard[] };

interface Logged<K extends string> {
  seq: number;
  kind: K;
  at: string;
  author: Author;
  /** On the agent's stream only. */
  conversation?: string;
  position?: number;
}

export type LogFrame =
  | (Logged<"conversation.opened"> & { page?: Page | null; contact?: { id: string; name: string } })
  | (Logged<"message.added"> & {
      id: string;
      text: string;
      citations?: Citation[];
      client_id?: string | null;
      page?: Page | null;
      ending?: Ending | null;
      card?: Card | null;
      signed?: { sub: string; email: string } | null;
      decision?: Decision | null;
      covers?: number | null;
    })
  | (Logged<"message.scored"> & { message: number; sentiment: Sentiment })
  | (Logged<"note.added"> & { id: string; text: string })
  | (Logged<"answer.judged"> & { message: number; right?: boolean })
  | (Logged<"handoff.requested"> & { reason_text: string; reason?: string; brief?: Brief; covers?: number; decision?: Decision | null })
  | (Logged<"conversation.offered"> & { agent: { id: string; name: string }; policy: string; why: string })
  | (Logged<"conversation.assigned"> & { agent: { id?: string; name: string } })
  | (Logged<"conversation.returned"> & { by?: string })
  | (Logged<"conversation.resolved"> & { by?: string; covers?: number })
  | (Logged<"conversation.reopened"> & { episode?: number })
  | (Logged<"appointment.booked"> & { appointment: string; starts_at: string; ends_at?: string })
  | (Logged<"appointment.cancelled"> & { appointment: string; starts_at: string; ends_at?: string });

export type LogKind = LogFrame["kind"];
export type MessageFrame = Extract<LogFrame, { kind: "message.added" }>;

export interface DeltaFrame {
  turn: string;
  offset: number;
  text: string;
  conversation?: string;
}

export interface TypingFrame {
  author: Author;
  on: boolean;
  conversation?: string;
}

export interface Inbox {
  key: string;
  name: string;
  assistant: string;
  greeting: string;
  prompts: string[];
  language: string;
  available: boolean;
}

export interface Snapshot {
  id: string;
  inbox?: { key: string; name: string };
  status: Status;
  mode: Mode;
  epoch: number;
  seq: number;
  episode: number;
  agent: { id?: string; name: string } | null;
  events: LogFrame[];
  live: { turn: string; text: string } | null;
}

/** A row of the agent's list. */
export interface Summary {
  id: string;
  inbox: { key: string; name: string };
  contact: { id: string; name: string };
  status: Status;
  mode: Mode;
  seq: number;
  epoch: number;
  episode: number;
  agent: { id: string; name: string } | null;
  offered_to: { id: string; name: string } | null;
  reason: string | null;
  sentiment: Sentiment | null;
  last: { author: AuthorKind | Author; text: string; at: string } | null;
  opened_at: string;
  waiting_since: string | null;
}

export interface AgentSnapshot extends Snapshot {
  contact: { id: string; name: string; identities: { channel: string; external_id: string; verified_at?: string | null }[]; facts: Record<string, string> };
  brief: Brief | null;
  summary: Summary;
}

export interface Person {
  id: string;
  name: string;
  email: string;
  role: "agent" | "editor" | "reviewer" | "admin";
}

export interface AgentPresence {
  id: string;
  name: string;
  role: string;
  availability: Availability;
  connected: boolean;
  load: number;
  capacity: number;
}
