export function Logo({ size = 28 }: { size?: number }) {
  return (
    <svg class="logo" width={size} height={size} viewBox="0 0 32 32" aria-hidden="true">
      <path d="M6 4h20a5 5 0 0 1 5 5v10a5 5 0 0 1-5 5H15l-7 6v-6H6a5 5 0 0 1-5-5V9a5 5 0 0 1 5-5z" class="logo-ground" />
      <path d="M8 15.5c2.7-5 5.3-5 8 0s5.3 5 8 0" fill="none" stroke-width="2.8" stroke-linecap="round" class="logo-wave" />
    </svg>
  );
}
