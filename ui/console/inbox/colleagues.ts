import { computed, signal } from "@preact/signals";
import { put } from "../kit/api";
import { toast } from "../kit/toast";
import type { Availability, Colleague } from "../kit/wire";
import { me } from "../session/session";

const colleagues = signal<Colleague[]>([]);
const chosen = signal<Availability | null>(null);

export function setColleagues(agents: Colleague[]): void {
  colleagues.value = agents;
  chosen.value = null;
}

const mine = computed(() => colleagues.value.find((one) => one.id === me.value?.id));
export const availability = computed<Availability>(() => chosen.value ?? mine.value?.availability ?? "offline");
export const load = computed(() => mine.value);
export const onlineOthers = computed(() => colleagues.value.filter((one) => one.connected && one.availability === "online" && one.id !== me.value?.id));

export async function setAvailability(next: Availability): Promise<void> {
  chosen.value = next;
  try {
    await put("/agents/me/availability", { availability: next });
  } catch (problem) {
    chosen.value = null;
    toast((problem as Error).message, { tone: "bad" });
  }
}
