// Elements in one expression, and where things lie in months: style sheets do the arithmetic with --px.
import type { Span } from "./types";

type Child = Node | string | null | undefined | false;

export function el<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Record<string, string | boolean | number | null> = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === false) continue;
    element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children.filter((child): child is Node | string => child != null && child !== false));
  return element;
}

export function button(label: string, run: () => void, attributes: Record<string, string | boolean | null> = {}): HTMLButtonElement {
  const made = el("button", { type: "button", ...attributes }, label);
  made.addEventListener("click", run);
  return made;
}

/** Lays an element over months of a board that begins with `first`. */
export function lay(element: HTMLElement, span: Span, first: number): void {
  element.style.setProperty("--at", String(span.start - first));
  element.style.setProperty("--n", String(span.end - span.start));
}
