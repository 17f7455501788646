import type { JSX } from 'preact';
import type { Drawing, Drawn, PageRecord } from '../../src/report/index.ts';
import { Shown } from '../kit/drawn.tsx';
import { ObjectText } from '../kit/object-text.tsx';
import { kindOfField } from '../kit/object-words.ts';

/** The values of a record as the report draws them; each has its menu, by pointer and by key. */
export function RecordFields({
  record,
  drawing,
}: {
  readonly record: PageRecord['record'];
  readonly drawing: Drawing;
}): JSX.Element {
  return (
    <>
      {drawing.map((item) =>
        // Where it lies in a file is said of files; on a server the event of the archive says it.
        isDrawn(item) && item.tag === 'dl' ? (
          <dl key="fields" class={item.attrs['class'] ?? ''}>
            {item.children.filter(isDrawn).map((field, index) => (
              <Field key={index} record={record} field={field} />
            ))}
          </dl>
        ) : null,
      )}
    </>
  );
}

function isDrawn(item: Drawn | string): item is Drawn {
  return typeof item !== 'string';
}

function Field({ record, field }: { readonly record: PageRecord['record']; readonly field: Drawn }): JSX.Element {
  const [name, value, ...rest] = field.children.filter(isDrawn);
  const title = textOf(name?.children ?? []);
  const raw = record.data[title] ?? record.system[title] ?? textOf(value?.children ?? []);
  return (
    <div class={field.attrs['class'] ?? ''}>
      <Shown drawing={name === undefined ? [] : [name]} />
      <dd>
        <ObjectText kind={kindOfField(title)} value={raw}>
          <Shown drawing={value?.children ?? []} />
        </ObjectText>
      </dd>
      <Shown drawing={rest} />
    </div>
  );
}

function textOf(drawing: Drawing): string {
  return drawing.map((item) => (isDrawn(item) ? textOf(item.children) : item)).join('');
}
