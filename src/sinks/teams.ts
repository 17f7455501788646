import type { OutboxMessage } from '../outbox/index.ts';
import { headingOf, shownOf } from './shown.ts';
import type { Origin } from './sink.ts';

const COLOURS: Readonly<Record<string, string>> = { critical: 'attention', high: 'attention', medium: 'warning' };

/**
 * An adaptive card for a Workflows webhook of Teams. What comes of evidence stands in text runs, which know no Markdown; no mention can be one, for
 * the card names no entities.
 */
export function teamsBody(message: OutboxMessage, origin: Origin): string {
  const shown = shownOf(message, origin);
  const { title, number, level, hosts, confidence, state, link } = shown;
  const row = (name: string, value: string): object => line([run(`${name}: `, { weight: 'bolder' }), run(value)]);
  const colour = COLOURS[level];
  const content = {
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    type: 'AdaptiveCard',
    version: '1.4',
    body: [
      line([
        run(headingOf(shown, [number]), {
          weight: 'bolder',
          size: 'large',
          ...(colour === undefined ? {} : { color: colour }),
        }),
      ]),
      line([run(title)]),
      row('Level', level),
      row('Hosts', hosts.join(', ')),
      row('Confidence', confidence),
      row('State', state),
    ],
    actions: [{ type: 'Action.OpenUrl', title: 'Open in Triad', url: link }],
  };
  return JSON.stringify({
    type: 'message',
    attachments: [{ contentType: 'application/vnd.microsoft.card.adaptive', contentUrl: null, content }],
  });
}

function line(inlines: readonly object[]): object {
  return { type: 'RichTextBlock', inlines };
}

function run(text: string, look: Readonly<Record<string, string>> = {}): object {
  return { type: 'TextRun', text, ...look };
}
