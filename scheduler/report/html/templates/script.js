"use strict";
(() => {
  const all = (selector, root = document) => Array.from(root.querySelectorAll(selector));
  const one = (selector) => document.querySelector(selector);
  all(".needs-script").forEach((part) => { part.hidden = false; });

  // Two views as tabs; paper shows both.
  const tabs = all('[role="tab"]');
  const show = (chosen, focus) => {
    tabs.forEach((tab) => {
      const on = tab === chosen;
      tab.setAttribute("aria-selected", String(on));
      tab.tabIndex = on ? 0 : -1;
      const view = document.getElementById(tab.getAttribute("aria-controls"));
      view.setAttribute("role", "tabpanel");
      view.classList.toggle("shut-view", !on);
    });
    if (focus) chosen.focus();
  };
  const sheet = document.createElement("style");
  sheet.textContent = "@media screen { .shut-view { display: none; } }";
  document.head.append(sheet);
  tabs.forEach((tab, at) => {
    tab.addEventListener("click", () => show(tab));
    tab.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (step) show(tabs[(at + step + tabs.length) % tabs.length], true);
    });
  });
  if (tabs.length) show(tabs[0]);

  // One stop for each row of the timeline; arrows go from bar to bar.
  all(".timeline .row").forEach((row) => {
    const bars = all(".bar", row);
    bars.forEach((bar, at) => {
      bar.tabIndex = at ? -1 : 0;
      bar.addEventListener("keydown", (event) => {
        const aim = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: bars.length - 1 }[event.key];
        if (event.key === "Escape") bar.blur();
        if (aim === undefined || !bars[aim]) return;
        event.preventDefault();
        bars.forEach((other, number) => { other.tabIndex = number === aim ? 0 : -1; });
        bars[aim].focus();
      });
    });
  });

  // Filter and sort act on every list of candidates at once.
  const lists = all("[data-rows]");
  const form = one(".tools");
  const field = (id) => document.getElementById(id);
  const keys = {
    order: (row) => Number(row.dataset.order),
    name: (row) => row.dataset.name,
    finish: (row) => Number(row.dataset.finish),
    delay: (row) => -Number(row.dataset.delay),
  };
  const town = () => (field("municipality") ? field("municipality").value : "");
  const fits = (row) =>
    row.dataset.name.includes(field("q").value.trim().toLowerCase()) &&
    (!field("arena").value || row.dataset.arenas.includes(` ${field("arena").value} `)) &&
    (!field("group").value || row.dataset.group === field("group").value) &&
    (!town() || row.dataset.municipality === town());
  const compare = (a, b) => (typeof a === "string" ? a.localeCompare(b, document.documentElement.lang, { numeric: true }) : a - b);
  const update = () => {
    const key = keys[field("sort").value];
    lists.forEach((list) => {
      const rows = Array.from(list.children);
      rows.sort((a, b) => compare(key(a), key(b)) || keys.order(a) - keys.order(b));
      rows.forEach((row) => { row.classList.toggle("gone", !fits(row)); list.append(row); });
    });
    all("details.fold").forEach((part) => {
      part.classList.toggle("gone", town() !== "" && part.dataset.municipality !== town());
      if (town() !== "" && part.dataset.municipality === town()) part.open = true;
    });
    const rows = Array.from(lists[0].children);
    const shown = rows.filter((row) => !row.classList.contains("gone")).length;
    const out = field("shown");
    out.textContent = out.dataset.text.replace("{have}", shown).replace("{all}", rows.length);
  };
  if (form && lists.length) {
    form.addEventListener("input", update);
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("reset", () => setTimeout(update));
    update();
  }

  // What is told of a month's places and of a goal is put together when somebody points at it.
  const filled = (text, fields) => text.replace(/\{(\w+)\}/g, (_, name) => fields[name]);
  const number = (text) => Number(text.replace(",", "."));
  const asSaid = (value) => String(Math.round(value * 100) / 100).replace(".", document.documentElement.lang === "nb" ? "," : ".");
  const ofMonth = (cell) => {
    const row = cell.parentElement;
    const heads = row.closest("table").tHead.rows[1].cells;
    const before = Array.from(row.cells).slice(0, cell.cellIndex).reduce((sum, other) => sum + other.colSpan, 0);
    const [first, last] = [before, before + cell.colSpan - 1].map((at) => heads[at].dataset.month);
    const label = row.cells[0];
    const [used, room] = ["b", "small"].map((tag) => (cell.querySelector(tag) ? cell.querySelector(tag).textContent.replace("/", "") : ""));
    const fields = {
      what: label.firstChild.textContent.trim(), unit: label.dataset.unit, month: first === last ? first : `${first} – ${last}`, used: used || "0", room,
      free: room === "" ? "" : asSaid(Math.max(0, number(room) - number(used || "0"))),
    };
    const tips = one("#heat-tips").dataset;
    return `${filled(room === "" ? tips.open : tips.with, fields)} ${cell.dataset.who || ""}`.trim();
  };
  const ofGoal = (item) => {
    const list = item.parentElement;
    const goal = filled(list.dataset.goal, { number: item.firstChild.textContent });
    return filled(list.dataset.tips.split("\n")[Number(item.dataset.told)], { goal });
  };
  document.addEventListener("mouseover", (event) => {
    const cell = event.target.closest(".heatmap td[class], .goals li");
    if (cell && !cell.title) cell.title = cell.tagName === "TD" ? ofMonth(cell) : ofGoal(cell);
  });

  // Candidates fold away; one that is asked for opens.
  const people = all(".person");
  const fold = (person, shut) => {
    person.classList.toggle("shut", shut);
    one(`#${person.id}-h button`).setAttribute("aria-expanded", String(!shut));
  };
  people.forEach((person) => {
    const title = one(`#${person.id}-h .title`);
    const button = document.createElement("button");
    button.type = "button";
    button.setAttribute("aria-controls", `${person.id}-b`);
    button.append(...title.childNodes);
    title.append(button);
    button.addEventListener("click", () => fold(person, !person.classList.contains("shut")));
    fold(person, true);
  });
  field("open-all").addEventListener("click", () => people.forEach((person) => fold(person, false)));
  field("close-all").addEventListener("click", () => people.forEach((person) => fold(person, true)));
  const follow = () => {
    const person = people.find((each) => `#${each.id}` === location.hash);
    if (!person) return;
    person.classList.remove("gone");
    fold(person, false);
    person.scrollIntoView();
    person.focus({ preventScroll: true });
  };
  window.addEventListener("hashchange", follow);
  document.addEventListener("click", (event) => {
    const anchor = event.target.closest('a[href^="#k"]');
    if (anchor && anchor.getAttribute("href") === location.hash) follow();
  });
  follow();
})();
