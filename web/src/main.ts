// The timeline: what is shown, what is chosen, and what happens to it.
import "./timeline.css";
import { Asking, NotDone } from "./asking";
import { button, el, lay } from "./dom";
import { openDialog, type Field } from "./dialog";
import { draggable, Places, type Held } from "./drag";
import { closeMenu, openMenu, type Choice } from "./menu";
import { baseOf, edit, isPinned, moved, placed, removal, same, swap, swappable } from "./moving";
import { found, nameOf, rowsOf, type Row } from "./rows";
import { Sheet } from "./sheet";
import { VIEWS, type Bar, type Data, type Edge, type Edit, type Fault, type Job, type Span, type View } from "./types";
import { monthCode, Words } from "./words";

const WAITS_FOR_KEYS_MS = 700;
const LOOKS_AT_JOB_MS = 1000;

/** A block that keys are moving, until they rest. */
interface Nudge {
  bar: Bar;
  to: Span;
  places: Places | null;
  timer: number;
}

class Timeline {
  private readonly sheet: Sheet;
  private readonly news = el("p", { class: "board-news", role: "status" });
  private readonly faults = el("section", { class: "board-faults" });
  private readonly undo: HTMLButtonElement;
  private readonly redo: HTMLButtonElement;
  private readonly find: HTMLInputElement;
  private readonly views: [View, HTMLButtonElement][];
  private view: View = "candidate";
  private rows: Row[] = [];
  private chosen: string | null = null;
  private nudge: Nudge | null = null;
  private waiting = 0;
  private last: Promise<void> = Promise.resolve();

  constructor(
    private readonly root: HTMLElement,
    private readonly asking: Asking,
    private readonly words: Words,
    private data: Data,
  ) {
    this.sheet = new Sheet(root, words);
    this.undo = button(words.say("undo"), () => this.step(-1), { "aria-keyshortcuts": "Control+Z" });
    this.redo = button(words.say("redo"), () => this.step(1), { "aria-keyshortcuts": "Control+Y" });
    this.find = el("input", { type: "search", autocomplete: "off" });
    this.find.addEventListener("input", () => this.draw());
    const views = VIEWS.filter((view) => view !== "municipality" || data.board.municipalities.length);
    this.views = views.map((view) => [view, button(words.say(`by-${view}`), () => this.show(view))]);
    root.replaceChildren(this.tools(), this.news, this.sheet.scroll, this.sheet.strip, this.faults);
    draggable(this.sheet.scroll, this.held());
    this.sheet.scroll.addEventListener("contextmenu", (event) => this.menu(event));
    this.sheet.scroll.addEventListener("click", (event) => this.clicked(event));
    this.sheet.scroll.addEventListener("focusin", (event) => this.focused(event));
    root.addEventListener("keydown", (event) => this.key(event));
    document.addEventListener("keydown", (event) => this.shortcut(event));
    const wanted = views.find((view) => `#${view}` === location.hash);
    this.show(wanted ?? "candidate");
    if (data.mending && !data.mending.over) void this.follow(data.mending);
  }

  // --- what is shown

  private tools(): HTMLElement {
    const { words, sheet } = this;
    const views = el("div", { class: "board-views", role: "group", "aria-label": words.say("view") }, ...this.views.map(([, one]) => one));
    const zoom = el(
      "div",
      { class: "board-zoom", role: "group" },
      button("−", () => sheet.zoom(1 / 1.3), { "aria-label": words.say("zoom-out"), title: words.say("zoom-out") }),
      button("+", () => sheet.zoom(1.3), { "aria-label": words.say("zoom-in"), title: words.say("zoom-in") }),
      button(words.say("zoom-all"), () => sheet.zoomToFit()),
    );
    const print = button(words.say("print"), () => window.print());
    const find = el("label", { class: "board-find" }, el("span", { class: "unseen" }, words.say("find")), this.find);
    this.find.placeholder = words.say("find");
    return el("div", { class: "board-tools", role: "group", "aria-label": words.say("tools") }, views, this.undo, this.redo, zoom, find, print);
  }

  private show(view: View): void {
    this.view = view;
    for (const [other, one] of this.views) one.setAttribute("aria-pressed", String(other === view));
    history.replaceState(null, "", view === "candidate" ? location.pathname : `#${view}`);
    this.draw();
  }

