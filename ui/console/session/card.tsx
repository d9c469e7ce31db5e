import type { ComponentChildren } from "preact";
import { Logo } from "../kit/logo";

/** The page around sign-in and set-up. */
export function Card({ title, about, children }: { title: string; about?: string; children: ComponentChildren }) {
  return (
    <main class="gate">
      <div class="gate-card">
        <p class="gate-logo"><Logo size={36} /><span>Warmline</span></p>
        <h1>{title}</h1>
        {about && <p class="mut">{about}</p>}
        {children}
      </div>
    </main>
  );
}
