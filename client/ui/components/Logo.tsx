/** The mark: a sealed room with someone in it. */
export function Logo(props: { size?: number }) {
  const size = props.size ?? 28;
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="7" fill="#0e5f50" />
      <path
        d="M13 24H8V8h16v16h-5"
        fill="none"
        stroke="#fff"
        strokeWidth="2.5"
        strokeLinejoin="round"
        strokeLinecap="round"
      />
      <circle cx="16" cy="17" r="3.25" fill="#fff" />
    </svg>
  );
}
