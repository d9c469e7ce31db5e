import { signal } from "@preact/signals";
import { path, post, Problem, put, tell } from "../kit/api";
import { go } from "../kit/router";
import { t } from "../kit/t";
import { toast } from "../kit/toast";
import { expectSnapshot } from "./talks";

/** What is under way, as "accept cnv_1"; its button is busy. */
export const doing = signal<string | null>(null);

function refused(cause: unknown): void {
  if (cause instanceof Problem && cause.code === "already_assigned") {
    const winner = (cause.body.agent as { name?: string } | undefined)?.name;
    toast(winner ? t("accept.lost", { name: winner }) : t("accept.lost_unknown"), { icon: "person" });
  } else toast(tell(cause).message, { tone: "bad" });
}

async function act(name: string, id: string, request: () => Promise<unknown>): Promise<boolean> {
  if (doing.value) return false;
  doing.value = `${name} ${id}`;
  try {
    await request();
    return true;
  } catch (cause) {
    refused(cause);
    return false;
  } finally {
    doing.value = null;
  }
}

/** Makes the conversation mine. Everything I need then comes by the stream. */
export async function accept(id: string): Promise<void> {
  expectSnapshot(id);
  const won = await act("accept", id, () => put(path("conversations", id, "assignment")));
  if (won) go(["inbox", "mine", id]);
}

export const resolve = (id: string) => act("resolve", id, () => post(path("conversations", id, "resolution")));
export const returnToBot = (id: string) => act("return", id, () => put(path("conversations", id, "mode"), { mode: "bot" }));
