import type { Manager } from '../core/clusterKinds.js';
import { maskSetting } from '../core/mask.js';
import type { Settings } from '../core/setting/spec.js';
import { displaySetting } from '../core/setting/value.js';
import { autoConfOf, type Configuration } from './configuration.js';
import { fileErrorsOf, pendingOf, pendingOnMember } from './pending.js';
import { dangersOf } from './refuseList.js';

interface ConfigurationWarning {
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
  /** Parameter that it concerns. */
  readonly subject?: string;
}

/** What about the configuration deserves a warning, whatever was asked for. */
export function configurationWarnings(
  configuration: Configuration,
  managedBy: Manager,
): ConfigurationWarning[] {
  return [
    ...hiddenWarnings(configuration),
    ...fileErrorWarnings(configuration),
    ...dangerWarnings(configuration.settings),
    ...maskedWarnings(configuration),
    ...staleRestartWarnings(configuration, managedBy),
  ];
}

function hiddenWarnings({ complete, fileEntries }: Configuration): ConfigurationWarning[] {
  const settings = {
    code: 'settings_hidden',
    message:
      'some settings, and the files that settings come from, are hidden from this role: what is not shown may exist',
    hint: 'GRANT pg_read_all_settings TO the role.',
  };
  const files = {
    code: 'files_hidden',
    message:
      'the role may not read the configuration files: values that wait for a reload or restart, and errors, are not told',
    hint: 'GRANT EXECUTE ON FUNCTION pg_catalog.pg_show_all_file_settings() TO the role.',
  };
  return [...(complete ? [] : [settings]), ...(fileEntries === null ? [files] : [])];
}

function fileErrorWarnings(configuration: Configuration): ConfigurationWarning[] {
  return fileErrorsOf(configuration).map(({ name, error, sourcefile, sourceline }) => ({
    code: 'configuration_file_error',
    message: `${sourcefile} line ${String(sourceline ?? 0)}: ${name === null ? '' : `${name}: `}${error ?? ''}`,
    hint:
      'Mend the line. After a line that cannot be parsed or names an unknown parameter, a reload applies nothing at ' +
      'all and a restart fails.',
    ...(name === null ? {} : { subject: name }),
  }));
}

function dangerWarnings(settings: Settings): ConfigurationWarning[] {
  return dangersOf(settings).map(({ parameter, message }) => ({
    code: 'dangerous_setting',
    message,
    subject: parameter,
  }));
}

/** ALTER SYSTEM says OK for a parameter of the command line, and nothing ever comes of it. */
function maskedWarnings(configuration: Configuration): ConfigurationWarning[] {
  return [...(autoConfOf(configuration) ?? [])].flatMap(([key, text]) => {
    const setting = configuration.settings.get(key);
    if (setting?.source !== 'command line') return [];
    const { name } = setting;
    const [written, inForce] = [text, displaySetting(setting, setting.setting)].map((value) =>
      maskSetting(name, value),
    );
    return {
      code: 'auto_conf_masked',
      message:
        `postgresql.auto.conf has ${name} = ${written ?? ''}, but the server was started with ` +
        `${inForce ?? ''} on its command line, which wins`,
      hint: 'Change the value where the command line is made; a reload or restart does not help.',
      subject: name,
    };
  });
}

function staleRestartWarnings(configuration: Configuration, managedBy: Manager): ConfigurationWarning[] {
  const pending = managedBy === 'patroni' ? pendingOnMember : pendingOf;
  return [...configuration.settings.values()]
    .filter((setting) => setting.pending_restart && pending(configuration, setting).waits === 'none')
    .map(({ name, source }) => ({
      code: 'pending_restart_stale',
      message:
        source === 'command line'
          ? `the server says that ${name} waits for a restart, but its command line wins after a restart, too`
          : `the server says that ${name} waits for a restart, but its files hold what is in force`,
      hint: 'No restart is needed for it; the server’s flag stays until the next one.',
      subject: name,
    }));
}
