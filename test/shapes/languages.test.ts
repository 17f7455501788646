import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  BINDING_MESSAGES,
  bindingMessage,
  fieldsOf,
  type LoggedEvent,
  messageOf,
  SHAPE_WRITERS,
  wmi,
} from '../../testkit/index.ts';
import { readText } from './measured-losses.ts';

const BINDING: LoggedEvent = {
  recordId: 431n,
  model: wmi.binding(
    { name: 'Updater; Consumer = "x"', query: 'SELECT * FROM __TimerEvent', eventNamespace: 'root\\cimv2' },
    {
      class: 'CommandLineEventConsumer',
      name: 'Updater',
      properties: { CommandLineTemplate: 'cmd.exe /c echo PossibleCause = none; Namespace = //./x' },
    },
  ),
};

/** Shapes that keep a 5861 as its message alone. */
const STYLES = ['NXLog, WMI-Activity as Message only', 'OpenTelemetry before October 2023', 'Splunk classic text'];

for (const style of STYLES) {
  test(`B15 a 5861 that ${style} keeps as a message is read by its structure, in every language`, () => {
    const writer = SHAPE_WRITERS.find((item) => item.style === style);
    const english = messageOf(BINDING);
    assert.ok(writer !== undefined && english !== undefined);
    const text = String(writer.write([BINDING]));
    for (const language of Object.keys(BINDING_MESSAGES)) {
      const [was, is] = [english, bindingMessage(BINDING, language)].map((message) =>
        writer.ending === 'txt' ? message : JSON.stringify(message).slice(1, -1),
      );
      assert.ok(was !== undefined && is !== undefined && text.includes(was), style);
      const { events } = readText(text.replace(was, () => is));
      assert.deepEqual(
        events[0]?.entries().map(([name, value]) => [name, value.trimEnd()]),
        fieldsOf(BINDING).map(({ name, text: value }) => [name, value.trimEnd()]),
        language,
      );
    }
  });
}
