/** One option of a backend's command line: `-c name=value`, `--name=value`, or another word. */
const OPTION = /(?:-c\s*|--)?(?:\\[\s\S]|[^\s\\])+/g;

/** Who the session acts as is no setting of the server, and words without a dash are for a proxy on the way. */
const NO_SETTING = /^(?:(?:-c\s*|--)role=|[^-][^=]*=)/i;

/** The options without those that give the session settings of its own. */
export function withoutSettings(options: string): string {
  return optionsIn(options)
    .filter((option) => NO_SETTING.test(option))
    .join(' ');
}

/** Whether {@link withoutSettings} would leave something out. */
export function giveSettings(options: string): boolean {
  return optionsIn(options).some((option) => !NO_SETTING.test(option));
}

function optionsIn(options: string): readonly string[] {
  return options.match(OPTION) ?? [];
}
