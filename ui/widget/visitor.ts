import { del, get, post, Problem } from "../shared/api";
import type { Inbox } from "../shared/types";

interface Visitor {
  token: string;
  contact: { id: string };
  inbox: Inbox;
}

interface Me {
  contact: { id: string };
  inbox: Inbox;
  conversation: string | null;
}

export interface Entry {
  token: string;
  contact: string;
  inbox: Inbox;
  conversation: string | null;
  /** The kept token was no longer good, or another's, and this is a new visitor. */
  renewed: boolean;
  /** By the site's token of who is signed in there. */
  signed: boolean;
}

export interface Kept {
  token: string | undefined;
  /** The token was made for somebody signed in. */
  signed: boolean;
}

/** In as whom the site says, else with the kept token, else as a new visitor. Throws `Problem`. */
export async function enter(inbox: string, kept: Kept, identity: string): Promise<Entry> {
  if (identity) {
    const entry = await signIn(inbox, kept.token, identity);
    if (entry) return entry;
  }
  // Who was signed in here is no longer: what they said is nothing for whoever sits here now.
  if (kept.signed && kept.token) await del("/v1/visitors/me", { token: kept.token }).catch(() => {});
  const token = kept.signed ? undefined : kept.token;
  if (token) {
    try {
      const me = await get<Me>("/v1/visitors/me", { token });
      return { token, contact: me.contact.id, inbox: me.inbox, conversation: me.conversation, renewed: false, signed: false };
    } catch (error) {
      if (!(error instanceof Problem) || error.status !== 401) throw error;
    }
  }
  const visitor = await join(inbox, {});
  return { token: visitor.token, contact: visitor.contact.id, inbox: visitor.inbox, conversation: null, renewed: !!kept.token, signed: false };
}

/** Null when the site's token is not good: that is for its developers to see, and the customer chats without it. */
async function signIn(inbox: string, visitor: string | undefined, identity: string): Promise<Entry | null> {
  try {
    const { token } = await join(inbox, { identity, ...(visitor ? { visitor } : {}) });
    const me = await get<Me>("/v1/visitors/me", { token });
    return { token, contact: me.contact.id, inbox: me.inbox, conversation: me.conversation, renewed: !!visitor && token !== visitor, signed: true };
  } catch (error) {
    if (!(error instanceof Problem) || (error.code !== "identity_refused" && error.status !== 422)) throw error;
    console.warn(`Warmline: ${error.detail || error.code}`);
    return null;
  }
}

const join = (inbox: string, more: object) =>
  post<Visitor>(`/v1/inboxes/${encodeURIComponent(inbox)}/visitors`, { language: navigator.language.slice(0, 35), ...more });