  private draw(): void {
    const { data, words } = this;
    const focused = this.root.contains(document.activeElement) && document.activeElement?.classList.contains("board-bar");
    const labels = {
      nobody: words.say("nobody"),
      elsewhere: words.say("no-municipality"),
      group: (group: string, span: Span) => words.say("group", { group, months: words.months(span) }),
    };
    this.rows = found(data.board, rowsOf(data.board, this.view, labels), this.find.value);
    this.sheet.draw(data, this.rows, { nothing: words.say("nothing-found") });
    this.undo.disabled = !data.steps.back;
    this.redo.disabled = !data.steps.forward;
    this.drawFaults();
    this.choose(this.element(this.chosen) ?? this.bars()[0] ?? null, focused === true);
  }

  private drawFaults(): void {
    const { data, words } = this;
    const open = data.faults.filter((fault) => !fault.kept);
    const kept = data.faults.filter((fault) => fault.kept);
    const parts: HTMLElement[] = [];
    if (open.length) {
      parts.push(el("h2", {}, this.state()), this.list(open, ""));
      parts.push(
        el(
          "div",
          { class: "row" },
          button(words.say("take-back"), () => this.step(-1), { class: "main" }),
          button(words.say("mend"), () => void this.mend()),
          button(words.say("keep"), () => this.keep(open)),
        ),
      );
    }
    if (kept.length) parts.push(this.list(kept, words.say("kept")));
    if (kept.length && !open.length) {
      parts.push(el("div", { class: "row" }, button(words.say("mend"), () => void this.mend())));
    }
    for (const [key, said] of [["known", data.known], ["settled", data.settled]] as const) {
      if (!said.length) continue;
      const items = said.map((one) => el("li", {}, one));
      parts.push(el("details", {}, el("summary", {}, words.say(key, { number: said.length })), el("ul", {}, ...items)));
    }
    this.faults.className = `board-faults ${open.length ? "alarm" : kept.length ? "note" : "quiet"}`;
    this.faults.hidden = !parts.length;
    this.faults.replaceChildren(...parts);
  }

  private list(faults: readonly Fault[], mark: string): HTMLElement {
    const items = faults.map((fault) =>
      el("li", {}, button(fault.said, () => this.jump(fault), { class: "quiet" }), mark ? el("span", { class: "tag warn" }, mark) : null),
    );
    return el("ul", {}, ...items);
  }

  private jump(fault: Fault): void {
    const bar = fault.bars.map((key) => this.element(key)).find((one) => one !== null);
    const row = fault.who === null ? null : this.sheet.scroll.querySelector<HTMLElement>(`[data-row="${CSS.escape(fault.who)}"] button`);
    const target = bar ?? row;
    target?.scrollIntoView({ block: "center", inline: "center" });
    this.choose(target ?? null, true);
  }

  private say(words: string, wrong = false): void {
    this.news.textContent = words;
    this.news.classList.toggle("wrong", wrong);
  }

  // --- what is chosen

  private bars(): HTMLElement[] {
    return [...this.sheet.scroll.querySelectorAll<HTMLElement>("button.board-bar")];
  }

  private element(key: string | null): HTMLElement | null {
    return key === null ? null : this.sheet.scroll.querySelector<HTMLElement>(`button[data-bar="${CSS.escape(key)}"]`);
  }

  private barOf(element: Element | null): Bar | null {
    const key = element?.closest<HTMLElement>(".board-bar")?.dataset.bar;
    return this.data.board.bars.find((bar) => bar.key === key) ?? null;
  }

  /** One bar is in the order of Tab: the one that was chosen last. */
  private choose(element: HTMLElement | null, focus: boolean): void {
    for (const other of this.sheet.scroll.querySelectorAll(".board-bar[tabindex='0']")) other.setAttribute("tabindex", "-1");
    element?.setAttribute("tabindex", "0");
    this.chosen = element?.dataset.bar ?? null;
    if (focus) element?.focus();
  }

  private focused(event: FocusEvent): void {
    const element = (event.target as HTMLElement).closest<HTMLElement>("button.board-bar");
    if (!element || element.dataset.bar === this.chosen) return;
    this.rest();
    this.choose(element, false);
  }

  private clicked(event: MouseEvent): void {
    const element = (event.target as HTMLElement).closest<HTMLElement>("button.board-bar");
    if (!element) return;
    this.choose(element, true);
    const byFinger = (event as PointerEvent).pointerType === "touch";
    if (event.detail === 0 || byFinger) this.menuAt(element, this.barOf(element), element.getBoundingClientRect().left, element);
  }

  // --- keys

