// The part "courier": says which files this browser lacks. Python sends each with a "parcel".
import { missingFiles } from "./store.js";

/** What was reported last at each place where the part is mounted. */
const reports = new WeakMap();

/**
 * data: { keys: the files that this page needs }
 * state: { missing: those of them that this browser lacks }
 */
export default async function courier({ data, parentElement, setStateValue }) {
  const missing = await missingFiles(data?.keys ?? []);
  const report = missing.join();
  if (missing.length && reports.get(parentElement) !== report) setStateValue("missing", missing);
  reports.set(parentElement, report);
}
