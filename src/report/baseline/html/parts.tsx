import type { Child } from 'hono/jsx';
import type { JSX } from 'hono/jsx/jsx-runtime';
import { quantity, type Quantity } from '../quantity.js';

/** Rows of any one table; more of them are counted, not shown. */
const MOST_ROWS = 25;

interface SectionProps {
  readonly id: string;
  readonly title: string;
  readonly children?: Child;
}

/** A part of the report, with a heading that the contents lead to. */
export function Section({ id, title, children }: SectionProps): JSX.Element {
  return (
    <section aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      {children}
    </section>
  );
}

export interface Column<Row> {
  readonly head: string;
  readonly kind?: 'number' | 'wide' | 'place';
  readonly cell: (row: Row) => Child;
}

interface TableProps<Row> {
  readonly caption: string;
  readonly rows: readonly Row[];
  /** The first one names the row. */
  readonly columns: readonly Column<Row>[];
}

/** A table; what is left out is told below it. */
export function Table<Row>({ caption, rows, columns }: TableProps<Row>): JSX.Element {
  const left = rows.length - MOST_ROWS;
  return (
    <>
      <div class="scroll" role="region" aria-label={caption} tabindex={0}>
        <table>
          <caption>{caption}</caption>
          <thead>
            <tr>
              {columns.map(({ head, kind }) => (
                <th scope="col" class={kind}>
                  {head}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.slice(0, MOST_ROWS).map((row) => (
              <tr>{columns.map((column, i) => cellOf(column, row, i === 0))}</tr>
            ))}
          </tbody>
        </table>
      </div>
      {left > 0 ? (
        <p class="muted small">{`${String(left)} more are in the baseline and not shown.`}</p>
      ) : null}
    </>
  );
}

function cellOf<Row>({ kind, cell }: Column<Row>, row: Row, names: boolean): JSX.Element {
  if (!names) return <td class={kind}>{cell(row)}</td>;
  return (
    <th scope="row" class={kind}>
      {cell(row)}
    </th>
  );
}

/** A value in units for people; the exact number shows under the pointer. */
export function Value({ of, unit }: { readonly of: unknown; readonly unit: string | null }): JSX.Element {
  return <Shown quantity={quantity(of, unit)} />;
}

/** The same for a value that is put into words already. */
export function Shown({ quantity: { text, exact } }: { readonly quantity: Quantity }): JSX.Element {
  return <span title={exact}>{text}</span>;
}

/** The name of an object of the database. */
export function Name({ children }: { readonly children?: Child }): JSX.Element {
  return <span class="name">{children}</span>;
}

/** That there is nothing to tell. */
export function None({ children }: { readonly children?: Child }): JSX.Element {
  return <p class="none">{children}</p>;
}

export type Level = 'bad' | 'warn' | 'good';

/** A word that stands out. */
export function Tag({ level, children }: { readonly level?: Level; readonly children?: Child }): JSX.Element {
  return <span class={level === undefined ? 'tag' : `tag ${level}`}>{children}</span>;
}
