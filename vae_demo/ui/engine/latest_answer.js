// Questions that are answered in the background while the visitor goes on: the newest one counts.
import { Background } from "./background.js";

/**
 * Asks one question after another. Of those that come while one is answered, the last one is asked
 * next, and the others never, so that the answers keep up with the hand.
 * @template Question
 * @template Answer
 */
export class LatestAnswer {
  /** @type {?{ question: Question }} */
  #asked = null; // what is being answered
  /** @type {?{ question: Question }} */
  #next = null; // what is asked then
  #forgotten = false; // whether the answer that comes next no longer counts
  #timer = 0; // of the next question; 0 for none
  #background;
  #receive;

  /**
   * @param {URL} job  the address of its module; it answers each message `{ question }` once
   * @param {(answer: Answer, question: Question) => void} receive
   */
  constructor(job, receive) {
    this.#receive = receive;
    this.#background = new Background(job, (/** @type {Answer} */ answer) => this.#take(answer));
  }

  /** Tells the job what it needs for its answers. @param {any} known */
  tell(known) {
    this.#background.post({ known });
  }

  /**
   * Asks when the browser has shown the frame that it is called in, so that the processor is free for it.
   * @param {Question} question
   */
  ask(question) {
    this.#next = { question };
    if (!this.#asked) this.#timer ||= setTimeout(() => this.#go());
  }

  /** The answers to what was asked so far no longer count. */
  forget() {
    this.#next = null;
    if (this.#asked) this.#forgotten = true;
  }

  leave() {
    clearTimeout(this.#timer);
    this.#background.leave();
  }

  #go() {
    this.#timer = 0;
    this.#asked = this.#next;
    this.#next = null;
    if (this.#asked) this.#background.post(this.#asked);
  }

  /** @param {Answer} answer */
  #take(answer) {
    const asked = this.#asked;
    const counts = !this.#forgotten;
    this.#forgotten = false;
    this.#go();
    if (asked && counts) this.#receive(answer, asked.question);
  }
}
