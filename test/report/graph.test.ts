import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SaxesParser } from 'saxes';
import {
  explain,
  type Graph,
  type GraphFilter,
  graphOf,
  graphReadWords,
  hostsNamed,
  labelsOf,
  renderDot,
  renderExplanation,
  renderExplanationMarkdown,
  renderGraphJson,
  renderGraphml,
  renderGraphSvg,
  renderGraphText,
  renderIncidentMarkdown,
  renderMermaid,
} from '../../src/report/index.ts';
import { assertGolden } from './golden.ts';
import { resultSaying } from './hostile-result.ts';
import { FIRST_HOP, INCIDENTS, ONWARD, POSSIBLE_INCIDENT, SECOND_HOP, SOURCE, WORST } from './sample-incidents.ts';
import { HOST } from './sample-records.ts';

const GRAPH = graphOf(INCIDENTS);
const LABEL = labelsOf(INCIDENTS);

test('the graph in every format is the golden one', () => {
  assertGolden('graph.golden.txt', renderGraphText(GRAPH, LABEL));
  assertGolden('graph.golden.json', renderGraphJson(GRAPH));
  assertGolden('graph.golden.mmd', renderMermaid(GRAPH));
  assertGolden('graph.golden.dot', renderDot(GRAPH));
  assertGolden('graph.golden.graphml', renderGraphml(GRAPH));
  assertGolden('graph.golden.svg', renderGraphSvg(GRAPH, LABEL));
});

function hopsOf(filter: GraphFilter): string[] {
  return graphOf(INCIDENTS, filter).hops.map(({ id }) => id);
}

test('one incident, a least confidence, and hosts from and to limit what is drawn', () => {
  assert.deepEqual(hopsOf({}), [FIRST_HOP.id, SECOND_HOP.id]);
  assert.deepEqual(hopsOf({ incident: POSSIBLE_INCIDENT }), [SECOND_HOP.id]);
  assert.deepEqual(hopsOf({ minConfidence: 0.91 }), [FIRST_HOP.id]);
  assert.deepEqual(hopsOf({ minConfidence: 0.92 }), []);
  assert.deepEqual(hopsOf({ fromHost: SOURCE }), [FIRST_HOP.id]);
  assert.deepEqual(hopsOf({ toHost: ONWARD }), [SECOND_HOP.id]);
  assert.deepEqual(hopsOf({ fromHost: ONWARD }), []);
});

test('calls are followed over several hosts, as far as is asked', () => {
  const named = { ...SECOND_HOP, source: { host: HOST }, candidates: [] };
  const result = { ...INCIDENTS, incidents: [WORST, { ...POSSIBLE_INCIDENT, edges: [named] }] };
  const ids = (filter: GraphFilter): string[] => graphOf(result, filter).hops.map(({ id }) => id);
  assert.deepEqual(ids({ fromHost: SOURCE }), [FIRST_HOP.id, named.id]);
  assert.deepEqual(ids({ fromHost: SOURCE, hops: 1 }), [FIRST_HOP.id]);
  assert.deepEqual(ids({ toHost: ONWARD }), [FIRST_HOP.id, named.id]);
  assert.deepEqual(ids({ fromHost: SOURCE, toHost: HOST }), [FIRST_HOP.id]);
});

test('equal edges of a picture are one with their number, and JSON has each; a state is told by a verb', () => {
  const again = { ...FIRST_HOP, id: 'again', confidence: 0.7 };
  const [worst] = INCIDENTS.incidents;
  assert.ok(worst !== undefined);
  const graph = graphOf({ ...INCIDENTS, incidents: [{ ...worst, edges: [FIRST_HOP, again] }] });
  const mermaid = renderMermaid(graph);
  assert.equal(mermaid.match(/signs in/g)?.length, 1);
  assert.match(mermaid, /signs in, 2 times, 0\.70 to 0\.91/);
  assert.equal(graph.edges.filter(({ kind }) => kind === 'signs-in').length, 2);
  assert.ok(GRAPH.edges.some(({ label }) => label === 'holds (armed)'));
});

test('U1 an empty graph says in how much nothing was found, and what was blind', () => {
  const empty = { ...INCIDENTS, incidents: [] };
  const text = renderGraphText(graphOf(empty), LABEL, {}, graphReadWords(empty, LABEL));
  assert.match(text, /0 hops, 0 subscriptions\.\nIn 2,911,306 records of 3 hosts; blind: \d+ gaps?, on /);
});

