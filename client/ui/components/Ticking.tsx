/** Words with a clock in them: where they come up in a live region they are read aloud, but not again each second. */
export function Ticking({ text, clock }: { text: string; clock: string }) {
  // The last one: names, which may look like a clock, come before.
  const at = clock === '' ? -1 : text.lastIndexOf(clock);
  if (at < 0) return text;
  return (
    <>
      {text.slice(0, at)}
      <span role="timer">{clock}</span>
      {text.slice(at + clock.length)}
    </>
  );
}
