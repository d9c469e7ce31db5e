import { get } from "../kit/api";
import type { Colleague } from "../kit/wire";
import { me } from "../session/session";
import { connection, join } from "../stream/tab";
import { setColleagues } from "./colleagues";
import { forgetLists, list, loadView } from "./lists";
import { resumeSending } from "./outbox";
import { receive } from "./receive";
import { forgetRows, views } from "./rows";
import { forgetTalks, openTalk, readyTalks } from "./talks";

async function fetchAll(): Promise<number> {
  const open = views.filter((view) => list(view).peek().state !== "idle");
  const wanted = new Set([...open, "queue" as const, "mine" as const]);
  const positions = await Promise.all([...wanted].map(loadView));
  return Math.min(...positions);
}

const loadColleagues = () => get<{ agents: Colleague[] }>("/agents").then(({ agents }) => setColleagues(agents)).catch(() => {});

/** Fetches the lists, then follows the stream from their position; answers how to stop. */
export function begin(person: string): () => void {
  let leave = () => {};
  let stopped = false;
  let retry: ReturnType<typeof setTimeout>;
  const start = async () => {
    try {
      const after = await fetchAll();
      if (stopped) return;
      void loadColleagues();
      leave = join({
        person, after, frame: receive,
        reset: async () => {
          forgetRows();
          const position = await fetchAll();
          await Promise.all(readyTalks().map((id) => openTalk(id, true)));
          return position;
        },
        closed: () => (me.value = null),
      });
      resumeSending();
    } catch {
      connection.value = { ...connection.peek(), is: "waiting", retryAt: Date.now() + 3000 };
      if (!stopped) retry = setTimeout(start, 3000);
    }
  };
  void start();
  return () => {
    stopped = true;
    clearTimeout(retry);
    leave();
    forgetRows();
    forgetTalks();
    forgetLists();
  };
}
