import { type EventClass, eventClass, isSystemCounter, type ObjectChange, watchedClass } from './event-classes.ts';
import { type Comparison, numberRange, type TriggerFacts, triggerFacts, wantedTexts } from './trigger-facts.ts';
import { anyOf, bootWindowText, changeWords, clockText, logonTypeText, named, secondsText } from './trigger-words.ts';
import type { Trigger, TriggerFamily } from './types.ts';
import { parseWql } from './wql-parser.ts';
import { conditionText } from './wql-text.ts';
import type { WqlProblem, WqlQuery, WqlSelect } from './wql-types.ts';

const CODES: Readonly<Record<TriggerFamily, Trigger['code']>> = {
  'process start': 'TR3',
  'process stop': 'TR3',
  logon: 'TR2',
  'boot window': 'TR1',
  always: 'TR6',
  'time of day': 'TR4',
  timer: 'TR4',
  service: 'TR3',
  registry: 'TR7',
  file: 'TR7',
  'event-log doorbell': 'TR5',
  'USB or volume': 'TR8',
  'module load': 'TR3',
  'WMI about WMI': 'TR10',
  other: 'TR9',
  unreadable: 'TR9',
};

/** Points of DOMAIN 3.3. */
const POINTS: Readonly<Record<Trigger['code'], number>> = {
  TR1: 10,
  TR2: 10,
  TR3: 8,
  TR4: 8,
  TR5: 15,
  TR6: 5,
  TR7: 5,
  TR8: 5,
  TR9: 3,
  TR10: 15,
};

/** The points of a trigger (DOMAIN 3.3); TR10 counts nothing when the consumer only writes to the event log. */
export function triggerPoints(trigger: Trigger, consumerClass?: string | null): number {
  if (trigger.code === 'TR10' && consumerClass?.toLowerCase() === 'nteventlogeventconsumer') return 0;
  return POINTS[trigger.code];
}

const MAX_NAMES = 32;
const MAX_NAME = 1024;
const MAX_CONDITION = 120;

/** Strings that say how, not what: no names. */
const NOT_NAMES: ReadonlySet<string> = new Set(
  'state status startmode started hive drive extension logfile type eventtype logontype severity querylanguage'.split(
    ' ',
  ),
);
/** Numbers that name an event. */
const EVENT_IDS = ['eventcode', 'eventidentifier', 'eventid'];

function namesOf(comparisons: readonly Comparison[]): string[] {
  const names = new Set<string>();
  for (const comparison of comparisons) {
    const { property, value } = comparison;
    const isName =
      value.kind === 'string' && !NOT_NAMES.has(property) && !/^\s{0,8}-?\d{0,15}\s{0,8}$/.test(value.text);
    if (!isName && !EVENT_IDS.includes(property)) continue;
    for (const text of wantedTexts([comparison], property)) names.add(text.slice(0, MAX_NAME));
    if (names.size >= MAX_NAMES) break;
  }
  return [...names];
}

/** What a query waits for before it has a code: the words behind the poll are added once, at the end. */
interface Reading {
  readonly family: TriggerFamily;
  readonly words: string;
  /** False where polling is not worth telling: the clock, a boot window. */
  readonly tellsPoll: boolean;
}

function reading(family: TriggerFamily, words: string, tellsPoll = true): Reading {
  return { family, words, tellsPoll };
}

const PROCESS_NAMES = ['processname', 'name', 'caption', 'description', 'executablepath', 'commandline', 'imagepath'];
const DRIVE_EVENTS: ReadonlyMap<string, string> = new Map([
  ['1', 'changes its configuration'],
  ['2', 'is plugged in'],
  ['3', 'is removed'],
  ['4', 'is docked'],
]);

function processWords(comparisons: readonly Comparison[], verb: string): string {
  const names = wantedTexts(comparisons, ...PROCESS_NAMES);
  if (names.length > 0) return `when ${named('process', names)} ${verb}`;
  const parents = wantedTexts(comparisons, 'parentprocessid', 'parentprocessname');
  return parents.length > 0 ? `when a child of process ${anyOf(parents)} ${verb}` : `when any process ${verb}`;
}

