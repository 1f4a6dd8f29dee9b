import Kernel

/// Something the command line names.
enum Chosen {
  /// The one of a few that has this name or number.
  static func one<Thing>(
    _ text: String, _ word: String, among all: [(id: ID<Thing>, name: String)]
  ) throws -> ID<Thing> {
    let found = all.filter { $0.name == text || "\($0.id)" == text }
    guard let first = found.first, found.count == 1 else {
      throw Problem(
        found.isEmpty ? .notFound : .conflict, field: word,
        found.isEmpty ? "There is no \(word) “\(text)”." : "Several have this name.",
        mend: "Look for its number: valuechain \(word) list")
    }
    return first.id
  }
}
