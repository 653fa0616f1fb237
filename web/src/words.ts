// The page's sentences, which come with the data, and months in words.
import type { Span } from "./types";

export class Words {
  constructor(
    private readonly texts: Record<string, string>,
    private readonly names: string[],
  ) {}

  say(key: string, fields: Record<string, string | number> = {}): string {
    const text = this.texts[key];
    if (text === undefined) throw new Error(`no text ${key}`);
    return text.replace(/\{(\w+)\}/g, (_, name: string) => String(fields[name] ?? ""));
  }

  /** `sep. 2027` */
  month(month: number): string {
    return `${this.names[month % 12]} ${yearOf(month)}`;
  }

  /** `sep. 2027 – feb. 2028` */
  months(span: Span): string {
    const first = this.month(span.start);
    return span.end - span.start <= 1 ? first : this.say("months", { first, last: this.month(span.end - 1) });
  }

  /** `S` */
  letter(month: number): string {
    return (this.names[month % 12] ?? "").charAt(0).toUpperCase();
  }
}

export function yearOf(month: number): number {
  return Math.floor(month / 12);
}

/** `2027-03`, as files and the other pages spell it */
export function monthCode(month: number): string {
  return `${String(yearOf(month)).padStart(4, "0")}-${String((month % 12) + 1).padStart(2, "0")}`;
}
