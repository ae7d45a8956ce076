import { PgdbaCommand } from '../base.js';
import { sectionsOf } from '../check/answer.js';
import { CHECK_RULES } from '../check/registry.js';
import { meetServer } from '../cluster/server.js';
import { connectionFlags, patroniFlags } from '../flags.js';
import { COMMAND_NEEDS } from '../inspect/commandNeeds.js';
import { diagnose } from '../inspect/doctor.js';
import { prerequisites, questionsOf } from '../inspect/prerequisites.js';
import { SECTIONS } from '../inspect/registry.js';
import { readReadable } from '../inspect/readable.js';
import { readSeen } from '../patroniSight.js';
import { Reach } from '../reach.js';
import type { Outcome } from '../run.js';

const WHOLE_SNAPSHOT = ['inspect', 'baseline'];

/** The rules do without any section, one by one. */
const CHECK_NEEDS = {
  id: 'check',
  essential: [],
  useful: sectionsOf(CHECK_RULES).map(({ id }) => id),
  needs: [],
};

export class Doctor extends PgdbaCommand {
  static override summary =
    'Tell what this role on this server can and cannot see, and the smallest GRANTs that help.';
  static override description =
    'Asks the server’s has_*_privilege functions only; nothing is tried out, so that no error is left in its log.';
  static override examples = [
    'pgdba doctor --dsn postgresql://monitor@db1/app',
    'pgdba doctor --name prod --fields remedy',
  ];
  static override flags = { ...patroniFlags, ...connectionFlags };

  async run(): Promise<Outcome> {
    const { flags } = await this.parse(Doctor);
    const reach = new Reach(this.invocation, flags, 'fail');
    const session = await reach.openSession();
    const all = [...SECTIONS, ...COMMAND_NEEDS];
    const server = await meetServer(session, questionsOf(all));
    const [identity, readable] = await Promise.all([server.identity, readReadable(server.snapshot)]);
    await reach.met(server, identity);
    await session.close();
    const patroni = await readSeen(flags, this.invocation, reach, { identity });
    const facts = { ...server.facts, readable };
    const { role, superuser, ...rest } = diagnose({
      facts,
      sections: SECTIONS,
      commandNeeds: [CHECK_NEEDS, ...COMMAND_NEEDS],
      wholeSnapshot: WHOLE_SNAPSHOT,
      known: new Set(this.invocation.surroundings.commands),
    });
    return { data: { role, superuser, prerequisites: prerequisites(all, facts), ...rest, patroni } };
  }
}
