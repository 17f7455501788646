export { type MemoryEntry, MemoryFiles } from './memory-files.ts';
export { writeZip, type ZipOddities, type ZipPart } from './zip-writer.ts';
