import type { SeenIn } from '../subscriptions/index.ts';

/** What a source of a dossier is called in texts. */
export const SEEN_IN: Readonly<Record<SeenIn, string>> = {
  sysmon: 'Sysmon',
  '5861': 'WMI-Activity 5861',
  repository: 'the repository',
  audit: 'the audit of the live host',
  trace: 'the WMI trace',
  command: 'a creating command',
  mof: 'a MOF file',
};
