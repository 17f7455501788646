import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse } from 'yaml';
import { LogDecoder, locateSlots, SLOT_BYTES } from '../../src/evtx/index.ts';
import { compileRules } from '../../src/sigma/index.ts';
import { EventMatcher, LOG_SOURCES } from '../../src/taxonomy/index.ts';
import { ruleMembers, WITHOUT_SIGMAHQ } from './sigmahq.ts';

interface Info {
  readonly rule_metadata: readonly { readonly id: string }[];
  readonly regression_tests_info: readonly { readonly match_count?: number }[];
}

/** Rules that hit more records than their case says: several records of the case tell of the same act (SIGMA 7.1). */
const MORE: Readonly<Record<string, string>> = {
  file_event_win_anydesk_artefact: '3 of 1',
  file_event_win_cred_dump_tools_dropped_files: '3 of 1',
  registry_set_change_security_zones: '3 of 1',
  registry_set_disable_administrative_share: '2 of 1',
};

test('118: every public rule with a capture of its own hits it, as often as its case says or as is listed', {
  skip: WITHOUT_SIGMAHQ,
}, () => {
  const rules = [...ruleMembers('rules_all.zip')]
    .filter(([path]) => /^rules[^/]*\/.*\.yml$/.test(path))
    .map(([file, bytes]) => ({ file, text: bytes.toString('utf8') }));
  const matcher = new EventMatcher(compileRules(rules, { taxonomy: LOG_SOURCES }).rules);
  const members = new Map(ruleMembers('all_regression_cases.zip'));
  const more: Record<string, string> = {};
  let cases = 0;
  for (const [path, bytes] of members) {
    if (!path.endsWith('/info.yml')) continue;
    const info = parse(bytes.toString('utf8')) as Info;
    const id = info.rule_metadata[0]?.id ?? '';
    const folder = path.slice(0, -'/info.yml'.length);
    const log = members.get(`${folder}/${id}.evtx`);
    if (log === undefined) continue;
    cases++;
    const hits = hitsOf(matcher, id, log, path);
    const wanted = info.regression_tests_info[0]?.match_count;
    // Without a number one is enough.
    assert.ok(hits >= (wanted ?? 1), `${path}: ${hits} of ${wanted}`);
    if (wanted !== undefined && hits !== wanted)
      more[folder.slice(folder.lastIndexOf('/') + 1)] = `${hits} of ${wanted}`;
  }
  assert.equal(cases, 202);
  assert.deepEqual(more, MORE);
});

/** Records of a log that the rule hits. */
function hitsOf(matcher: EventMatcher, id: string, bytes: Uint8Array, file: string): number {
  const layout = locateSlots(bytes, bytes.length, true);
  assert.ok(layout !== undefined, file);
  const decoder = new LogDecoder({ carve: false, collectTemplates: false });
  let hits = 0;
  for (let at = layout.firstSlotOffset; at < bytes.length; at += 64 * SLOT_BYTES) {
    const unit = {
      source: { file },
      layout,
      bytes: bytes.subarray(at, at + 64 * SLOT_BYTES),
      fileOffset: at,
      firstSlot: (at - layout.firstSlotOffset) / SLOT_BYTES,
    };
    decoder.decodeUnit(unit, {
      onRecord: (view) => {
        if (matcher.match(view).some(({ rule }) => rule.metadata.id === id)) hits++;
      },
    });
  }
  return hits;
}
