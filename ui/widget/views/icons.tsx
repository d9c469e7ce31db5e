import type { ComponentChildren } from "preact";

function Icon({ children }: { children: ComponentChildren }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
      {children}
    </svg>
  );
}

export const CloseIcon = () => (
  <Icon>
    <path d="M6 6l12 12M18 6L6 18" />
  </Icon>
);
export const SendIcon = () => (
  <Icon>
    <path d="M12 19V5M6 11l6-6 6 6" />
  </Icon>
);
export const OutIcon = () => (
  <Icon>
    <path d="M9 6h9v9M18 6L7 17" />
  </Icon>
);
export const DownIcon = () => (
  <Icon>
    <path d="M12 5v14M6 13l6 6 6-6" />
  </Icon>
);
export const ThumbIcon = () => (
  <Icon>
    <path d="M8 11v9H4v-9zM8 11l4-8c1.700 0 2.500 1.300 2.200 3l-.7 4H19a2 2 0 0 1 2 2.400l-1.300 6A2 2 0 0 1 17.700 20H8" />
  </Icon>
);
export const AlertIcon = () => (
  <Icon>
    <path d="M12 8v5M12 16.5v.2" />
    <circle cx="12" cy="12" r="9" />
  </Icon>
);

/** The assistant's face: a bubble with a warm line in it. */
export const Mark = () => (
  <svg class="mark" viewBox="0 0 32 32" aria-hidden="true">
    <rect width="32" height="32" rx="10" />
    <path d="M8 18c2.7-5 5.300-5 8 0s5.300 5 8 0" />
    <circle cx="23" cy="10.5" r="2" />
  </svg>
);

export function Initials({ name }: { name: string }) {
  const letters = name
    .split(/\s+/)
    .map((part) => [...part][0] ?? "")
    .slice(0, 2)
    .join("");
  return (
    <span class="initials" aria-hidden="true">
      {letters.toUpperCase()}
    </span>
  );
}