  private shortcut(event: KeyboardEvent): void {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || event.target === this.find) return;
    const key = event.key.toLowerCase();
    const by = key === "z" ? (event.shiftKey ? 1 : -1) : key === "y" ? 1 : 0;
    if (!by) return;
    event.preventDefault();
    this.step(by === 1 ? 1 : -1);
  }

  private key(event: KeyboardEvent): void {
    const element = (event.target as HTMLElement).closest<HTMLElement>("button.board-bar");
    const bar = this.barOf(element);
    if (!element || !bar || event.altKey || event.metaKey) return;
    const done = this.pressed(event, element, bar);
    if (!done) return;
    event.preventDefault();
    event.stopPropagation();
  }

  private pressed(event: KeyboardEvent, element: HTMLElement, bar: Bar): boolean {
    switch (event.key) {
      case "ArrowLeft":
      case "ArrowRight":
        this.sideways(event, element, bar, event.key === "ArrowLeft" ? -1 : 1);
        return true;
      case "ArrowUp":
      case "ArrowDown":
        this.upAndDown(element, event.key === "ArrowUp" ? -1 : 1);
        return true;
      case "Delete":
      case "Backspace":
        if (this.free(bar)) this.remove(bar);
        return true;
      case "f":
      case "F":
        if (event.ctrlKey || bar.kind !== "block") return false;
        this.pin(bar);
        return true;
      case "Escape":
        this.dropNudge(false);
        return true;
      default:
        return false;
    }
  }

  private sideways(event: KeyboardEvent, element: HTMLElement, bar: Bar, by: -1 | 1): void {
    if (event.ctrlKey || bar.kind !== "block") {
      const bars = [...(element.closest(".board-row")?.querySelectorAll<HTMLElement>("button.board-bar") ?? [])];
      this.choose(bars[bars.indexOf(element) + by] ?? element, true);
    } else if (this.free(bar)) {
      this.push(element, bar, by, event.shiftKey ? "end" : null);
    }
  }

  private upAndDown(element: HTMLElement, by: -1 | 1): void {
    const rows = [...this.sheet.scroll.querySelectorAll(".board-row")].filter((row) => row.querySelector("button.board-bar"));
    const row = rows[rows.indexOf(element.closest(".board-row") as Element) + by];
    const left = element.getBoundingClientRect().left;
    const near = (one: HTMLElement): number => Math.abs(one.getBoundingClientRect().left - left);
    const bars = [...(row?.querySelectorAll<HTMLElement>("button.board-bar") ?? [])];
    const next = bars.sort((one, other) => near(one) - near(other))[0];
    if (next) this.choose(next, true);
  }

  /** Moves a block by keys: it is shown at once, and asked when the keys rest. */
  private push(element: HTMLElement, bar: Bar, by: number, edge: Edge | null): void {
    const person = this.data.board.people.find((one) => one.id === bar.who);
    if (!person || this.waiting) return;
    if (!this.nudge) {
      const lanes = element.parentElement;
      const places = lanes ? new Places(this.held(), lanes, bar, edge, () => this.sayNudge()) : null;
      this.nudge = { bar, to: { start: bar.start, end: bar.end }, places, timer: 0 };
    }
    const { nudge } = this;
    clearTimeout(nudge.timer);
    nudge.to = moved(nudge.to, by, edge, person);
    nudge.timer = window.setTimeout(() => this.dropNudge(true), WAITS_FOR_KEYS_MS);
    lay(element, nudge.to, this.data.board.start);
    this.sayNudge();
  }

  private sayNudge(): void {
    if (this.nudge) this.say(this.tell(this.nudge.to, this.nudge.places?.allowed(this.nudge.to)));
  }

  private rest(): void {
    if (this.nudge) this.dropNudge(true);
  }

  private dropNudge(dropped: boolean): void {
    const { nudge } = this;
    if (!nudge) return;
    this.nudge = null;
    clearTimeout(nudge.timer);
    nudge.places?.end();
    if (dropped && !same(nudge.to, nudge.bar)) this.dropped(nudge.bar, nudge.to);
    else this.draw();
  }

  // --- the menu

  private menu(event: MouseEvent): void {
    const target = event.target as HTMLElement;
    const row = target.closest<HTMLElement>(".board-row");
    if (!row || target.closest(".board-label")) return;
    event.preventDefault();
    const element = target.closest<HTMLElement>("button.board-bar");
    const box = element?.getBoundingClientRect();
    const byKey = box !== undefined && (event.clientX < box.left || event.clientX > box.right);
    if (element) this.choose(element, true);
    this.menuAt(element ?? row, this.barOf(element), byKey && box ? box.left : event.clientX, element ?? this.find, event.clientY);
  }

  private menuAt(place: HTMLElement, bar: Bar | null, x: number, from: HTMLElement, y?: number): void {
    const row = this.rows.find((one) => one.id === place.closest<HTMLElement>(".board-row")?.dataset.row);
    const who = bar?.who ?? row?.who ?? null;
    if (who === null) return;
    const month = this.sheet.monthAt(x);
    const choices = bar?.kind === "block" ? this.choicesOf(bar) : this.choicesAt(who, month, bar);
    const label = this.words.say(bar?.kind === "block" ? "menu" : "new", {
      who: nameOf(this.data.board, who),
      month: this.words.month(month),
    });
    openMenu(label, choices, { x, y: y ?? place.getBoundingClientRect().bottom }, from);
  }

  private choicesOf(bar: Bar): Choice[] {
    const { data, words } = this;
    const pinned = isPinned(data.pins, bar);
    const choices: Choice[] = [
      {
        label: words.say(pinned ? "unpin" : "pin"),
        run: () => this.pin(bar),
      },
    ];
    if (!pinned) {
      choices.push({ label: words.say("remove"), run: () => this.remove(bar) });
      for (const other of swappable(data.board, data.pins, bar)) {
        const fields = { who: nameOf(data.board, other.who), months: words.months(other) };
        choices.push({ label: words.say("swap", fields), run: () => this.edits(swap(bar, other)) });
      }
    }
    return [...choices, ...this.absences(bar.who, bar, bar), ...this.pages(bar.who, bar)];
  }

  private choicesAt(who: string, month: number, bar: Bar | null): Choice[] {
    const { data } = this;
    const person = data.board.people.find((one) => one.id === who);
    if (!person || month < person.first || month >= person.end) return [];
    const base = baseOf(data.board, who);
    const others = data.board.rotations.filter(
      (rotation) => !rotation.base && rotation.id !== base && person.rotations.includes(rotation.id),
    );
    const fresh = others.map((rotation) => ({
      label: rotation.name,
      run: () => this.edits([placed(data.board, person, rotation.id, month)]),
    }));
    const here = bar?.kind === "leave" ? bar : { start: month, end: month + 1 };
    return [...fresh, ...this.absences(who, here, bar), ...this.pages(who, bar)];
  }

  private pages(who: string, bar: Bar | null): Choice[] {
    const { links } = this.data;
    const choices: Choice[] = [];
    if (bar?.kind === "block") {
      const query = new URLSearchParams({ candidate: who, rotation: bar.rotation ?? "", start: monthCode(bar.start) });
      choices.push({ label: this.words.say("why"), run: `${links.why}?${query}` });
    }
    choices.push({ label: this.words.say("ways"), run: `${links.ways}?${new URLSearchParams({ candidate: who })}` });
    choices.push({ label: this.words.say("leave-percent"), run: links.data });
    return choices;
  }

  // --- leave and percent, which stand in the data

  /** The two forms, filled in with the months that were pointed at. */
  private absences(who: string, months: Span, bar: Bar | null): Choice[] {
    const name = nameOf(this.data.board, who);
    const [start, end] = [monthCode(months.start), monthCode(months.end - 1)];
    const percent = bar?.percents.find(([from, to]) => from <= months.start && months.start < to)?.[2] ?? 100;
    return [
      { label: this.words.say("add-leave"), run: () => this.absence("leave", who, name, start, end, null) },
      { label: this.words.say("add-percent"), run: () => this.absence("percent", who, name, start, end, percent) },
    ];
  }

  private absence(kind: "leave" | "percent", who: string, name: string, start: string, end: string, percent: number | null): void {
    const { words } = this;
    const field = (key: string, label: string, value: string, required: boolean, placeholder = "2027-03"): Field => ({
      name: key, label: words.say(label), value, placeholder, required,
    });
    const fields = [field("start", "from", start, true), field("end", "to", end, kind === "leave")];
    if (percent !== null) fields.push(field("percent", "percent-label", words.number(percent), true, "80"));
    const form = { title: words.say(`form-${kind}`, { who: name }), hint: words.say(`hint-${kind}`), fields };
    const version = this.data.version;
    openDialog(words, form, async (typed) => {
      const sent = { candidate: who, start: typed.start ?? "", end: typed.end ?? "", percent: percent === null ? null : (typed.percent ?? "") };
      let problems: readonly string[] = [];
      await this.change(async () => {
        try {
          return await this.asking.absence(version, sent);
        } catch (error) {
          if (!(error instanceof NotDone) || !error.problems.length) throw error;
          problems = error.problems;
          return null;
        }
      });
      return problems;
    });
  }

  // --- changes

  private held(): Held {
    return {
      data: () => this.data,
      monthPx: () => this.sheet.monthPx,
      places: (bar, edge, signal, tell) => this.asking.places(this.data.version, bar, edge, signal, tell),
      dropped: (bar, to) => this.dropped(bar, to),
      say: (words) => this.say(words),
      tell: (span, allowed) => this.tell(span, allowed),
    };
  }

  private tell(span: Span, allowed: boolean | undefined): string {
    const known = allowed === undefined ? "" : `: ${this.words.say(allowed ? "allowed" : "forbidden")}`;
    return `${this.words.months(span)}${known}`;
  }

  private free(bar: Bar): boolean {
    return bar.kind === "block" && !isPinned(this.data.pins, bar);
  }

  private dropped(bar: Bar, to: Span): void {
    this.chosen = `${bar.who}:${to.start}`;
    this.edits([edit(bar, to)]);
  }

  private remove(bar: Bar): void {
    const without = removal(this.data.board, bar);
    if (without) this.edits([without]);
  }

  private pin(bar: Bar): void {
    const held = !isPinned(this.data.pins, bar);
    void this.change((version) => this.asking.pin(version, bar, held));
  }

  private keep(faults: readonly Fault[]): void {
    void this.change((version) => this.asking.keep(version, faults.map((fault) => fault.id)));
  }

  private edits(edits: Edit[]): void {
    void this.change((version) => this.asking.edit(version, edits));
  }

  private step(by: -1 | 1): void {
    this.dropNudge(false);
    void this.change((version) => {
      const { back, forward } = this.data.steps;
      return (by < 0 ? back : forward) ? this.asking.step(version, by) : null;
    }, by < 0 ? "back-to" : "on-to");
  }

  /** Changes are made one after another, each of what the one before has come to. */
  private change(ask: (version: number) => Promise<Data | null> | null, told = "saved"): Promise<void> {
    closeMenu();
    this.waiting += 1;
    this.root.setAttribute("aria-busy", "true");
    this.last = this.last.then(() => this.changed(ask, told)).finally(() => {
      this.waiting -= 1;
      if (!this.waiting) this.root.removeAttribute("aria-busy");
      this.draw();
    });
    return this.last;
  }

  /** Shows what came of a change, or why there was none. */
  private async changed(ask: (version: number) => Promise<Data | null> | null, told: string): Promise<void> {
    try {
      const answer = await ask(this.data.version);
      if (!answer) return;
      this.data = answer;
      this.say(answer.said ?? `${this.words.say(told, { what: answer.what })}. ${this.state()}`);
    } catch (error) {
      await this.notDone(error);
    }
  }

  private state(): string {
    const open = this.data.faults.filter((fault) => !fault.kept).length;
    if (open) return this.words.say("faults", { number: open });
    return this.data.edits ? this.words.say("all-kept") : "";
  }

  private async notDone(error: unknown): Promise<void> {
    if (!(error instanceof NotDone)) throw error;
    if (error.why === "stale") this.data = await this.asking.data().catch(() => this.data);
    this.say(this.words.say(error.why), true);
  }

  // --- mending the rest, which is a search

  private async mend(): Promise<void> {
    try {
      await this.follow(await this.asking.mend(this.data.version));
    } catch (error) {
      await this.notDone(error);
    }
  }

  private async follow(job: Job): Promise<void> {
    const stop = button(this.words.say("mend-stop"), () => void this.asking.stop(job.id), { class: "quiet" });
    const told = el("span", { class: "busy" });
    this.say("");
    this.news.replaceChildren(told, " ", stop);
    while (!job.over) {
      told.textContent = this.words.say("mending", { seconds: Math.round(job.seconds) });
      await new Promise((done) => setTimeout(done, LOOKS_AT_JOB_MS));
      job = await this.asking.job(job.id).catch((error: unknown) => {
        if (error instanceof NotDone && error.why === "lost") return job; // the machine slept, or the server starts again
        throw error;
      });
    }
    this.data = await this.asking.data();
    this.draw();
    this.say(`${this.words.say(`mend-${job.outcome}`)} ${job.said}`.trim(), job.outcome !== "done");
  }
}

const root = document.getElementById("board");
if (root) {
  const asking = new Asking(root.dataset.at ?? "");
  const { words, months, ...data } = await asking.data();
  new Timeline(root, asking, new Words(words, months), data);
}
