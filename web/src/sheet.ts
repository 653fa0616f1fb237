// What is drawn: axis, rows with their bars, the line of today, and the strip of places below.
import { el, lay } from "./dom";
import { isPinned } from "./moving";
import { nameOf, type Row, type Shown } from "./rows";
import type { Bar, Board, Data, Person, Span } from "./types";
import { yearOf, type Words } from "./words";

const SMALLEST_PX = 4;
const LARGEST_PX = 72;
const PRINTED_PX = 1000;

export class Sheet {
  readonly scroll = el("div", { class: "board-scroll" });
  readonly strip = el("div", { class: "board-strip" });
  private readonly inner = el("div", { class: "board-inner" });
  private readonly stripScroll = el("div", { class: "board-strip-scroll", tabindex: "0" });
  private px = 0;
  private board: Board | null = null;

  constructor(
    private readonly root: HTMLElement,
    private readonly words: Words,
  ) {
    this.scroll.append(this.inner);
    const title = words.say("places");
    this.stripScroll.setAttribute("role", "group");
    this.stripScroll.setAttribute("aria-label", title);
    this.strip.append(el("details", { open: true }, el("summary", {}, title), this.stripScroll));
    this.scroll.addEventListener("scroll", () => (this.stripScroll.scrollLeft = this.scroll.scrollLeft), { passive: true });
    this.stripScroll.addEventListener("scroll", () => (this.scroll.scrollLeft = this.stripScroll.scrollLeft), { passive: true });
    this.scroll.addEventListener(
      "wheel",
      (event) => {
        if (!event.ctrlKey) return;
        event.preventDefault();
        this.zoom(event.deltaY < 0 ? 1.15 : 1 / 1.15, event.clientX);
      },
      { passive: false },
    );
    let before = 0;
    window.addEventListener("beforeprint", () => {
      before = this.px;
      this.setPx(Math.max(SMALLEST_PX, (PRINTED_PX - this.labelWidth) / this.months));
    });
    window.addEventListener("afterprint", () => this.setPx(before));
  }

  draw(data: Data, rows: readonly Row[], labels: { nothing: string }): void {
    const first = this.board === null;
    this.board = data.board;
    const { scrollLeft, scrollTop } = this.scroll;
    this.root.style.setProperty("--months", String(this.months));
    this.root.style.setProperty("--since", String(this.board.start % 12));
    const drawn = rows.map((row) => this.row(data, row));
    const body = el("div", { class: "board-rows" }, ...(drawn.length ? drawn : [el("p", { class: "board-none" }, labels.nothing)]));
    this.inner.replaceChildren(this.axis(this.board, data.today), body, ...this.today(data));
    this.stripScroll.replaceChildren(this.room(this.board));
    if (first) this.zoomToFit(18);
    this.scroll.scrollTo(scrollLeft, scrollTop);
  }

  // --- zoom

  get monthPx(): number {
    return this.px;
  }

  /** The month under a point of the window. */
  monthAt(x: number): number {
    const left = this.inner.getBoundingClientRect().left + this.labelWidth;
    return (this.board?.start ?? 0) + Math.floor((x - left) / this.px);
  }

  zoom(factor: number, around?: number): void {
    const box = this.scroll.getBoundingClientRect();
    const x = (around ?? box.left + this.labelWidth + (box.width - this.labelWidth) / 2) - box.left - this.labelWidth;
    const month = (this.scroll.scrollLeft + x) / this.px;
    this.setPx(this.px * factor);
    this.scroll.scrollLeft = month * this.px - x;
  }

  /** All months side by side, or as many as there is room for at so many points a month. */
  zoomToFit(least = SMALLEST_PX): void {
    this.setPx(Math.max(least, (this.scroll.clientWidth - this.labelWidth - 2) / this.months));
  }

  private setPx(px: number): void {
    this.px = Math.max(SMALLEST_PX, Math.min(px, LARGEST_PX));
    this.root.style.setProperty("--px", `${this.px}px`);
    this.root.dataset.zoom = this.px >= 30 ? "names" : this.px >= 11 ? "letters" : "years";
  }

