/**
 * Numbers as the C library reads and prints them, because that is what PostgreSQL reads and prints its settings with.
 */

/** A number at the start of a text, and what follows it. */
export interface NumberRead {
  readonly value: number;
  readonly rest: string;
}

const INTEGER = /^[ \t\n\v\f\r]*([+-]?)(0[xX][0-9a-fA-F]+|0[0-7]*|[1-9]\d*)/;
const DECIMAL = /^[ \t\n\v\f\r]*([+-]?)((?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)/;
const HEXADECIMAL =
  /^[ \t\n\v\f\r]*([+-]?)0[xX](?=\.?[0-9a-fA-F])([0-9a-fA-F]*)\.?([0-9a-fA-F]*)(?:[pP]([+-]?\d+))?/;
const INFINITE = /^[ \t\n\v\f\r]*([+-]?)(?:infinity|inf)/i;

/** Below it a double loses digits, and the C library calls the number out of range. */
const SMALLEST_NORMAL = 2.2250738585072014e-308;

/**
 * The integer (decimal, 0x… or octal 0…) or else the real number that the text starts with. Undefined when there is
 * none, or when it cannot be held in a double. Source: parse_int() in PostgreSQL's guc.c, strtol(3).
 */
export function readInteger(text: string): NumberRead | undefined {
  const match = INTEGER.exec(text);
  // Where strtol() finds no number it stops at the very start, be that a space: `.5` is a number, ` .5` and `-.5` are not.
  if (match === null) return text.startsWith('.') ? readReal(text) : undefined;
  const [whole, sign, digits = ''] = match;
  const rest = text.slice(whole.length);
  if (/^[.eE]/.test(rest)) return readReal(text);
  const magnitude = BigInt(/^0[0-7]/.test(digits) ? `0o${digits.slice(1)}` : digits);
  return { value: signed(sign, Number(magnitude)), rest };
}

/**
 * The real number that the text starts with, infinity included. Undefined when there is none, when it is not a number
 * or when a double cannot hold it. Source: parse_real() in PostgreSQL's guc.c, strtod(3).
 */
export function readReal(text: string): NumberRead | undefined {
  const hex = HEXADECIMAL.exec(text);
  if (hex !== null) {
    const [whole, sign, integer = '', fraction = '', exponent = '0'] = hex;
    const digits = Number(BigInt(`0x${integer}${fraction}`));
    return inRange(whole, sign, digits * 2 ** (Number(exponent) - 4 * fraction.length), digits !== 0, text);
  }
  const decimal = DECIMAL.exec(text);
  if (decimal !== null) {
    const [whole, sign, digits = ''] = decimal;
    return inRange(whole, sign, Number(digits), /^[^eE]*[1-9]/.test(digits), text);
  }
  const infinite = INFINITE.exec(text);
  if (infinite === null) return undefined;
  return { value: signed(infinite[1], Infinity), rest: text.slice(infinite[0].length) };
}

function inRange(
  whole: string,
  sign: string | undefined,
  magnitude: number,
  notZero: boolean,
  text: string,
): NumberRead | undefined {
  if (magnitude === Infinity || (notZero && magnitude < SMALLEST_NORMAL)) return undefined;
  return { value: signed(sign, magnitude), rest: text.slice(whole.length) };
}

function signed(sign: string | undefined, magnitude: number): number {
  return sign === '-' ? -magnitude : magnitude;
}

/** The nearest whole number, of two equally near ones the even one; as rint(3). */
export function roundHalfEven(value: number): number {
  const below = Math.floor(value);
  const over = value - below;
  if (over !== 0.5) return over < 0.5 ? below : below + 1;
  return below % 2 === 0 ? below : below + 1;
}

/** The number with six significant digits, as printf's %g writes it: 0.01, 1e+10, 1.23457e+06. */
export function formatReal(value: number): string {
  if (!Number.isFinite(value)) return String(value).replace('Infinity', 'inf');
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  const { digits, exponent } = sixDigits(Math.abs(value));
  if (exponent < -4 || exponent >= 6) {
    const power = String(Math.abs(exponent)).padStart(2, '0');
    return `${sign}${pointed(digits, 1)}e${exponent < 0 ? '-' : '+'}${power}`;
  }
  return `${sign}${pointed('0'.repeat(Math.max(0, -exponent)) + digits, Math.max(0, exponent) + 1)}`;
}

/** The nearest number of six digits, of two equally near ones the even one, which JavaScript would not choose. */
function sixDigits(value: number): { digits: string; exponent: number } {
  const [exact = ''] = value.toExponential(100).split('e');
  const isTie = /^\d\.\d{4}[02468]50*$/.test(exact);
  const [rounded = '', power = '0'] = value.toExponential(5).split('e');
  const digits = (isTie ? exact.slice(0, rounded.length) : rounded).replace('.', '');
  return { digits, exponent: Number(power) };
}

/** The digits with a point after the first `whole` of them, and no zeros at the end of the fraction. */
function pointed(digits: string, whole: number): string {
  const fraction = digits.slice(whole).replace(/0+$/, '');
  return fraction === '' ? digits.slice(0, whole) : `${digits.slice(0, whole)}.${fraction}`;
}
