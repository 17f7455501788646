import type { NextStep, Phase } from '../../incidents/index.ts';
import { escapeTerminal, plural } from '../terminal.ts';
import { type Drawing, draw, EMPTY } from './drawn.ts';
import { exactText, unbroken } from './drawn-text.ts';

/** In the order in which they are done (PRODUCT 14). */
const PHASES: readonly { readonly phase: Phase; readonly name: string; readonly when: string }[] = [
  { phase: 'preserve', name: 'Preserve', when: 'before anything is changed' },
  { phase: 'contain', name: 'Contain', when: 'at once' },
  { phase: 'remove', name: 'Remove', when: 'what was left behind' },
  { phase: 'verify', name: 'Verify', when: 'now and after 24 hours' },
  { phase: 'scope', name: 'Scope', when: 'the same day' },
  { phase: 'learn', name: 'Learn', when: 'at the next weekly review' },
];
const MAX_STEPS = 40;
const MAX_COMMAND = 60_000;

export const NEXT_NOTE =
  'In this order. Triad does none of it; a person does. PowerShell here was not run on Windows; read it before you run it, and take -WhatIf off only then. Ticks last while the page is open.';

/** What a person does next, a phase a row, with whole scripts to copy. */
export function nextSteps(steps: readonly NextStep[]): Drawing {
  const rows = PHASES.flatMap(({ phase, name, when }) => {
    const own = steps.filter((step) => step.phase === phase);
    if (own.length === 0) return [];
    const ticks = own
      .slice(0, MAX_STEPS)
      .map(({ text }) => draw`<label><input type="checkbox"><span>${unbroken(text)}</span></label>`);
    const more =
      own.length > MAX_STEPS ? draw`<p class="muted">${plural(own.length - MAX_STEPS, 'more step')}</p>` : EMPTY;
    const commands = own
      .slice(0, MAX_STEPS)
      .flatMap((step, index) =>
        step.command === undefined ? [] : [commandBlock(step.command, `${name} ${index + 1}`)],
      );
    return [
      draw`<li><div><p class="ph">${name}</p><p>${hasRemoval(own) ? 'binding first, then consumer, then filter' : when}</p></div><div class="ticks">${ticks}${more}</div><div class="cmds">${commands}</div></li>`,
    ];
  });
  if (rows.length === 0) return draw`<p class="note">No step is proposed.</p>`;
  return draw`<ol class="steps">${rows}</ol>`;
}

/** True for the script that removes subscriptions (DOMAIN 7). */
function hasRemoval(steps: readonly NextStep[]): boolean {
  return steps.some(
    ({ phase, command }) => phase === 'remove' && command?.includes('__FilterToConsumerBinding') === true,
  );
}

/**
 * A script as it must be copied: exact, so without defanging. One that holds a character that cannot be seen is written out
 * instead and cannot be copied, because what is read and what would run would not be the same (L20, PRODUCT 14).
 */
function commandBlock(command: string, name: string): Drawing {
  const text = command.replace(/\r\n?/g, '\n');
  const lines = text.split('\n').map((line) => line.replaceAll('\t', '    '));
  const isPlain = lines.every((line) => escapeTerminal(line) === line) && text.length <= MAX_COMMAND;
  const rows = lines.length > 12 ? ' tabindex="0"' : '';
  if (!isPlain) {
    return draw`<div class="cmd"><pre>${unbroken(command, MAX_COMMAND)}</pre><p class="muted">It holds what cannot be shown, or is too long: take it from the JSON result, or do it by hand.</p></div>`;
  }
  return draw`<div class="cmd"><pre${rows}>${exactText(lines.join('\n'))}</pre><button class="btn cp" type="button" hidden aria-label="Copy command: ${name}">Copy</button></div>`;
}