function registryWords(facts: TriggerFacts, when: string): string {
  const hive = wantedTexts(facts.comparisons, 'hive')[0];
  const key = wantedTexts(facts.comparisons, 'keypath', 'rootpath')[0];
  const value = wantedTexts(facts.comparisons, 'valuename')[0];
  const path = [hive, key, value].filter((part) => part !== undefined && part !== '');
  return path.length === 0 ? `when ${when}` : `when ${path.join('\\')} changes`;
}

function extrinsicReading(
  event: Extract<EventClass, { kind: 'extrinsic' }>,
  facts: TriggerFacts,
  query: WqlSelect,
): Reading {
  const { comparisons } = facts;
  switch (event.family) {
    case 'process start':
      return reading(event.family, processWords(comparisons, event.when.replace(/^.*? (?=starts)/, '')));
    case 'process stop':
      return reading(event.family, processWords(comparisons, 'stops'));
    case 'module load': {
      const files = wantedTexts(comparisons, 'filename', 'name');
      return reading(
        event.family,
        files.length === 0 ? `when ${event.when}` : `when ${named('module', files)} is loaded`,
      );
    }
    case 'registry':
      return reading(event.family, registryWords(facts, event.when));
    case 'USB or volume': {
      const types = wantedTexts(comparisons, 'eventtype').map((type) => DRIVE_EVENTS.get(type) ?? `reports ${type}`);
      const drive = wantedTexts(comparisons, 'drivename');
      const noun =
        drive.length > 0 ? `drive ${anyOf(drive)}` : query.className.includes('olume') ? 'a drive' : 'a device';
      return reading(event.family, types.length === 0 ? `when ${event.when}` : `when ${noun} ${anyOf(types)}`);
    }
    default:
      return reading(event.family, `when ${event.when}${conditionSuffix(query)}`);
  }
}

function conditionSuffix(query: WqlSelect): string {
  if (query.where === undefined) return '';
  const text = conditionText(query.where);
  return ` with ${text.length > MAX_CONDITION ? `${text.slice(0, MAX_CONDITION - 1)}…` : text}`;
}

/** The conditions of a query that are not about the class, for sentences about classes Triad knows nothing of. */
function otherConditions(facts: TriggerFacts): string {
  const texts = facts.comparisons.slice(0, 4).map(({ spelling, operator, value, isWanted }) => {
    const right =
      value.kind === 'string' || value.kind === 'number'
        ? value.text
        : value.kind === 'property'
          ? value.name
          : value.kind;
    return `${isWanted ? '' : 'not '}${spelling} ${operator} ${right}`;
  });
  if (texts.length === 0) return '';
  const text = texts.join(', ');
  const rest = facts.comparisons.length > 4 ? `, and ${facts.comparisons.length - 4} more` : '';
  return ` with ${text.length > MAX_CONDITION ? `${text.slice(0, MAX_CONDITION - 1)}…` : text}${rest}`;
}

function fileWords(comparisons: readonly Comparison[], noun: string, verb: string): string {
  const drive = wantedTexts(comparisons, 'drive')[0] ?? '';
  const path = wantedTexts(comparisons, 'path')[0];
  const extension = wantedTexts(comparisons, 'extension');
  const names = wantedTexts(comparisons, 'name', 'filename', 'partcomponent', 'groupcomponent');
  const place = path === undefined && drive === '' ? '' : ` in ${drive}${path ?? '\\'}`;
  if (names.length > 0) return `when ${named(noun, names)} ${verb}${place}`;
  return `when a ${extension.length === 0 ? '' : `${anyOf(extension)} `}${noun} ${verb}${place}`;
}

