import { create } from "@bufbuild/protobuf";
import { type SourceCodeInfo_Location, SourceCodeInfo_LocationSchema } from "@bufbuild/protobuf/wkt";
import type { TokenRange } from "../syntax/syntax.js";
import type { Tokens } from "../syntax/tokens.js";
import type { Source } from "../text/source.js";
import { commentsAfter } from "./comments.js";
import { Cursor } from "./cursor.js";

/**
 * Writes down the locations of a file and gives them their comments. The text is walked through once, so tokens have
 * to be named in the order in which they stand there.
 */
export class LocationWriter {
  readonly locations: SourceCodeInfo_Location[] = [];
  private readonly tokens: Tokens;
  private readonly cursor: Cursor;
  /** The comments in front of the next declaration. */
  private leading = "";
  private detached: string[] = [];

  constructor(source: Source, tokens: Tokens) {
    this.tokens = tokens;
    this.cursor = new Cursor(source);
    this.readComments(-1);
  }

  /** A location that begins with a token. Those of its parts come next, and then it is closed. */
  open(path: number[], first: number): SourceCodeInfo_Location {
    this.cursor.moveTo(this.tokens.start(first));
    return this.add(path, [this.cursor.line, this.cursor.column]);
  }

  /** Ends a location with a token. In a file without tokens there is none, and it ends at the start of the file. */
  close(location: SourceCodeInfo_Location, last: number): void {
    const [line, column] = location.span;
    if (last >= 0) location.span = this.spanTo(line, column, last);
    else location.span = line === 0 ? [0, column, 0] : [line, column, 0, 0];
  }

  /** A location without parts. */
  addRange(path: number[], range: TokenRange): SourceCodeInfo_Location {
    return this.add(path, this.spanOf(range));
  }

  addToken(path: number[], token: number): SourceCodeInfo_Location {
    return this.addRange(path, { first: token, last: token });
  }

  /** A location whose span is known already. */
  add(path: number[], span: number[]): SourceCodeInfo_Location {
    const location = create(SourceCodeInfo_LocationSchema);
    location.path = path;
    location.span = span;
    this.locations.push(location);
    return location;
  }

  spanOf({ first, last }: TokenRange): number[] {
    const { cursor } = this;
    cursor.moveTo(this.tokens.start(first));
    return this.spanTo(cursor.line, cursor.column, last);
  }

  /** Gives a declaration its comments: those in front of it, and those behind the token that ends it or opens its body. */
  attachComments(location: SourceCodeInfo_Location, token: number): void {
    if (this.leading !== "") location.leadingComments = this.leading;
    location.leadingDetachedComments = this.detached;
    const trailing = this.readComments(token);
    if (trailing !== "") location.trailingComments = trailing;
  }

  /** The leading comments of a stray semicolon are nobody's, but its detached ones go to the next declaration. */
  skipSemicolon(token: number): void {
    const { detached } = this;
    this.readComments(token);
    for (const comment of this.detached) detached.push(comment);
    this.detached = detached;
  }

  /** The comments in front of the end of a block are nobody's. */
  endBlock(token: number): void {
    this.readComments(token);
  }

  /** Reads what is behind a token, keeps what may be for the next declaration, and returns the trailing comment. */
  private readComments(token: number): string {
    const comments = commentsAfter(this.tokens, token);
    this.leading = comments?.leading ?? "";
    this.detached = comments?.detached ?? [];
    return comments?.trailing ?? "";
  }

  /** Three numbers where it ends in the line it starts in, else four: the start, the end's line and column. */
  private spanTo(line: number, column: number, last: number): number[] {
    const { cursor } = this;
    cursor.moveTo(this.tokens.end(last));
    return cursor.line === line ? [line, column, cursor.column] : [line, column, cursor.line, cursor.column];
  }
}
