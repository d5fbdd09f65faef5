const END = { signature: 0x06054b50, bytes: 22, entries: 10, offset: 16 } as const;
const ENTRY = { signature: 0x02014b50, bytes: 46, size: 24, lengths: [28, 30, 32] } as const;

/** The longest comment that may stand behind the end of an archive. */
const MAX_COMMENT = 0xffff;
/** Stands for a size that is said elsewhere, since it does not fit. */
const TOO_LARGE = 0xffffffff;

/**
 * How many bytes an archive says that it takes up unpacked; Infinity for more than four gigabytes, 0 where it cannot be
 * told. @see APPNOTE.TXT §4.3.12, §4.3.16
 */
export function unpackedBytes(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = endOf(view);
  if (end === undefined) return 0;
  let at = view.getUint32(end + END.offset, true);
  let sum = 0;
  for (let left = view.getUint16(end + END.entries, true); left > 0; left--) {
    if (at + ENTRY.bytes > view.byteLength || view.getUint32(at, true) !== ENTRY.signature) return sum;
    const size = view.getUint32(at + ENTRY.size, true);
    sum += size === TOO_LARGE ? Number.POSITIVE_INFINITY : size;
    const start = at;
    at += ENTRY.bytes;
    for (const field of ENTRY.lengths) at += view.getUint16(start + field, true);
  }
  return sum;
}

function endOf(view: DataView): number | undefined {
  const last = view.byteLength - END.bytes;
  for (let at = last; at >= Math.max(0, last - MAX_COMMENT); at--)
    if (view.getUint32(at, true) === END.signature) return at;
  return undefined;
}
