import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { analysePayload } from './analyse.ts';
import { unwrapKnownTool } from './known-tool.ts';

const CORPUS = fileURLToPath(new URL('../../../../shared/corpus/dev/', import.meta.url));
const isAbsent = !existsSync(`${CORPUS}labels.jsonl`);

type Text = string | { readonly sha256_utf8: string } | null;
interface Label {
  readonly subscriptions?: readonly {
    readonly benign: boolean;
    readonly consumer: { readonly class: string; readonly payload: Text };
  }[];
  readonly remote_executions?: readonly { readonly command_line: Text }[];
}

/** Texts of the JSON slices by their digest: labels hold long texts as digests only. */
function longTexts(): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const folder = `${CORPUS}json/slices/`;
  for (const name of readdirSync(folder).sort()) {
    for (const line of gunzipSync(readFileSync(folder + name))
      .toString('utf8')
      .split('\n')) {
      if (line === '') continue;
      for (const value of Object.values(JSON.parse(line) as Record<string, unknown>)) {
        if (typeof value !== 'string' || value.length < 400) continue;
        const script = /ScriptText = "((?:[^"\\]|\\.)*)"/s.exec(value)?.[1];
        for (const text of [value, script === undefined ? undefined : unescapeMof(script)]) {
          if (text !== undefined) found.set(createHash('sha256').update(text).digest('hex'), text);
        }
      }
    }
  }
  return found;
}

/** As 5861 prints: each line end of the script stands as a raw line feed and `\n`. */
function unescapeMof(text: string): string {
  return text
    .replace(/\\(.)/g, (_, ch: string) => (ch === 'n' ? '\n' : ch === 't' ? '\t' : ch))
    .replace(/\n\n/g, '\r\n');
}

describe('payloads and command lines of real attacks', {
  skip: isAbsent ? 'the corpus is not beside the checkout' : false,
}, () => {
  const labels = isAbsent
    ? []
    : readFileSync(`${CORPUS}labels.jsonl`, 'utf8')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as Label);
  const long = isAbsent ? new Map<string, string>() : longTexts();
  const resolve = (text: Text): string | undefined =>
    text === null || typeof text === 'string' ? (text ?? undefined) : long.get(text.sha256_utf8);
  const commands = [
    ...new Set(labels.flatMap((label) => label.remote_executions ?? []).map((item) => resolve(item.command_line))),
  ].filter((text) => text !== undefined);
  const payloads = [
    ...new Set(
      labels
        .flatMap((label) => label.subscriptions ?? [])
        .filter((item) => !item.benign)
        .map((item) => resolve(item.consumer.payload)),
    ),
  ].filter((text) => text !== undefined);
  const codesOf = (text: string): string =>
    analysePayload(unwrapKnownTool(text)?.command ?? text)
      .features.map((feature) => feature.code)
      .join(' ');
  const only = (texts: readonly string[], part: string): string => texts.find((text) => text.includes(part)) ?? '';

  test('every labelled text is read to its end', () => {
    assert.ok(
      commands.length >= 10 && payloads.length >= 3,
      `${commands.length} command lines, ${payloads.length} payloads`,
    );
    for (const text of [...commands, ...payloads]) assert.deepEqual(analysePayload(text).stopped, []);
  });
  test('a discovery command of a remote shell is weighed without the wrapper', () =>
    assert.equal(codesOf(only(commands, 'whoami /all 1>')), 'P16'));
  test('an added account is an account change', () => assert.equal(codesOf(only(commands, '/add')), 'P07'));
  test('a split iex in a command line is found', () =>
    assert.equal(codesOf(only(commands, '$env:')), 'P03 P05 P11 P12'));
  test('a bare interpreter earns P03 alone', () => assert.equal(codesOf(only(payloads, 'System32\\cmd.exe')), 'P03'));
  test('a stager is peeled down to its server', () => {
    const analysis = analysePayload(only(commands, '-enc '));
    assert.equal(analysis.points, 40);
    assert.deepEqual(
      analysis.features.map((feature) => feature.code),
      ['P01', 'P02', 'P03', 'P04', 'P05', 'P10', 'P11', 'P12', 'P13'],
    );
    assert.ok(analysis.indicators.some((item) => item.kind === 'url' && /\/admin\/get\.php$/.test(item.value)));
  });
  test('a program inside a serialised object is found in a script', () => {
    const analysis = analysePayload(only(payloads, 'Base64ToStream'));
    assert.deepEqual(
      analysis.layers.map((layer) => [layer.depth, layer.operation, layer.text]),
      [
        [1, 'base64', 'serialised .NET object, 2,341 bytes'],
        [1, 'base64', 'serialised .NET object, 18,801 bytes'],
        [
          2,
          'embedded program',
          '.NET PE library for x86, linked 2020-09-01T13:24:15Z, imphash dae02f32a21e03ce65412f6e56942daa, 13,406 bytes',
        ],
      ],
    );
    assert.equal(
      analysis.features.some((feature) => feature.code === 'P08'),
      true,
    );
  });
});
