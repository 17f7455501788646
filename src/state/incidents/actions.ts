import { closingNeeds, judgedProblem, VERDICTS, type Verdict } from '../../people/index.ts';
import { formatTime, parseTime } from '../../windows/index.ts';
import { MOST_NAME, MOST_NOTE } from '../limits.ts';
import type { By } from '../operation.ts';
import { contained, type Entered, stepDone } from './steps.ts';
import { closedView, type StoredIncident } from './stored-incident.ts';
import { isToAcknowledge, reopened, type Work, type WorkTime, type WorkTimeName } from './work.ts';

/** What a person does to an incident (SETTLED G2, G7). `at` is RFC 3339 in UTC: when it was done, if not now. */
export type IncidentAction =
  | { readonly action: 'acknowledge' }
  /** Takes back one's own acknowledgement within 30 s (SETTLED G12). */
  | { readonly action: 'undo' }
  | { readonly action: 'assign'; readonly owner: string | null }
  | {
      readonly action: 'verdict';
      readonly verdict: Verdict;
      readonly note?: string;
      /** The reason in one word. */
      readonly code?: string;
      readonly approver?: string;
      /** Of which incident it is a duplicate: its id, or `INC-` and its number. */
      readonly of?: string;
    }
  | { readonly action: 'contain'; readonly at?: string; readonly note?: string }
  | {
      readonly action: 'step';
      readonly step: string;
      readonly outcome: 'done' | 'notApplicable' | 'undone';
      readonly at?: string;
      readonly note?: string;
    }
  | { readonly action: 'note'; readonly note: string }
  | { readonly action: 'close'; readonly learn?: string; readonly note?: string }
  | { readonly action: 'reopen'; readonly note: string };

/** What came of it: the work after it, or why it may not be done, in words. */
export type Acted = Work | NotAllowed;

export interface NotAllowed {
  readonly kind: 'notAllowed';
  /** A sentence for the person. */
  readonly reason: string;
}

/** Whose work it is, on which incident, and when. */
export interface ActContext {
  readonly incident: StoredIncident;
  readonly by: By;
  /** Of `undo`: what was people's before, or why it cannot be taken back. */
  readonly undone?: Partial<Work> | string;
  /** Of a verdict that names another incident: that one. */
  readonly other?: StoredIncident | undefined;
}

/** Pure: the work after an action, one revision on. */
export function acted(context: ActContext, action: IncidentAction): Acted {
  const problem = textProblem(action);
  if (problem !== undefined) return no(problem);
  const after = afterOf(context, action);
  return 'kind' in after ? after : { ...after, revision: context.incident.work.revision + 1 };
}

function afterOf(context: ActContext, action: IncidentAction): Acted {
  const { work } = context.incident;
  const isClosed = work.state === 'closed';
  switch (action.action) {
    case 'note':
      return work;
    case 'assign':
      return { ...work, owner: action.owner };
    case 'acknowledge':
      return isToAcknowledge(work) ? acknowledged(context, work) : no(`It is ${work.state} already.`);
    case 'undo':
      return takenBack(context);
    case 'reopen':
      return isClosed ? openedAgain(context) : no(`It is ${work.state}, not closed.`);
    case 'verdict':
      return isClosed ? CLOSED : judged(context, action);
    case 'contain':
      return isClosed ? CLOSED : containedNow(context, action);
    case 'step':
      return isClosed ? CLOSED : stepped(context, action);
    case 'close':
      return isClosed ? no('It is closed already.') : closedWork(context, action.learn);
  }
}

const CLOSED: NotAllowed = no('It is closed: reopen it first, with a reason.');

function takenBack({ incident, undone = 'There is nothing to take back.' }: ActContext): Acted {
  return typeof undone === 'string' ? no(undone) : { ...incident.work, ...undone };
}

function openedAgain(context: ActContext): Work {
  const now = serverTime(context, 'action');
  return reopened(context.incident.work, { reopen: now, ack: now });
}

function acknowledged(context: ActContext, work: Work): Work {
  const state = work.state === 'open' ? 'acknowledged' : work.state;
  return { ...timed(work, 'ack', serverTime(context, 'action')), state, owner: work.owner ?? context.by.who };
}

function judged(context: ActContext, action: Extract<IncidentAction, { action: 'verdict' }>): Acted {
  const { work } = context.incident;
  const { verdict, code, approver } = action;
  const of = duplicateOf(context, action);
  if (typeof of === 'string') return no(of);
  const seen = isToAcknowledge(work) ? acknowledged(context, work) : work;
  const said = {
    ...(approver === undefined ? {} : { approver: approver.trim() }),
    ...(of === undefined ? {} : { of }),
  };
  const after = { ...seen, verdict, judged: code === undefined ? null : { code, episode: work.episode, ...said } };
  if (verdict === 'inconclusive') return after;
  const { undecided: _, ...times } = after.times;
  return timed({ ...after, times }, 'triage', serverTime(context, 'action'));
}

/** Which incident it is a duplicate of, or why it cannot be one of that. */
function duplicateOf(
  { incident, other }: ActContext,
  { verdict, code, of }: Extract<IncidentAction, { action: 'verdict' }>,
): { readonly id: string; readonly number: number } | string | undefined {
  if (verdict !== 'duplicate') return of === undefined ? undefined : `What is ${verdict} names no other incident.`;
  if (code === undefined && of === undefined) return undefined;
  if (of === undefined) return 'A duplicate names the incident that it is one of.';
  if (other === undefined) return `There is no incident ${of.slice(0, MOST_NAME)}.`;
  const { id, number, work } = other;
  if (id === incident.id) return 'It cannot be a duplicate of itself.';
  const first = work.verdict === 'duplicate' ? work.judged?.of : undefined;
  if (first !== undefined) return `INC-${number} is itself a duplicate of INC-${first.number}.`;
  return { id, number };
}

