// A block under the pointer: whole months, the places that are allowed lit, the sheet scrolling along at its edges.
import { el, lay } from "./dom";
import { isPinned, moved, same, united } from "./moving";
import type { Bar, Data, Edge, Person, Span } from "./types";

const BEGINS_AFTER_PX = 4;
const EDGE_PX = 7;
const SCROLLS_WITHIN_PX = 36;
const SCROLL_PX = 10;

export interface Held {
  data(): Data;
  monthPx(): number;
  places(bar: Bar, edge: Edge | null, signal: AbortSignal, tell: (span: Span, allowed: boolean) => void): Promise<void>;
  dropped(bar: Bar, to: Span): void;
  say(words: string): void;
  tell(span: Span, allowed: boolean | undefined): string;
}

/** The lit places of a block, and what is known of each. */
export class Places {
  private readonly known = new Map<string, boolean>();
  private readonly lit = el("div", { class: "board-lit", "aria-hidden": "true" });
  private readonly stop = new AbortController();
  private waiting = false;
  private readonly shown: Span[] = [];

  constructor(
    held: Held,
    lanes: HTMLElement,
    bar: Bar,
    edge: Edge | null,
    private readonly changed: () => void,
  ) {
    lanes.prepend(this.lit);
    const first = held.data().board.start;
    held
      .places(bar, edge, this.stop.signal, (span, allowed) => {
        this.known.set(`${span.start}:${span.end}`, allowed);
        if (allowed) this.shown.push(span);
        this.draw(first);
      })
      .catch(() => undefined); // dropped before all is known
  }

  allowed(span: Span): boolean | undefined {
    return this.known.get(`${span.start}:${span.end}`);
  }

  end(): void {
    this.stop.abort();
    this.lit.remove();
  }

  private draw(first: number): void {
    if (this.waiting) return;
    this.waiting = true;
    requestAnimationFrame(() => {
      this.waiting = false;
      const runs = united(this.shown).map((span) => laid("run", span, first));
      const starts = this.shown.map((span) => laid("start", span, first));
      this.lit.replaceChildren(...runs, ...starts);
      this.changed();
    });
  }
}

function laid(what: string, span: Span, first: number): HTMLElement {
  const element = el("div", { class: what });
  lay(element, span, first);
  return element;
}

/** A drag in progress. */
class Drag {
  private places: Places | null = null;
  private to: Span;
  private x: number;
  private scrolling = 0;
  private readonly fromScroll: number;

  constructor(
    private readonly held: Held,
    private readonly scroll: HTMLElement,
    private readonly element: HTMLElement,
    private readonly bar: Bar,
    private readonly person: Person,
    private readonly edge: Edge | null,
    private readonly fromX: number,
  ) {
    this.to = { start: bar.start, end: bar.end };
    this.x = fromX;
    this.fromScroll = scroll.scrollLeft;
  }

  get begun(): boolean {
    return this.places !== null;
  }

  move(x: number): void {
    this.x = x;
    if (!this.begun) {
      if (Math.abs(x - this.fromX) < BEGINS_AFTER_PX) return;
      this.begin();
    }
    this.follow();
  }

  private begin(): void {
    this.element.classList.add("dragged");
    const lanes = this.element.parentElement;
    if (!lanes) return;
    this.places = new Places(this.held, lanes, this.bar, this.edge, () => this.mark());
    const scroll = (): void => {
      if (!this.begun) return;
      const box = this.scroll.getBoundingClientRect();
      const by = this.x > box.right - SCROLLS_WITHIN_PX ? SCROLL_PX : this.x < box.left + SCROLLS_WITHIN_PX ? -SCROLL_PX : 0;
      if (by) {
        this.scroll.scrollLeft += by;
        this.follow();
      }
      this.scrolling = requestAnimationFrame(scroll);
    };
    this.scrolling = requestAnimationFrame(scroll);
  }

  private follow(): void {
    const px = this.x - this.fromX + this.scroll.scrollLeft - this.fromScroll;
    const to = moved(this.bar, Math.round(px / this.held.monthPx()), this.edge, this.person);
    if (same(to, this.to)) return;
    this.to = to;
    lay(this.element, to, this.held.data().board.start);
    this.mark();
  }

  private mark(): void {
    const allowed = same(this.to, this.bar) ? undefined : this.places?.allowed(this.to);
    this.element.classList.toggle("may", allowed === true);
    this.element.classList.toggle("may-not", allowed === false);
    this.held.say(this.held.tell(this.to, allowed));
  }

  end(dropped: boolean): void {
    if (!this.begun) return;
    cancelAnimationFrame(this.scrolling);
    this.places?.end();
    this.places = null;
    this.element.classList.remove("dragged", "may", "may-not");
    if (dropped && !same(this.to, this.bar)) this.held.dropped(this.bar, this.to);
    else lay(this.element, this.bar, this.held.data().board.start);
  }
}

export function draggable(scroll: HTMLElement, held: Held): void {
  let drag: Drag | null = null;
  scroll.addEventListener("pointerdown", (event) => {
    const element = (event.target as HTMLElement).closest<HTMLElement>(".board-bar");
    const bar = held.data().board.bars.find((one) => one.key === element?.dataset.bar);
    const person = held.data().board.people.find((one) => one.id === bar?.who);
    if (event.button !== 0 || !element || !bar || !person) return;
    if (bar.kind !== "block" || isPinned(held.data().pins, bar)) return;
    const edge = element.classList.contains("stay") ? null : edgeAt(element, event.clientX);
    drag = new Drag(held, scroll, element, bar, person, edge, event.clientX);
    element.setPointerCapture(event.pointerId);
  });
  scroll.addEventListener("pointermove", (event) => drag?.move(event.clientX));
  const end = (dropped: boolean): void => {
    const ended = drag;
    drag = null;
    ended?.end(dropped);
  };
  scroll.addEventListener("pointerup", () => end(true));
  scroll.addEventListener("pointercancel", () => end(false));
  const escape = (event: KeyboardEvent): void => {
    if (event.key === "Escape") end(false);
  };
  document.addEventListener("keydown", escape, { capture: true }); // before the block that has the focus
}

function edgeAt(element: HTMLElement, x: number): Edge | null {
  const box = element.getBoundingClientRect();
  const room = Math.min(EDGE_PX, box.width / 4);
  return x < box.left + room ? "start" : x > box.right - room ? "end" : null;
}
