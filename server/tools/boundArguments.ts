/**
 * What a person typed after a command, with the values of these options bound to them: ids and keys in base64url may
 * begin with a dash, which `parseArgs` takes for an option.
 */
export function boundArguments(
  options: readonly string[],
  typed: readonly string[] = process.argv.slice(2),
): string[] {
  const bound: string[] = [];
  for (let index = 0; index < typed.length; index += 1) {
    const [argument = '', value] = [typed[index], typed[index + 1]];
    const named = argument.startsWith('--') && options.includes(argument.slice(2));
    if (!named || value === undefined) bound.push(argument);
    else {
      bound.push(`${argument}=${value}`);
      index += 1;
    }
  }
  return bound;
}
