import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ClassChooser, type ClassRule, fitsPattern } from './retention-class.ts';

const rule = (retention: number, more: Partial<ClassRule>): ClassRule => ({
  retention,
  senders: [],
  hosts: [],
  channels: [],
  ...more,
});

test('the first rule of which every kind fits chooses the class; without one it is 0', () => {
  const chooser = new ClassChooser([
    rule(1, { channels: ['Security'], hosts: ['DC*', 'srv-02'] }),
    rule(2, { senders: ['edge-*'] }),
    rule(3, { channels: ['security'] }),
  ]);
  const of = (sender: string, host: string, channel: string): number => chooser.of({ sender, host, channel });
  assert.equal(of('a', 'dc01.corp', 'security'), 1);
  assert.equal(of('a', 'SRV-02', 'Security'), 1);
  assert.equal(of('edge-1', 'SRV-03', 'Security'), 2);
  assert.equal(of('a', 'SRV-03', 'Security'), 3);
  assert.equal(of('a', 'DC01', 'System'), 0);
  assert.equal(new ClassChooser([]).of({ sender: 'a', host: 'b', channel: 'c' }), 0);
});

test('* stands for any run of characters, none too', () => {
  assert.ok(fitsPattern('a*b*c', 'a-b-b-c'));
  assert.ok(fitsPattern('*', ''));
  assert.ok(fitsPattern('ab*', 'ab'));
  assert.ok(!fitsPattern('ab*ba', 'aba'));
  assert.ok(!fitsPattern('a*b*c', 'a-c'));
  assert.ok(!fitsPattern('', 'a'));
});
