// The part "parcel": a portion of files on its way to the store. Shows nothing.
import { keepPieces } from "./store.js";

const NEWLINE = 10;

/** data: bytes, a line of JSON, [[key, offset, length, the whole file's length], ...]; the pieces */
export default function parcel({ data }) {
  const bytes = data instanceof ArrayBuffer ? new Uint8Array(data) : Uint8Array.from(data ?? []);
  const line = bytes.indexOf(NEWLINE);
  if (line < 0) return;
  let at = line + 1;
  const pieces = [];
  for (const [key, offset, length, whole] of JSON.parse(
    new TextDecoder().decode(bytes.subarray(0, line)),
  )) {
    pieces.push({ key, offset, whole, bytes: bytes.subarray(at, at + length) });
    at += length;
  }
  keepPieces(pieces);
}
