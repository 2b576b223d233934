// The part "parcel": one file on its way to the store. Shows nothing.
import { keepFile } from "./store.js";

const KEY = 64; // the file's key, SHA-256 in hexadecimal digits, goes before its bytes

/** data: bytes, the file's key and then the file */
export default function parcel({ data }) {
  const bytes = data instanceof ArrayBuffer ? new Uint8Array(data) : Uint8Array.from(data ?? []);
  if (bytes.length <= KEY) return;
  keepFile(new TextDecoder().decode(bytes.subarray(0, KEY)), bytes.slice(KEY).buffer);
}
