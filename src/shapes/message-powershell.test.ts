import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readMessage } from './message-text.ts';

test('PowerShell 4104, 400 and 800 are read by their structure', () => {
  const provider = 'Microsoft-Windows-PowerShell';
  const script = 'ScriptBlock ID: x\r\n\r\nGet-WmiObject';
  const id = '29402f81-19c5-4b58-aa06-4a5f67f1558f';
  for (const [title, label, path] of [
    ['Creating Scriptblock text (2 of 3):', 'ScriptBlock ID', 'Path'],
    ['Skriptblocktext wird erstellt (2 von 3):', 'Skriptblock-ID', 'Pfad'],
  ]) {
    assert.deepEqual(
      readMessage(provider, 4104, `${title}\r\n${script}\r\n\r\n${label}: ${id}\r\n${path}: C:\\a.ps1`),
      [
        ['MessageNumber', 2],
        ['MessageTotal', 3],
        ['ScriptBlockText', script],
        ['ScriptBlockId', id],
        ['Path', 'C:\\a.ps1'],
      ],
    );
  }
  assert.equal(readMessage(provider, 4104, 'Creating Scriptblock text (1 of 1):\nx'), undefined);
  const details = '\tNewEngineState=Available\r\n\tPreviousEngineState=None\r\n\r\n\tHostName=ConsoleHost';
  assert.deepEqual(readMessage('PowerShell', 400, `Engine state is changed. \r\n\r\nDetails: \r\n${details}`), [
    ['Data', 'Available'],
    ['Data', 'None'],
    ['Data', details],
  ]);
  const context = '\tDetailSequence=1\r\n\r\n\tHostName=x\r\n\tCommandLine=Set-WmiInstance -Class __EventFilter\n';
  const calls = 'CommandInvocation(Set-WmiInstance): "Set-WmiInstance"\r\n';
  const command = 'Set-WmiInstance -Class __EventFilter\n';
  const message = `Pipeline execution details for command line: ${command}. \r\n\r\nContext Information: \r\n${context} \r\n\r\nDetails: \r\n${calls}`;
  assert.deepEqual(readMessage('PowerShell', 800, message), [
    ['Data', command],
    ['Data', context],
    ['Data', calls],
  ]);
});

test('PowerShell 4103 keeps its own context apart from one that a value of its payload feigns', () => {
  const context = '        Severity = Informational\r\n        Host Application = powershell.exe\r\n';
  const payload = 'CommandInvocation(x): "x"\r\n\r\nContext:\r\n        Severity = forged\r\n';
  const message = `${payload}\r\n\r\nKontext:\r\n${context}\r\n\r\nBenutzerdaten:\r\n\r\n`;
  assert.deepEqual(readMessage('Microsoft-Windows-PowerShell', 4103, message), [
    ['ContextInfo', context],
    ['UserData', ''],
    ['Payload', payload],
  ]);
});
