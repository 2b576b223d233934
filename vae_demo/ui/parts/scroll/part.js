// The part "reveal": brings what is below it onto the screen when it begins. Shows nothing.

const ROOM = 240; // pixels of what has begun that should be seen

/** The last turn at each place where the part is mounted. */
const turns = new WeakMap();

/** data: { turn: another number each time that something has begun } */
export default function reveal({ data, parentElement }) {
  const before = turns.get(parentElement);
  turns.set(parentElement, data.turn);
  if (before === undefined || before === data.turn) return;
  const place = parentElement.host ?? parentElement;
  if (place.getBoundingClientRect().top < innerHeight - ROOM) return;
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  place.style.scrollMarginTop = "5rem"; // of Streamlit's own bar
  place.scrollIntoView({ behavior: still ? "instant" : "smooth" });
}
