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
  const fits = (row) =>
    row.dataset.name.includes(field("q").value.trim().toLowerCase()) &&
    (!field("arena").value || row.dataset.arenas.includes(` ${field("arena").value} `)) &&
    (!field("group").value || row.dataset.group === field("group").value);
  const compare = (a, b) => (typeof a === "string" ? a.localeCompare(b, document.documentElement.lang, { numeric: true }) : a - b);
  const update = () => {
    const key = keys[field("sort").value];
    lists.forEach((list) => {
      const rows = Array.from(list.children);
      rows.sort((a, b) => compare(key(a), key(b)) || keys.order(a) - keys.order(b));
      rows.forEach((row) => { row.classList.toggle("gone", !fits(row)); list.append(row); });
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
