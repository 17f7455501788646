import type { Dossier } from '../../subscriptions/index.ts';
import { plural } from '../terminal.ts';
import { codeBlock, codeBox } from './code-block.ts';
import { type Drawing, draw, EMPTY } from './drawn.ts';
import { unbroken } from './drawn-text.ts';
import { objectOf } from './object.ts';

/** A picture shows this much of a query or payload; the dossier has it whole. */
const MAX_SHOWN = 700;
const MAX_PROPERTIES = 12;

/** Why a content is not there: no record tells it, or who looks may not see it (SETTLED G20). */
export type MissingContent = 'unseen' | 'withheld';

const MISSING: Readonly<Record<MissingContent, { readonly query: string; readonly content: string }>> = {
  unseen: { query: 'Its query is in no record.', content: 'Its content is in no record.' },
  withheld: {
    query: 'Its query needs the role analyst or auditor.',
    content: 'Its content needs the role analyst or auditor.',
  },
};

/**
 * Filter, binding and consumer of one subscription. `brief` is for a picture: the payload as it reads once decoded, cut; `whole`
 * is for the dossier: as it was stored, with every property.
 */
export function triad(dossier: Dossier, detail: 'brief' | 'whole', missing: MissingContent = 'unseen'): Drawing {
  const { filter, consumer, binding } = dossier;
  const apart = binding === undefined || binding.inferred ? ' apart' : '';
  const glue = binding === undefined ? 'No binding' : binding.inferred ? 'Binding, inferred' : 'Binding';
  const arrow =
    binding === undefined
      ? EMPTY
      : draw`<svg aria-hidden="true" viewBox="0 0 44 14"><line x1="0" x2="36" y1="7" y2="7"/><path d="M44 7l-9-5v10z"/></svg>`;
  const waits = filter.trigger === undefined ? EMPTY : draw`<p>${unbroken(`Fires ${filter.trigger.sentence}.`)}</p>`;
  const query =
    filter.query === undefined ? draw`<p class="muted">${MISSING[missing].query}</p>` : shown(filter.query, detail);
  const content =
    detail === 'brief' ? payload(dossier, missing) : draw`${stored(dossier, 'whole', missing)}${properties(dossier)}`;
  return draw`<div class="triad${apart}"><div class="part"><p class="lab">Filter</p><div class="nm">${filter.name ?? 'not seen'}</div>${waits}${query}</div><div class="glue">${glue}${arrow}</div><div class="part"><p class="lab">Consumer, ${consumer.class ?? 'class not seen'}</p><div class="nm">${consumer.name ?? 'not seen'}</div>${content}</div></div>`;
}

/** The innermost layer says what the payload is for; the outer one only how it was hidden. */
function payload(dossier: Dossier, missing: MissingContent): Drawing {
  const inner = dossier.consumer.decoded.at(-1);
  if (inner === undefined) return stored(dossier, 'brief', missing);
  return draw`<p>${unbroken(`Decoded (${inner.operation}):`)}</p>${objectOf('payload', dossier.consumer.payload ?? inner.text, shown(inner.text, 'brief'))}`;
}

function stored({ consumer }: Dossier, detail: 'brief' | 'whole', missing: MissingContent): Drawing {
  if (consumer.payload === undefined) return draw`<p class="muted">${MISSING[missing].content}</p>`;
  return objectOf('payload', consumer.payload, shown(consumer.payload, detail));
}

function properties({ consumer }: Dossier): Drawing {
  const rows = Object.entries(consumer.properties)
    .filter(([name, value]) => value !== consumer.payload && value !== consumer.name && name !== 'CreatorSID')
    .slice(0, MAX_PROPERTIES)
    .map(([name, value]) => draw`<p><span class="muted">${name}</span> ${value.slice(0, 400)}</p>`);
  return draw`${rows}`;
}

function shown(text: string, detail: 'brief' | 'whole'): Drawing {
  if (detail === 'whole' || text.length <= MAX_SHOWN) return codeBlock(text);
  const bytes = plural(new TextEncoder().encode(text).length, 'byte');
  return draw`${codeBox(text.slice(0, MAX_SHOWN).toWellFormed())}<p class="muted">Cut here, of ${bytes}; whole below.</p>`;
}