  private get months(): number {
    return this.board ? this.board.end - this.board.start : 1;
  }

  private get labelWidth(): number {
    return this.inner.querySelector<HTMLElement>(".board-corner")?.offsetWidth ?? 0;
  }

  // --- parts

  private axis(board: Board, today: number): HTMLElement {
    const years: HTMLElement[] = [];
    for (let year = yearOf(board.start); year <= yearOf(board.end - 1); year++) {
      const span = { start: Math.max(board.start, year * 12), end: Math.min(board.end, (year + 1) * 12) };
      years.push(this.laid(el("span", { class: "board-year" }, String(year)), span));
    }
    const months: HTMLElement[] = [];
    for (let month = board.start; month < board.end; month++) {
      const words = this.words.month(month);
      const name = words.slice(0, words.lastIndexOf(" "));
      const cell = el("span", { class: month === today ? "board-month now" : "board-month", title: month === today ? this.words.say("today") : null }, el("b", {}, this.words.letter(month)), el("i", {}, name));
      months.push(this.laid(cell, { start: month, end: month + 1 }));
    }
    return el(
      "div",
      { class: "board-axis", "aria-hidden": "true" },
      el("div", { class: "board-corner" }),
      el("div", { class: "board-calendar" }, ...years, ...months),
    );
  }

  private laid<T extends HTMLElement>(element: T, span: Span): T {
    lay(element, span, this.board?.start ?? 0);
    return element;
  }

  private today(data: Data): HTMLElement[] {
    const { board, today } = data;
    if (today < board.start || today >= board.end) return [];
    return [this.laid(el("div", { class: "board-today", title: this.words.say("today") }), { start: today, end: today + 1 })];
  }

  private row(data: Data, row: Row): HTMLElement {
    const person = row.who === null ? undefined : data.board.people.find((one) => one.id === row.who);
    const about = person ? this.end(person) : "";
    const label = el(
      "div",
      { class: "board-label", title: [row.label, ...(person ? this.about(person) : [])].join(" · ") },
      el("span", { class: "user" }, row.label),
      about ? el("small", { class: person && person.delay > 0 ? "late" : "" }, about) : null,
    );
    const lanes = el("div", { class: "board-lanes" });
    if (row.band) lanes.append(this.laid(el("div", { class: "board-band" }), row.band));
    row.lanes.forEach((lane, number) => {
      for (const shown of lane) {
        const bar = this.bar(data, row, shown);
        bar.style.setProperty("--row", String(number));
        lanes.append(bar);
      }
    });
    if (person?.finish != null) {
      lanes.append(this.laid(el("div", { class: "board-finish" }), { start: person.finish + 1, end: person.finish + 1 }));
    }
    if (person && person.delay > 0) {
      lanes.append(this.laid(el("div", { class: "board-earliest" }), { start: person.earliest + 1, end: person.earliest + 1 }));
    }
    const made = el(
      "div",
      { class: `board-row of-${row.kind}`, "data-row": row.id, role: "group", "aria-label": row.label },
      label,
      lanes,
    );
    made.style.setProperty("--lanes", String(Math.max(1, row.lanes.length)));
    return made;
  }

  private about(person: Person): string[] {
    const late = person.delay > 0 ? this.words.say("delay", { number: person.delay }) : "";
    return [person.office, this.end(person), late].filter(Boolean);
  }

  private end(person: Person): string {
    const last = person.until ?? person.finish;
    if (last === null) return this.words.say("open-end");
    return this.words.say("finish", { month: this.words.month(last) });
  }

