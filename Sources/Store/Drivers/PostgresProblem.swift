import CPQ
import Kernel

/// What PostgreSQL, or libpq for it, said when it refused something.
struct PostgresFailure: Error {
  /// The five characters of the SQL standard; nil when libpq itself gave up.
  let state: String?
  let message: String
  let constraint: String?

  /// Reads a result that is an error.
  init(_ result: OpaquePointer?, of connection: OpaquePointer) {
    let field = { (code: Character) -> String? in
      code.asciiValue.flatMap { PQresultErrorField(result, Int32($0)) }.map { String(cString: $0) }
    }
    state = result == nil ? nil : field("C")
    constraint = result == nil ? nil : field("n")
    message = (result == nil ? nil : field("M")) ?? PostgresFailure.message(of: connection)
  }

  init(state: String?, message: String) {
    self.state = state
    self.message = message
    constraint = nil
  }

  /// The first line of what libpq says; the others repeat the statement or give hints for its programmer.
  static func message(of connection: OpaquePointer) -> String {
    let text = PQerrorMessage(connection).map { String(cString: $0) } ?? ""
    return text.utf8.split(separator: UInt8(ascii: "\n")).first.flatMap { String($0) } ?? "no reason was given"
  }

  /// The state of a connection that was never made; libpq tells no other.
  static let unreached = "08001"

  /// Whether the same transaction may well succeed when it is run once more from its beginning.
  var isPassing: Bool { state == "40001" || state == "40P01" }

  /// Whether the connection is gone, or the server behind it.
  var isLoss: Bool { state.map { $0 == "25P03" || $0.hasPrefix("08") || $0.hasPrefix("57P") } ?? true }

  /// What it means to the person who asked.
  var problem: Problem {
    let facts = [Problem.Fact("code", state ?? "connection")]
    switch state {
    case PostgresFailure.unreached:
      return Problem(
        .unavailable, field: "database", "The database cannot be reached (\(message)).",
        mend: "Check its address, the role and password, and that it runs.", facts: facts)
    case _ where isLoss: return lost(facts)
    case "23505":
      return Problem(
        .conflict, "It exists already.", mend: "Open the one that exists.",
        facts: [.init("constraint", constraint ?? message)])
    case "23503":
      return Problem(
        .conflict, "What it belongs to is gone, or something still belongs to it.", mend: "Reload and look again.",
        facts: [.init("constraint", constraint ?? message)])
    case "40001", "40P01":
      return Problem(
        .unavailable, "Too many changed the same thing at once; nothing was changed.", mend: "Try again in a moment.",
        facts: facts)
    default: return refusal(facts)
    }
  }

  private func lost(_ facts: [Problem.Fact]) -> Problem {
    Problem(
      .unavailable, "The database went away (\(message)); nothing was changed.", mend: "Try again in a moment.",
      facts: facts)
  }

  private func refusal(_ facts: [Problem.Fact]) -> Problem {
    let (message, mend): (String, String?) =
      switch state ?? "" {
      case "53100": ("The disk of the database is full; nothing was changed.", "Free some space and try again.")
      case "53200": ("The database is out of memory; nothing was changed.", "Try again in a moment.")
      case "53300": ("The database takes no more connections.", "Raise its max_connections, or try again in a moment.")
      case "55P03": ("Another process holds what is to be changed.", "Try again in a moment.")
      case "57014": ("It took the database too long, so it was stopped.", "Narrow the question, or try again.")
      case "25006": ("The store may only be read.", "Connect to the primary server.")
      case "42501": ("The database role may not do this (\(message)).", "Grant it the rights it needs.")
      case "22003": ("A number is larger than the store can hold.", "Check the numbers.")
      case "XX001", "XX002": ("The database is damaged (\(message)).", "Stop the server and restore a backup.")
      default: ("The store refused: \(message).", nil)
      }
    return Problem(.unavailable, message, mend: mend, facts: facts)
  }
}

extension Problem {
  /// The connection broke between the sending of a commit and its answer.
  static let unknownOutcome = Problem(
    .unavailable, "The database went away while the change was being saved: it may or may not be there.",
    mend: "Look whether it is there before you do it again.", facts: [.init("outcome", "unknown")])
}
