/** Sizes and limits of the file format (EVTX 1, 7.6). All in bytes unless the name says otherwise. */

export const FILE_HEADER_BYTES = 4096;
export const SLOT_BYTES = 65536;
export const CHUNK_HEADER_BYTES = 512;
/** Frame of a record: magic, size, id, FILETIME and the copy of the size (EVTX 1.5). */
export const FRAME_BYTES = 28;
/** Where BinXML begins in a record. */
export const CONTENT_OFFSET = 24;
/** `2A 2A 00 00`, little-endian. */
export const RECORD_MAGIC = 0x00002a2a;
/** The largest record that a chunk can hold (EVTX 7.3). */
export const MAX_RECORD_BYTES = 65024;

/** EVTX 7.6. */
export const MAX_VALUES = 4096;
export const MAX_OPEN_ELEMENTS = 64;
export const MAX_NESTED_INSTANCES = 16;
export const MAX_DEFINITION_TOKENS = 20000;
export const MAX_ARRAY_ITEMS = 65536;
export const MAX_RENDERED_CHARS = 4_194_304;
/** All renderings of one chunk's records; past that a record may unfold to `MIN_RENDERED_CHARS` still. */
export const MAX_CHUNK_CHARS = 67_108_864;
export const MIN_RENDERED_CHARS = 65_536;
export const MAX_PLANS = 20000;
export const MAX_VARIANTS = 64;

/** Value types of descriptors (EVTX 5.1). */
export const TYPE_NULL = 0x00;
export const TYPE_STRING = 0x01;
export const TYPE_ANSI = 0x02;
export const TYPE_INT8 = 0x03;
export const TYPE_UINT8 = 0x04;
export const TYPE_INT16 = 0x05;
export const TYPE_UINT16 = 0x06;
export const TYPE_INT32 = 0x07;
export const TYPE_UINT32 = 0x08;
export const TYPE_INT64 = 0x09;
export const TYPE_UINT64 = 0x0a;
export const TYPE_FLOAT32 = 0x0b;
export const TYPE_FLOAT64 = 0x0c;
export const TYPE_BOOL = 0x0d;
export const TYPE_BINARY = 0x0e;
export const TYPE_GUID = 0x0f;
export const TYPE_SIZE = 0x10;
export const TYPE_FILETIME = 0x11;
export const TYPE_SYSTEMTIME = 0x12;
export const TYPE_SID = 0x13;
export const TYPE_HEX32 = 0x14;
export const TYPE_HEX64 = 0x15;
export const TYPE_HANDLE = 0x20;
export const TYPE_BINXML = 0x21;
export const TYPE_XML = 0x23;
export const TYPE_RAW_STRING_A = 0x27;
export const TYPE_RAW_STRING_B = 0x28;
export const TYPE_ARRAY = 0x80;