  private bar(data: Data, row: Row, shown: Shown): HTMLElement {
    const { bar } = shown;
    const rotation = data.board.rotations.find((one) => one.id === bar.rotation);
    const what = rotation?.name ?? this.words.say(bar.kind === "gap" ? "gap" : "leave");
    const faults = data.faults.filter((fault) => fault.bars.includes(bar.key));
    const pinned = isPinned(data.pins, bar);
    const held = rotation !== undefined;
    const who = nameOf(data.board, bar.who);
    const share = this.share(bar, shown);
    const ofArena = row.kind === "arena";
    const classes = ["board-bar", bar.kind];
    if (ofArena) classes.push("stay");
    if (pinned) classes.push("pinned");
    if (bar.moved) classes.push("moved");
    if (faults.length) classes.push(faults.every((fault) => fault.kept) ? "kept" : "broken");
    const named = ofArena ? { who: who + share, what } : { who, what: what + share }; // what is seen is said in one piece
    const said = this.said(bar, named, faults.map((fault) => fault.said), pinned);
    const element = el(
      held ? "button" : "span",
      {
        class: classes.join(" "),
        "data-bar": bar.key,
        title: said,
        ...(held ? { type: "button", tabindex: "-1", "aria-label": said } : { role: "img", "aria-label": said }),
      },
      el("span", { class: "board-what" }, ofArena ? who : what, share ? el("small", {}, share) : null),
      bar.kind === "block" && !pinned ? el("span", { class: "board-edges" }) : null,
    );
    const tone = rotation ? data.board.tones[rotation.tone] : undefined;
    if (tone) {
      element.style.setProperty("--fill", tone.fill);
      element.style.setProperty("--ink", tone.ink);
      element.style.setProperty("--edge", tone.edge);
    }
    return this.laid(element, shown);
  }

  private share(bar: Bar, shown: Shown): string {
    const percents = bar.percents.map(([, , percent]) => percent);
    const least = Math.min(100, ...percents);
    const shares = shown.share < 100 ? [shown.share] : least < 100 ? [least] : [];
    return shares.length ? ` ${this.words.say("percent", { percent: this.words.number(shares[0] ?? 0) })}` : "";
  }

  private said(bar: Bar, named: { who: string; what: string }, faults: string[], pinned: boolean): string {
    const { words } = this;
    const parts = [
      words.say("bar", { ...named, months: words.months(bar), number: bar.end - bar.start }),
      ...bar.percents.map(([start, end, percent]) => `${words.months({ start, end })}: ${words.say("percent", { percent: words.number(percent) })}`),
    ];
    if (pinned) parts.push(words.say("pinned"));
    if (bar.moved) parts.push(words.say("moved"));
    if (faults.length) parts.push(`${words.say("broken")}: ${faults.join(" · ")}`);
    return parts.join(". ");
  }

  private room(board: Board): HTMLElement {
    const rows = board.room.map((room) => {
      const cells = room.cells.flatMap(([state, used, top], number) => {
        if (state === "none" && !top) return [];
        const month = board.start + number;
        const fields = { what: room.label, month: this.words.month(month), used: used || "0", room: top, unit: room.unit };
        const said = this.words.say(top ? "cell" : "cell-open", fields);
        const long = used.length > 2 ? "long" : "";
        const cell = el("span", { class: `board-cell ${state} ${long}`, title: said }, used ? el("b", {}, used) : null, top ? el("i", {}, top) : null);
        return [this.laid(cell, { start: month, end: month + 1 })];
      });
      const over = room.cells.some(([state]) => state === "over");
      return el(
        "div",
        { class: "board-row of-room" },
        el(
          "div",
          { class: "board-label", title: `${room.label} (${room.unit})` },
          el("span", { class: over ? "user late" : "user" }, room.label),
          el("small", {}, room.unit),
        ),
        el("div", { class: "board-lanes", role: "img", "aria-label": this.roomSaid(board, room) }, ...cells),
      );
    });
    return el("div", { class: "board-inner" }, ...rows);
  }

  /** Where there are too many, in words; the rest of a row is a picture. */
  private roomSaid(board: Board, room: Board["room"][number]): string {
    const over = room.cells.flatMap(([state, used, top], number) =>
      state === "over"
        ? [this.words.say("cell", { what: "", month: this.words.month(board.start + number), used, room: top, unit: room.unit })]
        : [],
    );
    return [room.label, ...over].join(" ");
  }
}
