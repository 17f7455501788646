export { applyPins, type Pinnable, type PinnedParts, type PinUse } from './apply-pins.ts';
export { checkFields, dayMs, dayOf, type Field, type FieldProblem } from './check-fields.ts';
export { documentOf, withoutPin, withPin } from './edit-pins.ts';
export {
  type NewPin,
  PIN_BOUNDS,
  PIN_KINDS,
  type Pin,
  type PinCallers,
  type PinFile,
  type PinKind,
  type PinProblem,
  type PinReading,
} from './pin.ts';
export { type LoadedPins, loadPins, PIN_FILE, PIN_FOLDER, writePinFile } from './pin-disk.ts';
export { commandPrint, commandShape, payloadPrint, pinId } from './prints.ts';
export { type PinnedContent, type Proposal, pinOfCalls, pinOfDossier, pinOfFinding } from './propose.ts';
export { readPins } from './read-pins.ts';
export { isPastReview, pastReview } from './review.ts';
