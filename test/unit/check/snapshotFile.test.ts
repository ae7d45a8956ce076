import { describe, expect, it } from 'vitest';
import { sectionsOf } from '../../../src/check/answer.js';
import { CHECK_RULES } from '../../../src/check/registry.js';
import { parseSnapshot } from '../../../src/check/snapshotFile.js';
import { snapshotWith } from './checkedRows.js';
import { errorIn } from './errorIn.js';

const SECTIONS = sectionsOf(CHECK_RULES);
const ARCHIVER = { pg_stat_archiver: [{ archive_mode: 'on', failed_count: 1 }] };

function envelope(change: (document: Record<string, unknown>) => void = () => undefined): string {
  const { cluster, collectedAt, sections } = snapshotWith({ rows: ARCHIVER });
  const document = structuredClone({
    schema: 'pgdba.envelope/1',
    command: 'inspect',
    cluster,
    data: { collected_at: collectedAt, sections },
  });
  change(document);
  return JSON.stringify(document);
}

function archiver(document: Record<string, unknown>): Record<string, unknown> {
  const { sections } = document['data'] as { sections: Record<string, { rows: Record<string, unknown>[] }> };
  return sections['pg_stat_archiver']?.rows[0] ?? {};
}

describe('a saved snapshot', () => {
  it('is read with what a newer version has added, and a byte order mark', () => {
    const text = envelope((document) => {
      document['later'] = 1;
      archiver(document)['later'] = true;
    });
    const { sections, cluster } = parseSnapshot(`\uFEFF${text}`, SECTIONS);
    expect(sections['pg_stat_archiver']).toMatchObject({ status: 'ok', rows: [{ archive_mode: 'on' }] });
    expect(cluster.server_version_num).toBe(170_000);
  });

  it('of all databases is looked at as a live check would: in one of them', () => {
    const tables = [
      { database: 'app', relname: 'mine' },
      { database: 'other', relname: 'theirs' },
    ];
    const slots = [{ slot_name: 's', database: 'other' }];
    const text = envelope((document) => {
      const rows = { pg_stat_user_tables: tables, pg_replication_slots: slots };
      document['data'] = { collected_at: '', sections: snapshotWith({ rows }).sections };
    });
    const { sections } = parseSnapshot(text, SECTIONS);
    expect(sections['pg_stat_user_tables']?.rows).toMatchObject([{ relname: 'mine' }]);
    expect(sections['pg_replication_slots']?.rows).toHaveLength(1);
  });

  it('of an older version lacks sections', () => {
    const text = envelope((document) => {
      delete (document['data'] as { sections: Record<string, unknown> }).sections['pg_hba_file_rules'];
    });
    expect(parseSnapshot(text, SECTIONS).sections['pg_hba_file_rules']).toBeUndefined();
  });

  it.each([
    ['another type', 'one'],
    ['no such column', undefined],
  ])('with %s in a column fails in that section alone', (_, value) => {
    const text = envelope((document) => {
      archiver(document)['failed_count'] = value;
    });
    const { sections } = parseSnapshot(text, SECTIONS);
    expect(sections['pg_stat_archiver']).toMatchObject({ status: 'failed', reason: 'error', rows: [] });
    expect(sections['pg_stat_archiver']?.message).toContain('failed_count');
    expect(sections['system']?.status).toBe('ok');
  });

  it.each([
    ['', 'is not JSON'],
    ['{"schema"', 'is not JSON'],
    ['null', 'no envelope'],
    ['{}', 'no envelope'],
    [envelope((document) => (document['command'] = 'config show')), '/command'],
    [envelope((document) => (document['data'] = null)), '/data'],
    [envelope((document) => (document['cluster'] = null)), '/cluster'],
  ])('%.30s … is refused', (text, place) => {
    const [code, message] = errorIn(() => parseSnapshot(text, SECTIONS));
    expect(code).toBe('invalid_input');
    expect(message).toContain(place);
  });
});
