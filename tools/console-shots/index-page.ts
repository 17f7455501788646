/** A picture of a place, by its file. */
export interface Shot {
  readonly place: string;
  readonly file: string;
  /** `1440 light`, or `paper`. */
  readonly view: string;
}

const STYLE = `body { font: 14px/1.5 "Segoe UI", Arial, sans-serif; margin: 24px; background: #e8e8e5; color: #1a1c1f }
h2 { font-size: 18px; margin: 32px 0 8px } .row { display: flex; gap: 16px; align-items: flex-start; overflow-x: auto }
figure { margin: 0; flex: none } figcaption { font-size: 12px; color: #4a4f57 } img { display: block; border: 1px solid #858a91; max-height: 900px }
nav a { margin-right: 12px }`;

/** All pictures beside each other: a heading for each place, a row for each theme. */
export function indexPage(shots: readonly Shot[]): string {
  const places = Map.groupBy(shots, ({ place }) => place);
  const sections = [...places].map(([place, own]) => {
    const rows = ['light', 'dark', 'paper'].map((theme) => {
      const figures = own
        .filter(({ view }) => view.endsWith(theme))
        .map(
          ({ file, view }) =>
            `<figure><figcaption>${view}</figcaption><a href="${file}"><img loading="lazy" src="${file}" alt="${place}, ${view}"></a></figure>`,
        );
      return figures.length === 0 ? '' : `<div class="row">${figures.join('')}</div>`;
    });
    return `<h2 id="${idOf(place)}">${place}</h2>${rows.join('')}`;
  });
  const links = [...places.keys()].map((place) => `<a href="#${idOf(place)}">${place}</a>`);
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>The page of Triad</title><style>${STYLE}</style>
<h1>The page of Triad</h1><nav>${links.join(' ')}</nav>${sections.join('\n')}</html>\n`;
}

/** A name as a file or an anchor has it. */
export function idOf(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
}
