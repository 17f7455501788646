import { renderEcs, renderOcsf, renderStixBundle } from '../formats/index.ts';
import { attackVersionOf, dossierSentence, type HuntResult, labelsOf } from '../report/index.ts';

const WRITERS = { ecs: renderEcs, ocsf: renderOcsf, stix: renderStixBundle };

/** `--format ecs|ocsf|stix`: a result in the words of another vocabulary. */
export function vocabularyPieces(
  format: 'ecs' | 'ocsf' | 'stix',
  result: HuntResult,
  version: string,
): Iterable<string> {
  const label = labelsOf(result);
  return WRITERS[format](result, {
    version,
    attackVersion: attackVersionOf(result),
    sentenceOf: (dossier) => dossierSentence(dossier, label),
  });
}
