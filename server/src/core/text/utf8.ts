/** Bytes that a UTF-16 unit at `i` needs in UTF-8; the first unit of a pair counts for both, the second for none. */
function bytesAt(text: string, i: number): number {
  const c = text.charCodeAt(i);
  if (c < 0x80) return 1;
  if (c < 0x800) return 2;
  if (c >= 0xd800 && c <= 0xdbff && isLow(text.charCodeAt(i + 1))) return 4;
  if (isLow(c) && i > 0 && isHigh(text.charCodeAt(i - 1))) return 0;
  return 3;
}

const isHigh = (c: number) => c >= 0xd800 && c <= 0xdbff;
const isLow = (c: number) => c >= 0xdc00 && c <= 0xdfff;

function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) >= 0x80) return false;
  return true;
}

/** Length of a text in UTF-8 bytes. */
export function utf8Length(text: string): number {
  let bytes = 0;
  for (let i = 0; i < text.length; i++) bytes += bytesAt(text, i);
  return bytes;
}

/** UTF-16 offset of a UTF-8 byte offset. An offset inside a character gives the character's start. */
export function fromUtf8(text: string, byteOffset: number): number {
  return scan(text, 0, 0, byteOffset);
}

/** UTF-8 byte offset of an offset counted in code points, as PostgreSQL counts error positions. */
export function codePointsToUtf8(text: string, codePoints: number): number {
  let bytes = 0;
  let i = 0;
  for (let n = 0; n < codePoints && i < text.length; n++) {
    const step = bytesAt(text, i);
    bytes += step;
    i += step === 4 ? 2 : 1;
  }
  return bytes;
}

const STEP = 256;

/** Many conversions in one text: counts once, then looks up. */
export class Utf8Offsets {
  readonly #text: string;
  /** Byte offsets at every STEP-th unit; undefined while the text is ASCII, where both offsets are the same. */
  readonly #bytes: readonly number[] | undefined;

  constructor(text: string) {
    this.#text = text;
    if (isAscii(text)) return;
    const marks: number[] = [];
    let bytes = 0;
    for (let i = 0; i < text.length; i++) {
      if (i % STEP === 0) marks.push(bytes);
      bytes += bytesAt(text, i);
    }
    this.#bytes = marks;
  }

  /** As `fromUtf8`. */
  toUtf16(byteOffset: number): number {
    const marks = this.#bytes;
    if (!marks) return Math.max(0, Math.min(byteOffset, this.#text.length));
    let low = 0;
    let high = marks.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (marks[middle]! <= byteOffset) low = middle;
      else high = middle - 1;
    }
    return scan(this.#text, low * STEP, marks[low] ?? 0, byteOffset);
  }
}

function scan(text: string, from: number, fromBytes: number, byteOffset: number): number {
  let bytes = fromBytes;
  let i = from;
  while (i < text.length) {
    const step = bytesAt(text, i);
    if (bytes + step > byteOffset) return i;
    bytes += step;
    i += step === 4 ? 2 : 1;
  }
  return i;
}
