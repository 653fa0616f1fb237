// A table of the data: what is wrong shows while one types, keys move as in a spreadsheet, and cells copied from one
// can be pasted. Without this script the form says the same after it is saved.

const form = document.querySelector("form.cells");
const told = document.getElementById("told");
const unsaved = document.getElementById("unsaved");
const SELECTOR = "[name^='c.']";

const was = (field) => (field.tagName === "SELECT" ? field.dataset.was : field.defaultValue);
const changed = () => "touched" in form.dataset || [...form.querySelectorAll(SELECTOR)].some((field) => field.value !== was(field)) || form.querySelector("[name=gone]:checked") !== null;

// --- what is wrong, while one types

function say(field, problems) {
  const place = document.getElementById(`w-${field.name}`);
  place.replaceChildren(
    ...problems.map((one) => {
      const line = document.createElement("span");
      line.className = one.remark ? "remark" : "fault";
      line.textContent = one.text;
      return line;
    }),
  );
  place.hidden = problems.length === 0;
  if (problems.some((one) => !one.remark)) field.setAttribute("aria-invalid", "true");
  else field.removeAttribute("aria-invalid");
  if (problems.length) field.setAttribute("aria-describedby", place.id);
  else field.removeAttribute("aria-describedby");
}

let asking = null;
async function check() {
  asking?.abort();
  asking = new AbortController();
  let answer;
  try {
    answer = await fetch(form.dataset.check, { method: "POST", body: new URLSearchParams(new FormData(form)), signal: asking.signal });
  } catch {
    return; // a later look is on its way, or the server is being started again
  }
  if (!answer.ok) return;
  const found = await answer.json();
  form.querySelectorAll(SELECTOR).forEach((field) => say(field, found.cells[field.name] ?? []));
  told.textContent = found.told;
}

let waiting;
function touched() {
  unsaved.textContent = changed() ? form.dataset.unsaved : "";
  clearTimeout(waiting);
  waiting = setTimeout(check, 500);
}

// --- always a blank row to type in

function withRoom() {
  const rows = form.querySelectorAll("table.grid tbody tr");
  const last = rows[rows.length - 1];
  if (!last || ![...last.querySelectorAll(SELECTOR)].some((field) => field.value)) return;
  const position = Number(last.dataset.row);
  const next = last.cloneNode(true);
  next.dataset.row = position + 1;
  const renamed = (name) => name.replace(/^((?:w-)?c\.)\d+\./, `$1${position + 1}.`);
  next.querySelectorAll(SELECTOR).forEach((field) => {
    field.name = field.id = renamed(field.name);
    field.setAttribute("aria-label", field.getAttribute("aria-label").replace(/^[^:]*(?=:)/, `${form.dataset.row} ${position + 2}`));
    field.value = "";
    if (field.tagName === "SELECT") field.dataset.was = "";
    else field.defaultValue = "";
  });
  next.querySelectorAll(".wrong").forEach((place) => (place.id = renamed(place.id)));
  last.after(next);
  next.querySelectorAll(SELECTOR).forEach((field) => say(field, []));
}

// --- find: of a long table only the rows that have the words, and the blank ones

const LONG = 12;
const find = form.querySelector(".find");
if (find && form.querySelectorAll("tbody tr:not(.new)").length > LONG) {
  find.hidden = false;
  find.addEventListener("input", (event) => {
    event.stopPropagation();
    const sought = event.target.value.trim().toLowerCase();
    form.querySelectorAll("tbody tr:not(.new)").forEach((row) => {
      row.hidden = ![...row.querySelectorAll(SELECTOR)].some((field) => field.value.toLowerCase().includes(sought));
    });
  });
  find.addEventListener("keydown", (event) => {
    if (event.key === "Enter") event.preventDefault();
  });
}

// --- keys and pasting as in a spreadsheet

function place(field) {
  const [, row, key] = field.name.match(/^c\.(\d+)\.(.+)$/);
  return [Number(row), key];
}

function below(field, by) {
  const [row, key] = place(field);
  for (let next = row + by; ; next += by) {
    const found = form.elements[`c.${next}.${key}`];
    if (!found?.closest("tr")?.hidden) return found;
  }
}

function move(event, by) {
  const next = below(event.target, by);
  if (!next) return;
  event.preventDefault();
  next.focus();
  next.select?.();
}

form.addEventListener("keydown", (event) => {
  if (event.key.toLowerCase() === "s" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    form.requestSubmit();
    return;
  }
  if (!event.target.matches(SELECTOR) || event.target.tagName === "SELECT" || event.altKey || event.ctrlKey) return;
  if (event.key === "Enter") {
    event.preventDefault();
    move(event, event.shiftKey ? -1 : 1);
  } else if (!event.target.list && event.key === "ArrowDown") move(event, 1);
  else if (!event.target.list && event.key === "ArrowUp") move(event, -1);
});

form.addEventListener("paste", (event) => {
  const text = event.clipboardData.getData("text/plain").replace(/\r\n?/g, "\n").replace(/\n$/, "");
  if (!event.target.matches(SELECTOR) || !/[\t\n]/.test(text)) return;
  event.preventDefault();
  const keys = [...event.target.closest("tr").querySelectorAll(SELECTOR)].map((field) => place(field)[1]);
  const [first, key] = place(event.target);
  text.split("\n").forEach((line, down) => {
    line.split("\t").forEach((value, right) => {
      const at = keys.indexOf(key) + right;
      const field = form.elements[`c.${first + down}.${keys[at]}`];
      if (!field) return;
      if (field.tagName === "SELECT" && ![...field.options].some((one) => one.value === value.trim())) field.add(new Option(value.trim()));
      field.value = value.trim();
    });
    withRoom();
  });
  touched();
});

form.addEventListener("input", () => {
  withRoom();
  touched();
});

if ("touched" in form.dataset) unsaved.textContent = form.dataset.unsaved;

let saving = false;
form.addEventListener("submit", () => (saving = true));
addEventListener("beforeunload", (event) => {
  if (!saving && changed()) event.preventDefault();
});

if (location.hash) document.getElementById(decodeURIComponent(location.hash.slice(1)))?.focus();
