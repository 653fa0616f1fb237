// A small form over the timeline: Escape or a button leaves it, and what is wrong is told in it.
import { button, el } from "./dom";
import type { Words } from "./words";

export interface Field {
  name: string;
  label: string;
  value: string;
  placeholder: string;
  required: boolean;
}

export interface Form {
  title: string;
  hint: string;
  fields: readonly Field[];
}

/** Sends what is typed; what is wrong with it, or nothing where it is done. */
export type Send = (typed: Record<string, string>) => Promise<readonly string[]>;

export function openDialog(words: Words, form: Form, send: Send): void {
  const inputs = form.fields.map((field) => {
    const { name, value, placeholder, required } = field;
    return el("input", { name, value, placeholder, required, size: 9, autocomplete: "off", maxlength: 40, "aria-describedby": "board-wrong" });
  });
  const labels = form.fields.map((field, number) => el("label", {}, `${field.label} `, inputs[number]));
  const wrong = el("div", { id: "board-wrong", class: "wrong", role: "alert" });
  const save = el("button", { class: "main" }, words.say("write"));
  const leave = button(words.say("cancel"), () => dialog.close());
  const body = el(
    "form",
    { method: "dialog" },
    el("h2", { id: "board-dialog-title" }, form.title),
    el("div", { class: "fields" }, ...labels),
    el("p", { class: "hint" }, form.hint),
    wrong,
    el("div", { class: "row" }, save, leave),
  );
  const dialog = el("dialog", { class: "board-dialog", "aria-labelledby": "board-dialog-title" }, body);
  body.addEventListener("submit", (event) => {
    event.preventDefault();
    save.disabled = true;
    const typed = Object.fromEntries(inputs.map((input) => [input.name, input.value]));
    void send(typed)
      .then((problems) => {
        if (problems.length) wrong.replaceChildren(...problems.map((problem) => el("p", {}, problem)));
        else dialog.close();
      })
      .finally(() => (save.disabled = false));
  });
  dialog.addEventListener("keydown", (event) => event.stopPropagation());
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  inputs[0]?.select();
}
