import { signal } from "@preact/signals";
import { get, onSignedOut, post, remove } from "../kit/api";
import type { Person } from "../kit/wire";

export interface Workspace { id?: string; name?: string }

/** Who works here; undefined until the server said it, null when signed out. */
export const me = signal<Person | null | undefined>(undefined);
export const workspace = signal<Workspace>({});
export const bootProblem = signal<unknown>(null);

onSignedOut(() => {
  if (me.value) me.value = null;
});

export async function boot(): Promise<void> {
  bootProblem.value = null;
  try {
    const current = await get<{ person: Person; workspace?: Workspace | string }>("/sessions/current");
    workspace.value = typeof current.workspace === "string" ? { name: current.workspace } : current.workspace ?? {};
    me.value = current.person;
  } catch (problem) {
    if ((problem as { status?: number }).status === 401) me.value = null;
    else bootProblem.value = problem;
  }
}

export async function signIn(email: string, password: string): Promise<void> {
  await post("/sessions", { email, password });
  await boot();
}

export async function signOut(): Promise<void> {
  await remove("/sessions/current").catch(() => {});
  me.value = null;
}

type Permission = "converse" | "read" | "review" | "knowledge" | "write" | "publish" | "settings";

/** Which parts of the console a role is shown; the server decides by its own table. */
const roles: Record<Person["role"], Permission[]> = {
  agent: ["converse", "read"],
  editor: ["knowledge", "write", "publish"],
  reviewer: ["read", "review", "knowledge"],
  admin: ["converse", "read", "review", "knowledge", "write", "publish", "settings"],
};

export function may(what: Permission): boolean {
  const role = me.value?.role;
  return role !== undefined && (roles[role] ?? []).includes(what);
}

/** Where a person begins. */
export const home = () => (may("read") ? ["inbox", "queue"] : ["knowledge"]);
