// The menu at a block: arrows go through it, Escape or a click elsewhere ends it.
import { el } from "./dom";

export interface Choice {
  label: string;
  /** What it does, or the page that it leads to. */
  run: (() => void) | string;
}

let open: HTMLElement | null = null;
let back: HTMLElement | null = null;

export function closeMenu(): void {
  open?.remove();
  open = null;
  back?.focus({ preventScroll: true });
  back = null;
}

export function openMenu(label: string, choices: readonly Choice[], at: { x: number; y: number }, from: HTMLElement): void {
  closeMenu();
  const items = choices.map((choice) => {
    const item =
      typeof choice.run === "string"
        ? el("a", { role: "menuitem", tabindex: "-1", href: choice.run }, choice.label)
        : el("button", { type: "button", role: "menuitem", tabindex: "-1" }, choice.label);
    if (typeof choice.run !== "string") {
      const run = choice.run;
      item.addEventListener("click", () => {
        closeMenu();
        run();
      });
    }
    return item;
  });
  if (!items.length) return;
  const menu = el("div", { class: "board-menu", role: "menu", "aria-label": label }, el("p", { role: "presentation" }, label), ...items);
  menu.addEventListener("keydown", (event) => {
    const here = items.findIndex((item) => item === document.activeElement);
    const to = { ArrowDown: here + 1, ArrowUp: here - 1, Home: 0, End: items.length - 1 }[event.key];
    if (to !== undefined) items[(to + items.length) % items.length]?.focus();
    else if (event.key === "Escape" || event.key === "Tab") closeMenu();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  document.body.append(menu);
  open = menu;
  back = from;
  const box = menu.getBoundingClientRect();
  menu.style.left = `${Math.max(4, Math.min(at.x, window.innerWidth - box.width - 4))}px`;
  menu.style.top = `${Math.max(4, Math.min(at.y, window.innerHeight - box.height - 4))}px`;
  items[0]?.focus();
}

document.addEventListener("pointerdown", (event) => {
  if (open && !open.contains(event.target as Node)) {
    back = null;
    closeMenu();
  }
});
