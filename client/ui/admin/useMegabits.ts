import { useFormat } from '../../i18n/messages.tsx';

/** Writes a rate in bit/s as Mbit/s, with as many digits as mean something. */
export function useMegabits(): (bits: number) => string {
  const { number } = useFormat();
  return (bits) => {
    const megabits = bits / 1e6;
    return number(megabits < 10 ? Math.round(megabits * 10) / 10 : Math.round(megabits));
  };
}