function containedNow(context: ActContext, { at, note }: { readonly at?: string; readonly note?: string }): Acted {
  const { work } = context.incident;
  const told = work.times.contain?.source;
  if (work.state === 'contained' && (at === undefined || told !== 'action'))
    return no(at === undefined ? 'It is contained already.' : `That rests on ${told}: give the time of that.`);
  const time = enteredTime(context, { at, note }, 'action');
  if ('kind' in time) return time;
  return contained(seenWork(context), context.incident.steps, time);
}

function stepped(context: ActContext, action: Extract<IncidentAction, { action: 'step' }>): Acted {
  const { incident } = context;
  const { outcome, note } = action;
  const named = incident.steps.find(({ id }) => id === action.step);
  const phase = named?.phase ?? incident.work.taken[action.step]?.phase;
  if (phase === undefined) return no(`It has no step ${action.step}.`);
  if (outcome === 'notApplicable' && isBlank(note)) return no('A step that does not apply needs a reason.');
  if (outcome === 'undone' && incident.work.taken[action.step] === undefined)
    return no(`Step ${action.step} is not done.`);
  const time = enteredTime(context, action, `step ${action.step}`);
  if ('kind' in time) return time;
  const isContaining = outcome === 'done' && phase === 'contain';
  const work = isContaining ? seenWork(context) : incident.work;
  return stepDone({ work, steps: incident.steps }, { id: action.step, phase, outcome, time, note });
}

/** Whoever contains an incident has seen it. */
function seenWork(context: ActContext): Work {
  const { work } = context.incident;
  return work.times.ack === undefined ? acknowledged(context, work) : work;
}

function closedWork(context: ActContext, learnt: string | undefined): Acted {
  const { incident } = context;
  const { work } = incident;
  const learn = isBlank(learnt) ? work.learn : (learnt ?? null);
  const needs = closingNeeds({ ...work, learn }, incident.steps);
  if (needs.verdict) return no('It needs a verdict other than inconclusive before it is closed.');
  if (needs.steps.length > 0) {
    const which = needs.steps.map(({ id, phase }) => `${phase} ${id}`).join(', ');
    return no(`Its verdict is malicious: first do these steps, or say why they do not apply: ${which}.`);
  }
  if (needs.learn) return no('Its verdict is malicious: say what was learnt from it.');
  const seen = seenWork(context);
  const view = closedView(incident, 'person', incident.standing === 'withdrawn');
  return { ...timed(seen, 'close', serverTime(context, 'action')), state: 'closed', learn, closed: view };
}

/** The first time of its name stays. */
function timed(work: Work, name: WorkTimeName, time: WorkTime): Work {
  return { ...work, times: { [name]: time, ...work.times } };
}

function serverTime({ by }: ActContext, source: string): WorkTime {
  return { time: formatTime(by.atMs, 0), clock: 'server', source, who: by.who };
}

/** A time that a person entered lies between `t_event` and now, and in the past it needs a note (SETTLED G7). */
function enteredTime(context: ActContext, { at, note }: Entered, source: string): WorkTime | NotAllowed {
  const now = serverTime(context, source);
  if (at === undefined) return now;
  const parsed = at.length <= MOST_NAME ? parseTime(at) : undefined;
  if (parsed === undefined) return no(`"${at.slice(0, MOST_NAME)}" is no time; write it as ${now.time}.`);
  const time = formatTime(parsed.ms, parsed.ticks);
  if (time > now.time) return no(`${time} has not come yet; it is ${now.time}.`);
  const { eventTime } = context.incident;
  if (parseTime(eventTime) !== undefined && time < eventTime)
    return no(`${time} lies before the incident, which began ${eventTime}.`);
  if (time < now.time && isBlank(note)) return no('A time in the past needs a note that says what it rests on.');
  return { ...now, time, clock: 'entered' };
}

/** What is wrong with the texts of an action. */
function textProblem(action: IncidentAction): string | undefined {
  if (action.action === 'verdict' && !VERDICTS.includes(action.verdict))
    return `"${action.verdict}" is no verdict; use one of ${VERDICTS.join(', ')}.`;
  if (action.action === 'verdict' && action.note?.trim() === '') return 'A verdict needs a reason.';
  if (action.action === 'verdict' && action.code !== undefined) {
    const { verdict, code, approver } = action;
    const problem = judgedProblem(verdict, { code, ...(approver === undefined ? {} : { approver }) });
    if (problem !== undefined) return problem;
    if ((approver ?? '').length > MOST_NAME) return `Who approved it has a name of 1 to ${MOST_NAME} characters.`;
  }
  if (action.action === 'assign' && action.owner !== null && (isBlank(action.owner) || action.owner.length > MOST_NAME))
    return `An owner has a name of 1 to ${MOST_NAME} characters.`;
  const texts = ['note' in action ? action.note : undefined, 'learn' in action ? action.learn : undefined];
  if (texts.some((text) => (text ?? '').length > MOST_NOTE)) return `A text has at most ${MOST_NOTE} characters.`;
  if (action.action === 'note' && isBlank(action.note)) return 'A note has a text.';
  if (action.action === 'reopen' && isBlank(action.note)) return 'Reopening needs a reason.';
  return undefined;
}

function no(reason: string): NotAllowed {
  return { kind: 'notAllowed', reason };
}

function isBlank(text: string | null | undefined): boolean {
  return (text ?? '').trim() === '';
}
