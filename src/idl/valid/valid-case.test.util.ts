/** Interface descriptions that protoc accepts, and that a careless compiler might not. */
export interface ValidCase {
  /** What is doubtful in them. */
  readonly what: string;
  /** The texts by name. `a.proto` is compiled; it imports the others. */
  readonly files: Readonly<Record<string, string>>;
}
