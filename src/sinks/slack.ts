import type { OutboxMessage } from '../outbox/index.ts';
import { headingOf, shownOf } from './shown.ts';
import type { Delivery, Origin } from './sink.ts';

const MOST_HEADER = 150;
const MOST_FIELD = 2000;

/**
 * A message of Slack. What comes of evidence stands in `plain_text`, where neither mentions nor Markdown mean anything; the line for notices has the three
 * characters escaped that begin one, and its formatting switched off.
 */
export function slackBody(message: OutboxMessage, origin: Origin): string {
  const shown = shownOf(message, origin);
  const { what, title, number, level, hosts, confidence, state, link } = shown;
  const field = (name: string, value: string): object => text(cut(`${name}: ${value}`, MOST_FIELD));
  return JSON.stringify({
    text: escaped(`${what}, ${level}: ${title}`),
    mrkdwn: false,
    parse: 'none',
    link_names: false,
    unfurl_links: false,
    unfurl_media: false,
    blocks: [
      { type: 'header', text: text(cut(headingOf(shown, [number, level]), MOST_HEADER)) },
      { type: 'section', text: text(title) },
      {
        type: 'section',
        fields: [
          field('Level', level),
          field('Hosts', hosts.join(', ')),
          field('Confidence', confidence),
          field('State', state),
        ],
      },
      { type: 'actions', elements: [{ type: 'button', text: text('Open in Triad'), url: link }] },
    ],
  });
}

/** What takes a message answers 200 with `ok` (SERVE 5.3); anything else with a 200 is of something in between. */
export function slackTaken(body: string): Delivery | undefined {
  return body.trim() === 'ok' ? undefined : { kind: 'later', status: '200', why: 'the answer is none of Slack' };
}

function text(value: string): object {
  return { type: 'plain_text', text: value, emoji: false };
}

function escaped(value: string): string {
  return value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function cut(value: string, most: number): string {
  const letters = [...value];
  return letters.length <= most ? value : `${letters.slice(0, most - 1).join('')}…`;
}
