import { bootRisk, changedOf, type Guard, type GuardContext } from './guard.js';

const PARAMETERS = ['logging_collector', 'log_directory', 'log_filename'];

/** A folder inside the data directory, which the server makes itself. */
const OWN_FOLDER = /^[\w-][\w.-]*$/;
const FILE = /^[^/]+$/;

/** The collector opens its first file when the server starts; when it cannot, the server does not start. */
export const LOG_FILE_GUARD: Guard = {
  id: 'log.files',
  parameters: PARAMETERS,
  reference: 'https://www.postgresql.org/docs/current/runtime-config-logging.html#GUC-LOGGING-COLLECTOR',
  check: (context: GuardContext) => {
    const { before, after } = context;
    const [collector, directory, file] = PARAMETERS.map((name) => after.settingOf(name) ?? '');
    const isUsed = before.settingOf('logging_collector') === 'on';
    const isSame = isUsed && directory === before.settingOf('log_directory');
    const isSound = (isSame || OWN_FOLDER.test(directory ?? '')) && FILE.test(file ?? '');
    if (collector !== 'on' || isSound) return [];
    const message =
      `whether the server can write "${file ?? ''}" in "${directory ?? ''}" cannot be told; ` +
      'if it cannot, it does not start';
    return [bootRisk('unless_forced', changedOf(context, PARAMETERS), message)];
  },
};
