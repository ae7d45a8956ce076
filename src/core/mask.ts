/** What stands where a secret stood. */
export const MASKED = '********';

/**
 * A literal as SQL writes it: 'standard' with doubled quotes, E'…' with backslashes, $tag$…$tag$. An unterminated one
 * (pg_stat_activity cuts texts at track_activity_query_size) runs to the end, so that half a secret is hidden too.
 */
const LITERAL = String.raw`(?:[eE]'(?:[^'\\]|\\[\s\S]|'')*(?:'|\\?$)|[uU]&'(?:[^']|'')*(?:'|$)|'(?:[^']|'')*(?:'|$)|\$([A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$[\s\S]*?(?:\$\1\$|$))`;

/** White space and comments, as SQL allows them between any two words. */
const GAP = String.raw`(?:\s|--[^\n]*(?:\n|$)|/\*[\s\S]*?(?:\*/|$))`;

/** PASSWORD 'x' of CREATE/ALTER ROLE and USER, and OPTIONS (password 'x') of user mappings and servers. */
const PASSWORD_WORD = new RegExp(
  String.raw`\b((?:ssl)?password|passwd|passfile|secret|secret_key|scram_client_key|scram_server_key|access_key|token|api_key)\b("?)(${GAP}*(?:=|:=|=>|TO\b)?${GAP}*)${LITERAL}`,
  'gi',
);

/** Conninfo text inside literals: CONNECTION '…' of subscriptions, dblink('…'), primary_conninfo = '…'. */
const CONNINFO_WORD =
  /\b(password|sslpassword|passfile|oauth_client_secret|scram_client_key|scram_server_key)(\s*=\s*)(''(?:[^'\\]|\\[\s\S])*(?:''|$)|'(?:[^'\\]|\\[\s\S])*(?:'|$)|(?:[^\s'"\\]|\\[\s\S])+)/gi;

/** scheme://user:password@host */
const URI_PASSWORD = /\b([a-z][a-z0-9+.-]*:\/\/[^\s:/@'"]*:)([^\s@'"]+)(@)/gi;
/** postgresql://host/db?password=x */
const URI_PARAMETER = /([?&](?:password|sslpassword|passfile|oauth_client_secret)=)([^&\s'"]+)/gi;

/**
 * The text with every password masked: of role, user-mapping, subscription and dblink statements, and of connection
 * strings anywhere in it. pg_stat_statements and pg_stat_activity keep such statements verbatim.
 */
export function maskSecrets(text: string): string {
  if (!/pass|secret|key|token|:\/\//i.test(text)) return text;
  return text
    .replace(URI_PASSWORD, `$1${MASKED}$3`)
    .replace(URI_PARAMETER, `$1${MASKED}`)
    .replace(CONNINFO_WORD, (_all, word: string, equals: string, value: string) =>
      value.startsWith("''") ? `${word}${equals}''${MASKED}''` : `${word}${equals}${MASKED}`,
    )
    .replace(PASSWORD_WORD, (_all, word: string, quote: string, gap: string) => `${word}${quote}${gap}'${MASKED}'`);
}

const ANY_LITERAL = new RegExp(LITERAL, 'g');
/** A number that is no part of a name, of a parameter ($1) or of a quoted identifier. */
const NUMBER = /"(?:[^"]|"")*"|(?<![\w$."])(?:0[xX][0-9a-fA-F]+|\d+(?:\.\d*)?(?:[eE][+-]?\d+)?)(?![\w$])/g;

/** The text with every literal masked: strings as `'********'`, numbers as `0`, names left as they are. */
export function maskLiterals(text: string): string {
  return text
    .replace(ANY_LITERAL, `'${MASKED}'`)
    .replace(NUMBER, (found) => (found.startsWith('"') ? found : '0'));
}

/** Settings whose value is a secret as a whole, and those that hold a connection string or a command line. */
const SECRET_SETTING = /(?:^|[._])(?:password|passwd|passphrase|secret|secret_key|api_key|access_key|token)(?:$|[._])/i;

/** A setting's value as it may be shown. */
export function maskSetting(name: string, value: string): string {
  if (value !== '' && SECRET_SETTING.test(name) && name !== 'password_encryption') return MASKED;
  return maskSecrets(value);
}
