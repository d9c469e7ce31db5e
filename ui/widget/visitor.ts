import { get, post, Problem } from "../shared/api";
import type { Inbox } from "../shared/types";

interface Visitor {
  token: string;
  contact: { id: string };
  inbox: Inbox;
}

interface Me {
  inbox: Inbox;
  conversation: string | null;
}

export interface Entry {
  token: string;
  inbox: Inbox;
  conversation: string | null;
  /** The kept token was no longer good, and this is a new visitor. */
  renewed: boolean;
}

/** In with the kept token, or as a new visitor when there is none or it expired. Throws `Problem`. */
export async function enter(inbox: string, kept: string | undefined): Promise<Entry> {
  if (kept) {
    try {
      const me = await get<Me>("/v1/visitors/me", { token: kept });
      return { token: kept, inbox: me.inbox, conversation: me.conversation, renewed: false };
    } catch (error) {
      if (!(error instanceof Problem) || error.status !== 401) throw error;
    }
  }
  const visitor = await post<Visitor>(`/v1/inboxes/${encodeURIComponent(inbox)}/visitors`, { language: navigator.language.slice(0, 35) });
  return { token: visitor.token, inbox: visitor.inbox, conversation: null, renewed: !!kept };
}
