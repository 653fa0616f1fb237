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
    return filled(text, fields);
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

  /** `62,5`, as the page's language writes it */
  number(number: number): string {
    return String(number).replace(".", this.say("decimal"));
  }

  /** `S` */
  letter(month: number): string {
    return (this.names[month % 12] ?? "").charAt(0).toUpperCase();
  }
}

const FIELD = /\{(\w+)(?::((?:[^{}|]|\{\w+\})*)\|((?:[^{}]|\{\w+\})*))?\}/g;

/** `{n} {n:plass|plasser}` is `1 plass` and `2 plasser`, as in the catalogue. */
function filled(text: string, fields: Record<string, string | number>): string {
  return text.replace(FIELD, (_, name: string, one?: string, many?: string) => {
    if (one === undefined) return String(fields[name] ?? "");
    return filled((fields[name] === 1 ? one : many) ?? "", fields);
  });
}

export function yearOf(month: number): number {
  return Math.floor(month / 12);
}

/** `2027-03`, as files and the other pages spell it */
export function monthCode(month: number): string {
  return `${String(yearOf(month)).padStart(4, "0")}-${String((month % 12) + 1).padStart(2, "0")}`;
}