/** What a query of an intrinsic class about one watched class waits for. */
function watchedReading(className: string, changes: readonly ObjectChange[], facts: TriggerFacts): Reading {
  const { comparisons } = facts;
  const known = watchedClass(className);
  switch (known?.family) {
    case 'process start': {
      const isStop = changes.length === 1 && changes[0] === 'deletion';
      const verb = changeWords(changes, { creation: 'starts', modification: 'changes', deletion: 'stops' });
      return reading(isStop ? 'process stop' : 'process start', processWords(comparisons, verb));
    }
    case 'logon': {
      if (known.noun === 'user profile') {
        const profiles = wantedTexts(comparisons, 'localpath', 'sid');
        const subject = profiles.length === 0 ? 'a user profile' : named('profile', profiles);
        return reading('logon', `when ${subject} ${changeWords(changes)}`);
      }
      const users = wantedTexts(comparisons, 'name', 'username', 'antecedent', 'caption', 'account');
      const verb = changeWords(changes, {
        creation: 'signs in',
        modification: 'changes a session',
        deletion: 'signs out',
      });
      const who = users.length === 0 ? 'someone' : named('user', users);
      return reading('logon', `when ${who} ${verb}${logonTypeText(comparisons)}`);
    }
    case 'clock': {
      const clock = clockText(comparisons);
      if (clock === undefined) return reading('always', 'every second, all the time', false);
      return reading('time of day', className.toLowerCase() === 'win32_utctime' ? `${clock} UTC` : clock, false);
    }
    case 'counter': {
      const uptime = isSystemCounter(className) ? numberRange(comparisons, 'systemuptime') : undefined;
      const window = uptime === undefined ? undefined : bootWindowText(uptime);
      if (window !== undefined) return reading('boot window', window, false);
      if (uptime !== undefined) {
        return reading('always', `all the time from ${secondsText(uptime.low ?? 0)} after boot`);
      }
      if (comparisons.length === 0) return reading('always', 'all the time');
      return reading('other', `when ${className} shows a change${otherConditions(facts)}`);
    }
    case 'service': {
      const names = wantedTexts(comparisons, 'name', 'displayname', 'pathname');
      const states = wantedTexts(comparisons, 'state', 'status', 'startmode');
      const subject = names.length === 0 ? `a ${known.noun}` : `${known.noun} ${named('name', names)}`;
      const verb =
        states.length > 0 && changes.includes('modification')
          ? `becomes ${anyOf(states)}`
          : changeWords(changes, { creation: 'is installed', modification: 'changes', deletion: 'is removed' });
      return reading('service', `when ${subject} ${verb}`);
    }
    case 'file': {
      const verb = changeWords(changes, { creation: 'appears', modification: 'changes', deletion: 'disappears' });
      return reading('file', fileWords(comparisons, known.noun, verb));
    }
    case 'event-log doorbell': {
      const ids = wantedTexts(comparisons, ...EVENT_IDS);
      const sources = wantedTexts(comparisons, 'sourcename');
      const messages = wantedTexts(comparisons, 'message', 'insertionstrings', 'user');
      const subject = ids.length === 0 ? 'an event' : `event ${anyOf(ids)}`;
      const source = sources.length === 0 ? '' : ` of ${anyOf(sources)}`;
      const message = messages.length === 0 ? '' : ` with a text like ${anyOf(messages)}`;
      return reading('event-log doorbell', `when ${subject}${source}${message} is logged`);
    }
    case 'USB or volume': {
      const names = wantedTexts(comparisons, 'name', 'deviceid', 'caption', 'volumename', 'dependent');
      const subject = names.length === 0 ? `a ${known.noun}` : named(known.noun, names);
      const verb = changeWords(changes, { creation: 'appears', modification: 'changes', deletion: 'disappears' });
      return reading('USB or volume', `when ${subject} ${verb}`);
    }
    case 'WMI about WMI':
      return reading('WMI about WMI', `when a ${known.noun} ${changeWords(changes)}`);
    case 'broad': {
      const isProcess = comparisons.some(
        ({ property, value }) =>
          ['processid', 'executablepath', 'commandline', 'parentprocessid'].includes(property) ||
          (value.kind === 'string' && /\.exe[%"']?$/i.test(value.text)),
      );
      if (isProcess) return watchedReading('CIM_Process', changes, facts);
      return reading('other', `when any ${className} ${changeWords(changes)}${otherConditions(facts)}`);
    }
    default:
      return reading(
        'other',
        `when ${/^[aeiou]/i.test(className) ? 'an' : 'a'} ${className} object ${changeWords(changes)}${otherConditions(facts)}`,
      );
  }
}

/** The reading with the most points counts; of equal ones the first in the query (exactly one family: DOMAIN 1.2). */
function heaviest(readings: readonly Reading[]): Reading | undefined {
  let best: Reading | undefined;
  for (const candidate of readings) {
    if (best === undefined || POINTS[CODES[candidate.family]] > POINTS[CODES[best.family]]) best = candidate;
  }
  return best;
}

function intrinsicReading(changes: readonly ObjectChange[], facts: TriggerFacts): Reading {
  const readings = facts.classes.map((className) => watchedReading(className, changes, facts));
  const best = heaviest(readings);
  if (best === undefined) {
    return reading('other', `when any object ${changeWords(changes)}${otherConditions(facts)}`);
  }
  if (best.family !== 'WMI about WMI') return best;
  const nouns = facts.classes
    .map((className) => watchedClass(className))
    .filter((known) => known?.family === 'WMI about WMI')
    .map((known) => known?.noun ?? '');
  return reading('WMI about WMI', `when a ${anyOf([...new Set(nouns)])} ${changeWords(changes)}`);
}

function readingOf(query: WqlSelect, facts: TriggerFacts): Reading {
  const event = eventClass(query.className);
  if (event === undefined) {
    return reading('other', `when an event of class ${query.className} is raised${otherConditions(facts)}`);
  }
  switch (event.kind) {
    case 'instance':
      return intrinsicReading(event.changes, facts);
    case 'class':
    case 'namespace': {
      const names = wantedTexts(facts.comparisons, 'name', '__class', 'targetclass', 'targetnamespace');
      const subject = names.length === 0 ? `a WMI ${event.kind}` : `WMI ${event.kind} ${anyOf(names)}`;
      return reading('WMI about WMI', `when ${subject} ${changeWords(event.changes)}`);
    }
    case 'method': {
      const methods = wantedTexts(facts.comparisons, 'method');
      const subject = methods.length === 0 ? 'a method' : `method ${anyOf(methods)}`;
      return reading(
        'other',
        `when ${subject} of ${facts.classes.length === 0 ? 'a WMI object' : anyOf(facts.classes)} is called`,
      );
    }
    case 'timer': {
      const ids = wantedTexts(facts.comparisons, 'timerid');
      return reading('timer', `each time ${ids.length === 0 ? 'any WMI timer' : `timer ${anyOf(ids)}`} fires`, false);
    }
    case 'extrinsic':
      return extrinsicReading(event, facts, query);
  }
}

/** The polling interval of a query in seconds, undefined when it has none or is no event query. */
export function pollSeconds(query: WqlQuery | WqlProblem): number | undefined {
  return query.kind === 'select' ? query.within : undefined;
}

/**
 * What a filter waits for: exactly one family of DOMAIN 1.2 by the class tree, its weight code, a sentence for people, and
 * the names that the query names. Takes the text or its tree. A query that cannot be read is `unreadable` (TR9) and the
 * sentence says where it breaks.
 */
export function classifyTrigger(query: string | WqlQuery | WqlProblem, eventNamespace?: string): Trigger {
  const tree = typeof query === 'string' ? parseWql(query) : query;
  if (tree.kind === 'problem') {
    const sentence = `a query that cannot be read: line ${tree.line}, column ${tree.column}: ${tree.message}`;
    return { family: 'unreadable', code: 'TR9', sentence, names: [] };
  }
  if (tree.kind !== 'select') {
    return {
      family: 'other',
      code: 'TR9',
      sentence: `never: ${tree.kind.toUpperCase()} OF asks for objects`,
      names: [],
    };
  }
  const facts = triggerFacts(tree);
  const { family, words, tellsPoll } = readingOf(tree, facts);
  let sentence = words;
  if (family === 'always' && tellsPoll && tree.within !== undefined) {
    sentence =
      words === 'all the time'
        ? `every ${secondsText(tree.within)}, all the time`
        : `${words}, every ${secondsText(tree.within)}`;
  } else if (tellsPoll && tree.within !== undefined) {
    sentence = `${words}, looked for every ${secondsText(tree.within)}`;
  }
  const isElsewhere = family === 'other' && eventNamespace !== undefined && eventNamespace !== '';
  if (isElsewhere && eventClass(tree.className) === undefined) sentence += ` in ${eventNamespace}`;
  return { family, code: CODES[family], sentence, names: namesOf(facts.comparisons) };
}
