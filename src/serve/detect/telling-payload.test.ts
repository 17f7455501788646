import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dossier } from '../../../test/made-incident-parts.ts';
import { payloadPrint } from '../../pins/index.ts';
import { tellingPayload } from './telling-payload.ts';

const { consumer } = dossier('d1');

function running(payload: string | undefined, score = 66, decoded: readonly string[] = []) {
  const layers = decoded.map((text) => ({ operation: 'base64', text, features: [] }));
  const { payload: _, ...rest } = consumer;
  const of = { ...rest, ...(payload === undefined ? {} : { payload }), decoded: layers } as unknown as typeof consumer;
  return dossier(`of ${payload}`, { score, consumer: of });
}

test('an incident is told by what its worst subscription runs, and by nothing where no record tells it', () => {
  const [worst, other] = [running('evil.exe', 90), running('a.exe', 30)];
  assert.deepEqual(tellingPayload([other, worst]), { print: payloadPrint(worst), text: 'evil.exe' });
  assert.equal(tellingPayload([]), undefined);
  assert.equal(tellingPayload([running(undefined), running('  ')]), undefined);
});

test('L8 of several that are as bad one is chosen by content, whatever their order', () => {
  const all = ['a', 'b', 'c', 'd'].map((text) => running(`${text}.exe`));
  const first = tellingPayload(all);
  assert.deepEqual(tellingPayload(all.toReversed()), first);
  assert.deepEqual(first?.print, all.map((one) => payloadPrint(one) ?? '').sort()[0]);
});

test('its text is the innermost layer in one line, cut on both sides of 120 characters', () => {
  assert.equal(
    tellingPayload([running('powershell -enc AAA', 66, ['outer', ' & a.ps1\r\n\t -b '])])?.text,
    '& a.ps1 -b',
  );
  assert.equal(tellingPayload([running('x'.repeat(120))])?.text, 'x'.repeat(120));
  assert.equal(tellingPayload([running('x'.repeat(121))])?.text, `${'x'.repeat(119)}…`);
  // What stands behind a thousand blanks is not shown, and that something is there is.
  assert.equal(tellingPayload([running(`notepad.exe${' '.repeat(1000)}& evil.exe`)])?.text, 'notepad.exe…');
});
