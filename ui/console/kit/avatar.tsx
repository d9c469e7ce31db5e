/** Initials on one of four quiet grounds, the same for the same person every time. */
export function Avatar({ name, id, size = "normal" }: { name: string; id: string; size?: "normal" | "small" | "large" }) {
  let sum = 0;
  for (const letter of id) sum = (sum * 31 + letter.charCodeAt(0)) >>> 0;
  const initials = name.split(/\s+/).filter(Boolean).slice(0, 2).map((part) => [...part][0]!.toUpperCase()).join("") || "?";
  return <span class={`avatar avatar-${sum % 4} ${size}`} aria-hidden="true">{initials}</span>;
}