test('calls in a ring are followed once', () => {
  const back = { ...FIRST_HOP, id: 'hopccccccccccccc', source: { host: HOST }, target: { host: SOURCE } };
  const result = { ...INCIDENTS, incidents: [{ ...WORST, edges: [FIRST_HOP, back] }] };
  const graph = graphOf(result, { fromHost: SOURCE });
  assert.equal(graph.hops.length, 2);
  assert.ok(renderGraphSvg(graph, labelsOf(result)).includes('</svg>'));
});

test('a host is named by its key, its first part or its address, in any case', () => {
  assert.deepEqual(hostsNamed(INCIDENTS, 'WS-07'), [SOURCE]);
  assert.deepEqual(hostsNamed(INCIDENTS, 'Ws-07.Corp.Example'), [SOURCE]);
  assert.deepEqual(hostsNamed(INCIDENTS, '10.20.1.32'), [HOST]);
  assert.deepEqual(hostsNamed(INCIDENTS, 'WS-0'), []);
});

test('a source that no record names is a node of its own, and its arrow is dashed', () => {
  const [node] = graphOf(INCIDENTS, { incident: POSSIBLE_INCIDENT }).nodes.filter(({ kind }) => kind === 'unknown');
  assert.equal(node?.label, 'one of 2 sources');
  assert.match(renderMermaid(GRAPH), / -\.->\|/);
  assert.match(renderDot(GRAPH), /style=dashed/);
  assert.match(renderGraphSvg(GRAPH, LABEL), /stroke-dasharray/);
});

test('an empty graph is a whole document in every format', () => {
  const nothing = graphOf({ ...INCIDENTS, incidents: [] });
  assert.deepEqual(JSON.parse(renderGraphJson(nothing)), { schemaVersion: 1, nodes: [], edges: [] });
  for (const xml of [renderGraphml(nothing), renderGraphSvg(nothing, LABEL)]) assert.ok(elementsOf(xml).length > 0);
  assert.equal(renderMermaid(nothing), 'flowchart LR\n');
  assert.ok(renderGraphText(nothing, LABEL).endsWith('0 hosts, 0 accounts, 0 hops, 0 subscriptions.\n'));
});

test('PRODUCT 9 the picture draws twenty-four hosts and says how many more there are', () => {
  const edges = Array.from({ length: 40 }, (_unused, n) => ({
    ...FIRST_HOP,
    id: `hop${String(n).padStart(13, 'a')}`,
    target: { host: `t-${n}.corp.example` },
  }));
  const result = { ...INCIDENTS, incidents: [{ ...WORST, edges }] };
  const svg = renderGraphSvg(graphOf(result), labelsOf(result));
  assert.equal(svg.split('<rect').length - 2, 24);
  assert.ok(svg.includes('and 17 more hosts'));
});

/** Names of elements with their attribute names, in order; throws where the text is not well-formed XML. */
function elementsOf(xml: string): string[] {
  const parser = new SaxesParser();
  const elements: string[] = [];
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', (tag) => {
    elements.push(`${tag.name} ${Object.keys(tag.attributes).join(' ')}`);
  });
  parser.write(xml).close();
  return elements;
}

const ATTACKS = [
  '"><script>alert(1)</script>',
  ']]><!DOCTYPE x>',
  '"]; evil [label="',
  '\\" ]; x -> y',
  '\\',
  '\\N\\G\\l',
  '<b>&lt;&#60;</b>',
  '"]\n  click n0 "javascript:alert(1)"\n  x["',
  '%%{init: {"securityLevel": "loose"}}%%',
  '#quot;#35;',
  '`**bold**`\n# heading\n| a | b |',
  '![x](https://203.0.113.9/x.png)',
  '```\nend\n```',
  '- item\n1. one\n===',
  'a\u0000b\u001b[2Jc\u202ed\ud800e\ufffef\u2028g',
];

test('L20 no text of evidence leaves its place in XML: GraphML and SVG parse to the same elements', () => {
  const harmless = graphOf(resultSaying('harmless'));
  const label = labelsOf(resultSaying('harmless'));
  const known = { graphml: elementsOf(renderGraphml(harmless)), svg: elementsOf(renderGraphSvg(harmless, label)) };
  for (const attack of ATTACKS) {
    const result = resultSaying(attack);
    const graph = graphOf(result);
    assert.deepEqual(elementsOf(renderGraphml(graph)), known.graphml, attack);
    assert.deepEqual(elementsOf(renderGraphSvg(graph, labelsOf(result))), known.svg, attack);
  }
});

