import type { ConfigProblem } from './read-settings.ts';
import { isReference, type SinkKind, type SinkSettings } from './sink-settings.ts';

const MOST_SINKS = 32;

/** What each kind needs. */
const NEEDS: Readonly<Record<SinkKind, readonly ('url' | 'secret' | 'address')[]>> = {
  webhook: ['url', 'secret'],
  slack: ['url'],
  teams: ['url'],
  syslog: ['address'],
  splunk: ['url', 'secret'],
  elasticsearch: ['url', 'secret'],
};

/** Of these the address is all that is needed to write there. */
const SECRET_URLS: ReadonlySet<SinkKind> = new Set(['slack', 'teams']);

/** What is right of a sink alone and wrong together. */
export function sinkConflicts(
  sinks: Readonly<Record<string, SinkSettings>>,
  placeOf: (name: string) => string,
): readonly ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  const names = Object.keys(sinks);
  if (names.length > MOST_SINKS) {
    const message = `There are ${names.length} sinks; ${MOST_SINKS} are the most.`;
    problems.push({ place: placeOf(`sinks.${names[MOST_SINKS]}.kind`), message, action: 'Leave some out.' });
  }
  for (const [name, sink] of Object.entries(sinks)) {
    const wrong = (setting: string, message: string, action: string): void => {
      problems.push({ place: placeOf(`sinks.${name}.${setting}`), message, action });
    };
    if (sink.kind === undefined) {
      wrong('kind', `It is not said what the sink ${name} is.`, `Set sinks.${name}.kind: slack, for example.`);
      continue;
    }
    for (const need of NEEDS[sink.kind]) {
      if (sink[need] === undefined)
        wrong('kind', `A sink of ${sink.kind} needs ${need}.`, `Set sinks.${name}.${need}.`);
    }
    const { url } = sink;
    if (url !== undefined && SECRET_URLS.has(sink.kind) && !isReference(url)) {
      const message = `Whoever knows the address of ${sink.kind} can write there, and settings are shown.`;
      wrong('url', message, 'Put it into a file for this user alone, and write url: file:PATH, or env:NAME.');
    }
    if (sink.allow.length > 0) continue;
    if (url?.startsWith('http:') === true) {
      wrong('url', 'It would be read and changed on its way.', 'Use https, or name its addresses in allow.');
    }
    if (sink.kind === 'syslog' && !sink.tls) {
      wrong('tls', 'Syslog without TLS is read and changed on its way.', 'Use TLS, or name its addresses in allow.');
    }
  }
  return problems;
}
