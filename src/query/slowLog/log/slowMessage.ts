/** What a message of the log says about an execution. */
export type SlowMessage =
  /** log_statement: the text of what will be timed without one. */
  | { readonly kind: 'announced'; readonly text: string }
  | {
      readonly kind: 'timed';
      readonly durationMs: number;
      /** What was timed; null where log_duration told the time alone. */
      readonly event: Event | null;
      /** The statement's text; null where there is none. */
      readonly text: string | null;
    };

export const EVENTS = ['statement', 'parse', 'bind', 'execute', 'fetch', 'fastpath', 'plan'] as const;
export type Event = (typeof EVENTS)[number];

const TIMED = /^duration: (\d+(?:\.\d+)?) ms(?: {2}([\s\S]+))?$/;
const WHAT = /^(statement|parse|bind|execute|fastpath function call|plan)( [^:]*)?:\s([\s\S]*)$/;

/** Reads a message as PostgreSQL writes it in English; null when it is about something else. */
export function slowMessage(message: string): SlowMessage | null {
  const timed = TIMED.exec(message);
  const [, word, detail, text] = WHAT.exec(timed === null ? message : (timed[2] ?? '')) ?? [];
  if (timed === null) {
    const isAnnounced = word === 'statement' || word === 'execute';
    return isAnnounced ? { kind: 'announced', text: text ?? '' } : null;
  }
  const event = word === undefined ? null : eventOf(word, detail);
  const shown = text === undefined ? null : event === 'plan' ? plannedText(text) : text;
  return { kind: 'timed', durationMs: Number(timed[1]), event, text: shown };
}

function eventOf(word: string, detail = ''): Event {
  if (word === 'fastpath function call') return 'fastpath';
  // "execute fetch from": rows of a portal that was executed before.
  return word === 'execute' && detail.startsWith(' fetch from ') ? 'fetch' : (word as Event);
}

const XML_ENTITIES: Readonly<Record<string, string>> = {
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&apos;': "'",
  '&amp;': '&',
};

/** The statement in what auto_explain writes, in any of its formats; null when it is not found. */
function plannedText(plan: string): string | null {
  const json = /"Query Text": ("(?:[^"\\]|\\[\s\S])*")/.exec(plan) ?? /^Query Text: (".*")$/m.exec(plan);
  if (json?.[1] !== undefined) return quotedText(json[1]);
  const xml = /<Query-Text>([\s\S]*?)<\/Query-Text>/.exec(plan)?.[1];
  if (xml !== undefined)
    return xml.replace(/&(?:lt|gt|quot|apos|amp);/g, (name) => XML_ENTITIES[name] ?? name);
  // The plan's first line is the first that has a cost; what parameters stood for is not kept.
  return (
    /^Query Text: ([\s\S]*?)(?:\nQuery Parameters: [\s\S]*)?(?:\n[^\n]*\(cost=\d[\s\S]*)?$/.exec(plan)?.[1] ??
    null
  );
}

function quotedText(quoted: string): string | null {
  try {
    return String(JSON.parse(quoted));
  } catch {
    return null;
  }
}
