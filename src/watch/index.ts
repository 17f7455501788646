export { type Mark, markText, readMark } from './mark.ts';
export type { Piece } from './piece-maker.ts';
export { readWatched, type WatchedEnd, type WatchedRequest } from './read-watched.ts';
