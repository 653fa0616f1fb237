// What is asked of the page behind: data, and changes, each with the version that is shown.
import type { Absence, Bar, Data, Edge, Edit, FirstData, Job, Span } from "./types";

/**
 * Not saved; `stale`: somebody else has saved meanwhile, `refused`: it cannot be so, `lost`: nobody answers,
 * `unsaved`: the folder cannot be written.
 * `problems`: what is wrong with what was typed, where that is told.
 */
export class NotDone extends Error {
  constructor(
    readonly why: "stale" | "refused" | "lost" | "unsaved",
    readonly problems: readonly string[] = [],
  ) {
    super(why);
  }
}

export class Asking {
  constructor(private readonly at: string) {}

  data(): Promise<FirstData> {
    return this.ask("data");
  }

  edit(expected: number, edits: Edit[]): Promise<Data> {
    return this.send("edits", { expected, sent: edits });
  }

  pin(expected: number, bar: Bar, held: boolean): Promise<Data> {
    const months = { start: bar.start, end: bar.end };
    return this.send("pin", { expected, candidate: bar.who, rotation: bar.rotation, months, held });
  }

  keep(expected: number, faults: string[]): Promise<Data> {
    return this.send("keep", { expected, faults });
  }

  absence(expected: number, sent: Absence): Promise<Data> {
    return this.send("absence", { expected, sent });
  }

  step(expected: number, by: -1 | 1): Promise<Data> {
    return this.send("step", { expected, by });
  }

  mend(expected: number): Promise<Job> {
    return this.send("mend", { expected });
  }

  job(id: number): Promise<Job> {
    return this.ask(`mend/${id}`);
  }

  stop(id: number): Promise<Job> {
    return this.send(`mend/${id}/stop`, {});
  }

  /** Tells every place of a block as soon as it is known, the nearest first. */
  async places(
    expected: number,
    bar: Bar,
    edge: Edge | null,
    signal: AbortSignal,
    tell: (span: Span, allowed: boolean) => void,
  ): Promise<void> {
    const query = new URLSearchParams({
      expected: String(expected),
      candidate: bar.who,
      rotation: bar.rotation ?? "",
    });
    query.append("of", String(bar.start));
    query.append("of", String(bar.end));
    if (edge) query.append("edge", edge);
    const answer = await fetch(`${this.at}/places?${query}`, { signal });
    if (!answer.ok || !answer.body) return;
    let rest = "";
    for await (const text of read(answer.body)) {
      const lines = (rest + text).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) {
        const [start, end, allowed] = JSON.parse(line) as [number, number, number];
        tell({ start, end }, allowed === 1);
      }
    }
  }

  private ask<T>(what: string): Promise<T> {
    return this.answer(fetch(`${this.at}/${what}`));
  }

  private send<T>(what: string, body: unknown): Promise<T> {
    const headers = { "Content-Type": "application/json" };
    return this.answer(fetch(`${this.at}/${what}`, { method: "POST", headers, body: JSON.stringify(body) }));
  }

  private async answer<T>(asked: Promise<Response>): Promise<T> {
    let answer: Response;
    try {
      answer = await asked;
    } catch {
      throw new NotDone("lost");
    }
    if (answer.ok) return (await answer.json()) as T;
    if (answer.status === 422) {
      const { problems } = (await answer.json()) as { problems: string[] };
      throw new NotDone("refused", problems);
    }
    if (answer.status === 503) throw new NotDone("unsaved");
    throw new NotDone(answer.status === 409 ? "stale" : answer.status === 403 ? "lost" : "refused");
  }
}

async function* read(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    yield decoder.decode(value, { stream: true });
  }
}
