import type { JSX } from 'hono/jsx/jsx-runtime';
import type { BaselineReport } from '../baselineReport.js';
import type { LockNode } from '../forest.js';
import { countText, cut, quantity } from '../quantity.js';
import { Name, None, Section } from './parts.js';

const TEXT_SHOWN = 200;

/** Who waited for whom at that moment. */
export function Locks({ report: { locks } }: { readonly report: BaselineReport }): JSX.Element {
  return (
    <Section id="locks" title="Locks at that moment">
      {locks === null ? (
        <None>The baseline was taken without locks.</None>
      ) : (
        <>
          {locks.roots.length === 0 ? (
            <None>Nobody waited for a lock.</None>
          ) : (
            <>
              <p>{`${countText(locks.waiting, 'session')} waited; each stands below who blocks it.`}</p>
              <Forest nodes={locks.roots} roots />
            </>
          )}
          {locks.longTransactions.length === 0 ? null : (
            <>
              <h3>Old or idle transactions that blocked nobody</h3>
              <Forest nodes={locks.longTransactions} />
            </>
          )}
        </>
      )}
    </Section>
  );
}

function Forest({
  nodes,
  roots = false,
}: {
  readonly nodes: readonly LockNode[];
  readonly roots?: boolean;
}): JSX.Element {
  return (
    <ul class={roots ? 'forest roots' : 'forest'}>
      {nodes.map((node) => (
        <li>
          <Session node={node} />
          {node.blocks.length === 0 ? null : <Trees nodes={node.blocks} />}
        </li>
      ))}
    </ul>
  );
}

function Trees({ nodes }: { readonly nodes: readonly LockNode[] }): JSX.Element {
  return (
    <ul>
      {nodes.map((node) => (
        <li>
          <Session node={node} />
          {node.blocks.length === 0 ? null : <Trees nodes={node.blocks} />}
        </li>
      ))}
    </ul>
  );
}

function Session({ node }: { readonly node: LockNode }): JSX.Element {
  const { title, who, state, waitsFor, ageMs, query, advice, victims } = node;
  const facts = [
    state,
    waitsFor === null ? null : `waits for ${waitsFor}`,
    ageMs === null ? null : `for ${quantity(ageMs, 'ms').text}`,
    victims === 0 ? null : `blocks ${String(victims)}`,
  ].filter((fact) => fact !== null && fact !== '');
  return (
    <div class="session">
      <b>{title}</b> <Name>{who}</Name>
      <div class="small">{facts.join(', ')}</div>
      {query === null ? null : <pre>{cut(query, TEXT_SHOWN)}</pre>}
      {advice === null ? null : <p class="why">{advice}</p>}
    </div>
  );
}
