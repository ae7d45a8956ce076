import type { Settings } from './conninfo.js';
import { invalid } from './invalid.js';
import type { AuthRules } from './plan.js';
import { choice } from './values.js';

const METHODS = ['password', 'md5', 'gss', 'sspi', 'scram-sha-256', 'oauth', 'none'] as const;

/**
 * Returns which ways of authenticating are acceptable.
 * @throws PgdbaError connection_string_invalid for an unknown method, one named twice, or `!` mixed with plain names
 */
export function readAuthRules(settings: Settings): AuthRules {
  const requirement = settings.get('require_auth') ?? '';
  return {
    requirement,
    allowed: requirement === '' ? null : allowedMethods(requirement),
    channelBinding: choice(settings, 'channel_binding', ['disable', 'prefer', 'require'], 'prefer'),
  };
}

function allowedMethods(requirement: string): ReadonlySet<string> {
  const words = requirement.split(',');
  const negated = words.map((word) => word.startsWith('!'));
  if (negated.some((flag) => flag !== negated[0])) {
    throw invalid('require_auth cannot mix methods with and without "!"');
  }
  const named = words.map((word) => word.replace(/^!/, ''));
  for (const method of named) {
    if (!METHODS.some((known) => known === method)) throw invalid(`invalid require_auth value: "${method}"`);
  }
  if (new Set(named).size !== named.length) throw invalid('require_auth names a method more than once');
  return new Set(negated[0] === true ? METHODS.filter((method) => !named.includes(method)) : named);
}
