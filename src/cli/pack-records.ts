import { DEFAULT_LEVEL, packMarkOf, techniquesOf } from '../analytics/index.ts';
import type { PackRecord } from '../report/index.ts';
import { reachOf } from '../rules/index.ts';
import type { CompiledRule, Rules } from '../sigma/index.ts';

/** What the rules of the pack say of themselves: by analytic, fingerprints of tools last, then by place. Other rules are left out. */
export function packRecords({ rules }: Rules): readonly PackRecord[] {
  const records = rules.flatMap((rule) => recordOf(rule) ?? []);
  const place = ({ analytic, tool, rule }: PackRecord): string =>
    [analytic, tool === undefined ? 0 : 1, rule.path].join(' ');
  return records.sort((a, b) => (place(a) < place(b) ? -1 : 1));
}

function recordOf(rule: CompiledRule): PackRecord | undefined {
  const { metadata, logsource } = rule;
  const mark = packMarkOf(metadata);
  if (mark === undefined) return undefined;
  const { id, title, file, description = '', level = DEFAULT_LEVEL, falsepositives } = metadata;
  const { others = {}, ...named } = logsource;
  return {
    ...mark,
    rule: { ...(id === undefined ? {} : { id }), title, path: file },
    question: description.trim(),
    level,
    attack: techniquesOf(metadata),
    falsePositives: falsepositives.map(mistakeOf),
    logsource: { ...named, ...others },
    ...reachOf(rule),
  };
}

/** Rules of the pack write a false positive as `what (tell: what tells it apart)`. */
function mistakeOf(text: string): PackRecord['falsePositives'][number] {
  const [, what = text, tell = ''] = /^(.*) \(tell: (.+)\)$/s.exec(text) ?? [];
  return { what, tell };
}
