import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MESSAGE_LANGUAGES, type ProvingEvent, SHAPES, type Shape } from '../src/shapes/index.ts';
import { cell, table } from './markdown.ts';

/** Writes `docs/shapes.md` from the table of shapes, which is the only source of it (L29). */

const EVENTS: readonly ProvingEvent[] = ['5861', 'Sysmon 20', '4688', '4624'];

function carries(shape: Shape, event: ProvingEvent): string {
  const limit = shape.limits?.[event];
  if (shape.id === 'zeek' && limit === undefined) return 'no';
  return limit === undefined ? 'yes' : `${limit.carries}: ${limit.why}`;
}

function section(shape: Shape): string {
  const losses =
    shape.losses.length === 0
      ? 'It loses nothing that a hunt uses.'
      : table(
          ['loss', 'what', 'how to avoid it', 'analytics that it blinds'],
          shape.losses.map((loss) => [loss.code, loss.what, loss.close, loss.blinds.join(', ') || 'none']),
        );
  return `## ${shape.id}: ${cell(shape.title)}\n\nProof: ${shape.proof}.\n\n${losses}\n`;
}

/** The page as it must stand in `docs/shapes.md`. */
export function shapesPage(): string {
  return `# Shapes of logs

Written by \`node tools/shapes-page.ts\` from the table of shapes in \`src/shapes\`; a test holds it to them.

A source is cut into units (a line, an element, a row, a block of text), and each unit is asked of this table in its order.
\`triad inspect\` says which shapes a file holds, why, and what they lose. EVTX itself loses nothing and is not listed.

"Proof" says what the reading of a shape was held to: a real sample of it, the test data of the tool that writes it, or only
its documentation.

${table(
  ['shape', 'written by', 'proof', 'losses'],
  SHAPES.map((shape) => [shape.id, shape.title, shape.proof, String(shape.losses.length)]),
)}

## What each shape carries

One 5861 of WMI-Activity, one 20 of Sysmon, one 4688 and one 4624 of Security in each shape: \`yes\` means that they come out
as they do of EVTX, apart from the losses that stand below.

${table(
  ['shape', ...EVENTS],
  SHAPES.map((shape) => [shape.id, ...EVENTS.map((event) => carries(shape, event))]),
)}

## Fields out of messages

Where a shape kept only the rendered message of an event, its fields are read out of that, by structure and in every language:
Sysmon's \`Name: value\`, the order of values and the instances in WMI-Activity 5857 to 5861, the outline of labels in Security,
the blocks of PowerShell. A field whose place a value could have forged is left out, and so is one that the message has only
words for. Words of languages other than English count only where structure does not tell; not held to real records are those of
${MESSAGE_LANGUAGES.filter(({ isVerified }) => !isVerified)
  .map(({ language }) => language)
  .join(', ')}.

${SHAPES.map(section).join('\n')}`;
}

if (import.meta.main) writeFileSync(join(import.meta.dirname, '..', 'docs', 'shapes.md'), shapesPage());