test('L20 the SVG holds no script, no style, no handler and nothing to load', () => {
  for (const attack of ATTACKS) {
    const result = resultSaying(attack);
    for (const element of elementsOf(renderGraphSvg(graphOf(result), labelsOf(result)))) {
      assert.doesNotMatch(element, /^(?:script|style|image|a|foreignObject|use)\b|\b(?:href|on\w+|style)\b/i);
    }
  }
});

/** The tokens of a DOT text by its grammar: names, quoted strings (shown as "") and marks. */
function dotShape(text: string): string {
  return text.replace(/"(?:[^"\\]|\\[\s\S])*"/g, '""');
}

test('L20 no text of evidence leaves its quotes in DOT, and no backslash of it is an escape of Graphviz', () => {
  const known = dotShape(renderDot(graphOf(resultSaying('harmless'))));
  for (const attack of ATTACKS) {
    const dot = renderDot(graphOf(resultSaying(attack)));
    assert.equal(dotShape(dot), known, attack);
    for (const [, inside = ''] of dot.matchAll(/label="((?:[^"\\]|\\[\s\S])*)"/g)) {
      assert.doesNotMatch(inside.replaceAll('\\\\', '').replaceAll('\\"', ''), /\\/, attack);
      assert.doesNotMatch(inside.replaceAll('&amp;', ''), /&/, attack);
    }
  }
});

test('L20 in Mermaid every text is one quoted label in which nothing has a meaning but character codes', () => {
  const shape = (text: string): string => text.replace(/"[^"\n]*"/g, '""');
  const known = shape(renderMermaid(graphOf(resultSaying('harmless'))));
  for (const attack of ATTACKS) {
    const mermaid = renderMermaid(graphOf(resultSaying(attack)));
    assert.equal(shape(mermaid), known, attack);
    for (const [, inside = ''] of mermaid.matchAll(/"([^"\n]*)"/g)) {
      assert.match(inside, /^(?:[\p{L}\p{N} .,:/()+-]|#\d+;)*$/u, attack);
    }
  }
});

test('L20 JSON of the graph carries evidence exactly', () => {
  for (const attack of ATTACKS) {
    const graph = JSON.parse(renderGraphJson(graphOf(resultSaying(attack)))) as Graph;
    const account = graph.nodes.find(({ kind }) => kind === 'account');
    assert.equal(account?.label, attack);
  }
});

test('L20 in Markdown no text of evidence makes a heading, table, fence, link, picture or tag of its own', () => {
  const shape = (text: string): string[] => {
    const lines = text.split('\n');
    const outside: string[] = [];
    let fence = '';
    for (const line of lines) {
      const mark = /^`{3,}/.exec(line)?.[0];
      if (fence === '' && mark !== undefined) fence = mark;
      else if (fence !== '') {
        if (line === fence) fence = '';
      } else outside.push(line);
    }
    return outside.map((line) => /^(?:#+ |\| |- |\*\*)?/.exec(line)?.[0] ?? '');
  };
  const write = (attack: string): string[] => {
    const result = resultSaying(attack);
    const [incident] = result.incidents;
    assert.ok(incident !== undefined);
    const explanation = explain(result, { kind: 'incident', incident }, incident.id, []);
    return [renderIncidentMarkdown(result, incident, []), renderExplanationMarkdown(explanation, labelsOf(result))];
  };
  const known = write('harmless').map(shape);
  for (const attack of ATTACKS) {
    const texts = write(attack);
    assert.deepEqual(texts.map(shape), known, attack);
    for (const text of texts) {
      const bare = text.replace(/^(`{3,})[\s\S]*?^\1$/gm, '').replace(/(`+)[^\n]*?\1/g, '');
      assert.doesNotMatch(bare, /(?<!\\)[<[\]]|(?<!\\)!\[|https?:\/\//, attack);
    }
  }
});

test('L20 no control, bidirectional or broken character reaches a terminal from explain and graph', () => {
  const result = resultSaying('a\u0000b\u001b[2Jc\u202ed\ud800e\ufffef\u2028g');
  const [incident] = result.incidents;
  assert.ok(incident !== undefined);
  const label = labelsOf(result);
  const explanation = explain(result, { kind: 'incident', incident }, incident.id, [], result.records[0]);
  for (const text of [renderExplanation(explanation, label), renderGraphText(graphOf(result), label)]) {
    assert.doesNotMatch(text, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u202e]|\p{Cs}/u);
  }
});
