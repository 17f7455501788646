import type { PinChoiceDocument, PinRequest, ScopesDocument } from '../../src/api/index.ts';
import { printWords, shortText } from './print-words.ts';

type Fields = Readonly<Record<string, string>>;
type Choice = PinChoiceDocument;

/** What a pin can be of; a call is of a content, by whom and from where. */
export const PIN_GROUPS: readonly { readonly name: string; readonly has: (choice: Choice) => boolean }[] = [
  {
    name: 'A subscription, by its whole content',
    has: ({ kind, accounts }) => kind === 'subscription' && accounts === undefined,
  },
  { name: 'What a subscription runs, whatever starts it', has: ({ kind }) => kind === 'payload' },
  { name: 'A command, by whom and from where', has: ({ kind }) => kind === 'command' },
  {
    name: 'Who brings a subscription, and from where',
    has: ({ kind, accounts }) => kind === 'subscription' && accounts !== undefined,
  },
];

/** Names one choice for as long as the dialog is a draft. */
export function choiceKey({ kind, print, hosts, accounts = [], sources = [] }: Choice): string {
  return [kind, print, ...hosts, '|', ...accounts, '|', ...sources].join(' ');
}

export function choiceWords(choice: Choice, named: ScopesDocument['named']): string {
  const calls =
    choice.accounts === undefined
      ? ''
      : `, by ${choice.accounts.map(shortText).join(', ')} from ${(choice.sources ?? []).map(shortText).join(', ')}`;
  return `${printWords(named, choice.print)} on ${choice.hosts.map(shortText).join(', ')}${calls}`;
}

/** What the fields say where nobody wrote in them: the scope that the incident tells. */
export function usualFields(choice: Choice | undefined): Fields {
  const { hosts = [], accounts = [], sources = [] } = choice ?? {};
  return { hosts: hosts.join(', '), accounts: accounts.join(', '), sources: sources.join(', ') };
}

/** The first choice as fields of a draft: what was shown stays chosen, whatever is found later. */
export function firstChoice({ pins: [first] }: Pick<ScopesDocument, 'pins'>): Fields {
  return first === undefined ? {} : { choice: choiceKey(first), ...usualFields(first) };
}

/** The pin that the fields ask for. */
export function pinOf(fields: Fields, choice: Choice | undefined, owner: string): PinRequest {
  const shown = { ...usualFields(choice), ...fields };
  const listed = (name: string): readonly string[] => listOf(shown[name] ?? '');
  const calls = choice?.accounts === undefined ? {} : { accounts: listed('accounts'), sources: listed('sources') };
  return {
    what: choice?.what,
    ...(choice === undefined ? {} : { [choice.kind]: choice.print }),
    hosts: listOf((shown['hosts'] ?? '').replace(/\s+/g, ',')),
    ...calls,
    owner: fields['owner']?.trim() || owner,
    reason: fields['reason']?.trim() ?? '',
    review: fields['review'] ?? '',
  };
}

/** Accounts hold blanks: commas part them. */
function listOf(text: string): readonly string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}
