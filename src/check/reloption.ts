/**
 * A storage parameter of a table or index as a number; null when it is not set, or no number.
 * @param options as pg_class.reloptions: `name=value` each
 */
export function numberOption(options: unknown, name: string): number | null {
  const text = textOption(options, name);
  const value = Number(text ?? 'none');
  return Number.isFinite(value) ? value : null;
}

/** The same as text. */
export function textOption(options: unknown, name: string): string | null {
  if (!Array.isArray(options)) return null;
  const entry = options.find((one): one is string => typeof one === 'string' && one.startsWith(`${name}=`));
  return entry?.slice(name.length + 1) ?? null;
}
