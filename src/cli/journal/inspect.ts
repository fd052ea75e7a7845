import type { InspectedCheckpoint, InspectedSegment, RecordCount } from "../../journal/inspection.js";
import { tableLines } from "../remote/table.js";
import { printJson, toner } from "../report.js";
import { ExitCode, type World } from "../world.js";
import { holdingTables, ownerText } from "./holding-tables.js";
import { type Holdings, holdingsOf } from "./holdings.js";
import { endText, problemLines } from "./journal-text.js";
import { type FoundJournal, type JournalCommandOptions, readJournal } from "./read-journal.js";
import { type NamedCount, namedKinds } from "./record-kinds.js";

/** `redoubt journal inspect` */
export async function inspect(options: JournalCommandOptions, world: World): Promise<ExitCode> {
  const journal = await readJournal(options, world);
  if (options.json) printJson(document(journal), world);
  else world.stdout.write(text(journal, world));
  return isSound(journal) ? ExitCode.OK : ExitCode.FAILED;
}

function isSound({ problems, unreadable }: FoundJournal): boolean {
  return problems.length === 0 && unreadable.length === 0;
}

function document(journal: FoundJournal): Readonly<Record<string, unknown>> {
  const {
    home: id,
    epochs,
    segments,
    checkpoints,
    records,
    from,
    end,
    problems,
    unreadable,
    unknown,
  } = journal;
  const holdings = holdingsOf(journal.state.owner);
  const { owner, ...held } = holdings;
  const kindsOf = (count: RecordCount) => (owner === "program" ? [] : namedKinds(count.kinds));
  return {
    ok: isSound(journal),
    owner,
    id,
    home: homeOf(holdings, id),
    end,
    epochs: epochs.map(({ epochMs, ...epoch }) => ({ ...epoch, ...(epochMs && { began: time(epochMs) }) })),
    segments,
    checkpoints: checkpoints.map(({ path, position, bytes, records }) => ({
      path,
      position,
      bytes,
      records: records?.count,
      kinds: records && kindsOf(records),
    })),
    records: { from, count: records.count, bytes: records.bytes, kinds: kindsOf(records) },
    ...held,
    problems,
    unreadable,
    unknownFiles: unknown,
  };
}

/** The home that it is, or belongs to. */
function homeOf(holdings: Holdings, id: string | undefined): string | undefined {
  if (holdings.owner === "home") return id;
  return holdings.owner === "durable client" ? holdings.session?.home : undefined;
}

function text(journal: FoundJournal, { stdout }: World): string {
  const { home: id, epochs, segments, checkpoints, records, from, unknown } = journal;
  const tone = toner(stdout);
  const lines: string[] = [];
  const section = (title: string, rows: readonly (readonly string[])[], right: readonly number[]) => {
    if (rows.length < 2) return;
    const [head, ...rest] = tableLines(rows, new Set(right));
    lines.push("", tone("heading", title), tone("quiet", `  ${head}`), ...rest.map((line) => `  ${line}`));
  };
  const holdings = holdingsOf(journal.state.owner);
  lines.push(
    `${tone("heading", "journal")}  ${id ?? "unknown"}, ${ownerText(holdings)}`,
    `${tone("heading", "log    ")}  ${endText(journal)}`,
  );
  section(
    "epochs",
    [
      ["number", "id", "from position", "began"],
      ...epochs.map(({ number, id, position, epochMs }) => [
        `${number}`,
        id,
        count(position),
        epochMs === undefined ? "" : time(epochMs),
      ]),
    ],
    [0, 2],
  );
  section("segments", [SEGMENT_HEAD, ...segments.map(segmentRow)], [0, 1, 2, 3, 4]);
  section("checkpoints", [CHECKPOINT_HEAD, ...checkpoints.map(checkpointRow)], [0, 1, 2]);
  const since = from === 0 ? "" : `, since position ${count(from)}`;
  lines.push(
    "",
    `${tone("heading", "records")}  ${count(records.count)} with ${count(records.bytes)} bytes${since}`,
  );
  if (holdings.owner !== "program") {
    section("in the log", kindRows(namedKinds(records.kinds)), [1, 2]);
    const newest = checkpoints[0]?.records?.kinds ?? new Map();
    section("in the newest checkpoint", kindRows(namedKinds(newest)), [1, 2]);
  }
  for (const { title, rows, right } of holdingTables(holdings)) {
    section(title, rows.slice(0, ROWS_MAX), right);
    if (rows.length > ROWS_MAX) lines.push(`  and ${count(rows.length - ROWS_MAX)} more: --json shows all`);
  }
  if (unknown.length > 0) lines.push("", `files that are no journal's: ${unknown.join(", ")}`);
  if (!isSound(journal)) lines.push("", ...problemLines(journal, tone));
  return `${lines.join("\n")}\n`;
}

/** A screen or two, with the head; sessions may be many thousands. */
const ROWS_MAX = 101;

const SEGMENT_HEAD = ["segment", "position", "bytes", "filled", "batches", "use"];

function segmentRow({ number, base, bytes, filledBytes, batches, use }: InspectedSegment): string[] {
  const filled = filledBytes === undefined ? "" : `${Math.round((100 * filledBytes) / bytes)} %`;
  return [`${number}`, count(base), count(bytes), filled, use === "log" ? count(batches) : "", USES[use]];
}

const USES: Readonly<Record<InspectedSegment["use"], string>> = {
  before: "replaced by checkpoints",
  log: "has a part of the log",
  prepared: "is prepared",
  unknown: "unknown",
};

const CHECKPOINT_HEAD = ["position", "bytes", "records", ""];

function checkpointRow({ position, bytes, records }: InspectedCheckpoint): string[] {
  if (bytes === undefined || records === undefined) return [count(position), "", "", "damaged"];
  return [count(position), count(bytes), count(records.count), ""];
}

function kindRows(kinds: readonly NamedCount[]): string[][] {
  return [
    ["kind", "records", "bytes"],
    ...kinds.map(({ kind, ...each }) => [kind, count(each.count), count(each.bytes)]),
  ];
}

function count(number: number): string {
  return number.toLocaleString("en");
}

function time(epochMs: number): string {
  return new Date(epochMs).toISOString();
}
