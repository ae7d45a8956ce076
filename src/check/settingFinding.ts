import type { Checked, Evidence, Found, Severity } from './rule.js';

/** A finding about one setting, with the value that it has. */
export function settingFinding(
  checked: Checked,
  name: string,
  severity: Severity,
  evidence: Evidence = {},
): Found {
  return {
    object: { type: 'setting', name },
    severity,
    evidence: { value: checked.setting(name), ...evidence },
    threshold: null,
  };
}

/** The same when the setting has that value; else nothing. */
export function whenSettingIs(
  checked: Checked,
  name: string,
  value: string,
  severity: Severity,
): readonly Found[] {
  return checked.setting(name) === value ? [settingFinding(checked, name, severity)] : [];
}
