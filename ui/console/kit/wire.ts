/** The shapes of docs/http.md that the console reads. */
import type { Author, AuthorKind, Availability, Decision, Page } from "../../shared/types";
export type { Author, AuthorKind, Availability, Decision, Page };

export type Role = "agent" | "editor" | "reviewer" | "admin";
export interface Person { id: string; name: string; email: string; role: Role; active?: boolean }
export interface Mood { score: number; word: string }
export interface Citation {
  n: number; article?: string; title: string; passage?: number; quote?: string; url?: string | null; original?: string | null;
}

export interface Brief {
  reason?: string | null;
  wants?: { text: string; seq: number } | null;
  tried?: { text: string; seq: number; sources: { title: string; url?: string | null }[]; confidence?: number | null }[];
  mood?: { word: string; score: number; trend?: number | string | null; seq?: number } | null;
  page?: { url: string; title?: string; seq?: number } | null;
  facts?: { name: string; value: string; seq?: number }[];
}

export interface Frame {
  seq: number;
  kind: string;
  at: string;
  author: Author;
  conversation?: string;
  id?: string;
  text?: string;
  erased?: boolean;
  citations?: Citation[];
  client_id?: string | null;
  page?: Page | null;
  ending?: string | null;
  decision?: Decision | null;
  confidence?: number | null;
  message?: number;
  right?: boolean;
  sentiment?: Mood | null;
  reason?: string | null;
  reason_text?: string | null;
  brief?: Brief | null;
  agent?: { id?: string; name: string } | null;
  why?: string | null;
  by?: { id?: string; name?: string } | string | null;
  signed?: { sub: string; email: string } | null;
  starts_at?: string;
}

export interface Summary {
  id: string;
  inbox: { key: string; name: string };
  contact: { id: string; name?: string | null };
  status: "open" | "snoozed" | "resolved";
  mode: "bot" | "queued" | "human";
  seq: number;
  epoch: number;
  episode?: number;
  agent: { id: string; name: string } | null;
  offered_to: { id: string; name: string } | null;
  reason: string | null;
  sentiment: Mood | null;
  last: { author: Author | AuthorKind; text: string; at: string } | null;
  opened_at: string;
  waiting_since: string | null;
}

export interface Contact {
  id: string;
  name?: string | null;
  identities?: { channel: string; external_id?: string; verified_how?: string | null }[];
  facts?: Record<string, unknown> | { name: string; value: unknown }[];
}

export interface Snapshot {
  id: string;
  inbox: { key: string; name: string };
  status: Summary["status"];
  mode: Summary["mode"];
  seq: number;
  epoch: number;
  events: Frame[];
  live: { turn: string; text: string } | null;
  contact?: Contact;
  brief?: Brief | null;
  summary?: Summary;
  agent?: { id: string; name: string } | null;
}

export interface Colleague { id: string; name: string; role: Role; availability: Availability; connected: boolean; load: number; capacity: number }
