import { path, put } from "../../kit/api";

let on: string | null = null;
let sentAt = 0;
let idle: ReturnType<typeof setTimeout>;
let refused = false;

const say = (conversation: string, state: boolean) =>
  put(path("conversations", conversation, "typing"), { on: state }).catch((problem) => {
    refused ||= [403, 404, 405].includes((problem as { status?: number }).status ?? 0);
  });

/** Tells the customer that I write a reply: at most every 4 s, and the end after 5 s of silence. */
export function typed(conversation: string): void {
  if (refused) return;
  if (on !== conversation || Date.now() - sentAt > 4000) {
    on = conversation;
    sentAt = Date.now();
    void say(conversation, true);
  }
  clearTimeout(idle);
  idle = setTimeout(stopped, 5000);
}

export function stopped(): void {
  clearTimeout(idle);
  if (on && !refused) void say(on, false);
  on = null;
}
