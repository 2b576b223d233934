// The part "courier": says which files this browser lacks; what Python sends, a "parcel" brings.
//
// All goes through the connection that answers the visitor's clicks. So files come in portions, each
// asked for when the one before is here: on a slow line, a click waits for one portion at most.
import { isLeft, telling } from "./leave.js";
import { leaving, partAt } from "./page.js";
import { arrivals, lackedFiles } from "./store.js";

const TAKES = 1.5; // seconds that a portion should take
const FIRST_PORTION = 65536; // bytes of the first portion
const SMALLEST = 16384;
const LARGEST = 4194304;
const LATER = 0.5; // seconds until it is looked again whether the page is still left
const PATIENCE = 30; // seconds, after which what was asked for is taken for lost

/** The couriers by the place where they are mounted. */
const couriers = new WeakMap();

/**
 * data: { keys: the files that this page needs, in the order in which they should come }
 * state: { wants: { missing: those of them that are not here; have: bytes that the first of these
 *   has already; room: bytes that may come now; turn: how often was asked } }
 */
export default function courier({ data, parentElement, setStateValue }) {
  const here = partAt(couriers, parentElement, () => new Courier());
  const tell = telling(setStateValue);
  here.tell = (wants) => tell("wants", wants);
  here.follow(data?.keys ?? []);
  return leaving(couriers, parentElement);
}

class Courier {
  constructor() {
    this.keys = [];
    this.room = FIRST_PORTION;
    this.turn = 0;
    this.asked = null; // when, in milliseconds; null while nothing is on its way
    this.arrived = () => {
      if (this.asked === null) return;
      const share = (TAKES * 1000) / Math.max(performance.now() - this.asked, 1);
      this.room = Math.round(this.room * Math.min(Math.max(share, 0.5), 4));
      this.room = Math.min(Math.max(this.room, SMALLEST), LARGEST);
      this.ask();
    };
    arrivals.addEventListener("portion", this.arrived);
  }

  follow(keys) {
    if (keys.join() === this.keys.join()) return;
    this.keys = keys;
    this.ask();
  }

  async ask() {
    const keys = this.keys;
    const lacked = await lackedFiles(keys);
    if (this.gone || keys !== this.keys) return; // the page wants others by now
    clearTimeout(this.timer);
    if (isLeft()) {
      this.timer = setTimeout(() => this.ask(), LATER * 1000);
      return;
    }
    if (lacked.missing.length) {
      this.asked = performance.now();
      this.timer = setTimeout(() => this.ask(), PATIENCE * 1000);
    } else if (this.asked === null) return; // all were here from the beginning
    else this.asked = null;
    this.turn += 1;
    this.tell({ ...lacked, room: this.room, turn: this.turn });
  }

  leave() {
    this.gone = true;
    clearTimeout(this.timer);
    arrivals.removeEventListener("portion", this.arrived);
  }
}
