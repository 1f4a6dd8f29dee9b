import Kernel
import Store

/// The words records are found by: every statement that writes them.
///
/// A noun's collection calls `refresh` in the transaction that makes or changes a record; what the record is found by
/// is read from its own tables, so a rebuild gives the same words.
package enum SearchIndex {
  /// One row of the words.
  struct Entry: Hashable, Comparable {
    let word: String
    let field: String
    let record: Int64

    static func < (left: Entry, right: Entry) -> Bool {
      (left.word, left.field, left.record) < (right.word, right.field, right.record)
    }
  }

  private static let stretch = 400

  /// Brings the words of some records up to what their tables say now; a record that is gone loses its words.
  package static func refresh(_ source: SearchSource, _ ids: [Int64], in tx: Transaction) throws {
    for start in stride(from: 0, to: ids.count, by: stretch) {
      let some = ids[start..<min(start + stretch, ids.count)]
      try refresh(source, Array(some), in: tx) { "\($0) IN (\(list: some))" }
    }
  }

  /// The most new records whose words are written in the transaction that makes them.
  static let mostAtOnce = 500

  /// Brings the words of new records up to date, whose numbers follow each other: at once when they are few, else soon
  /// after, beside what people do.
  package static func refresh(_ source: SearchSource, _ numbers: Range<Int64>, in tx: Transaction) throws {
    guard let first = numbers.first, let last = numbers.last else { return }
    if numbers.count <= mostAtOnce { return try refresh(source, in: first...last, in: tx) }
    try tx.run("INSERT INTO search_due (noun, first_id, last_id) VALUES (\(source.noun.rawValue), \(first), \(last))")
  }

  /// Writes the words of the next records that are due.
  /// - Returns: whether there were any.
  static func refreshDue(_ sources: [SearchSource], in tx: Transaction) throws -> Bool {
    let due = try tx.first("SELECT noun, first_id, last_id FROM search_due ORDER BY noun, first_id LIMIT 1") {
      (noun: try $0(0, as: String.self), first: try $0(1, as: Int64.self), last: try $0(2, as: Int64.self))
    }
    guard let due else { return false }
    // Whoever takes the line away does the work.
    let taken = try tx.run("DELETE FROM search_due WHERE noun = \(due.noun) AND first_id = \(due.first)")
    guard taken == 1, let source = sources.first(where: { $0.noun.rawValue == due.noun }) else { return true }
    let end = min(due.first + Int64(mostAtOnce) - 1, due.last)
    if end < due.last {
      try tx.run("INSERT INTO search_due (noun, first_id, last_id) VALUES (\(due.noun), \(end + 1), \(due.last))")
    }
    try refresh(source, in: due.first...end, in: tx)
    return true
  }

  static func refresh(_ source: SearchSource, in range: ClosedRange<Int64>, in tx: Transaction) throws {
    try refresh(source, [], in: tx) { "\($0) BETWEEN \(range.lowerBound) AND \(range.upperBound)" }
  }

  private static func refresh(
    _ source: SearchSource, _ ids: [Int64], in tx: Transaction, _ condition: (Statement) -> Statement
  ) throws {
    let now = try source.read(condition, in: tx)
    let limit = condition("record_id")
    let before = try tx.rows(
      "SELECT record_id, texts FROM search_entry WHERE noun = \(source.noun.rawValue) AND \(limit)"
    ) { (try $0(0, as: Int64.self), RecordTexts(stored: try $0(1))) }
    let known = Dictionary(before, uniquingKeysWith: { first, _ in first })
    var (gone, new): (Set<Entry>, Set<Entry>) = ([], [])
    var spelled: Set<String> = []
    for (id, texts) in known where texts != now[id] {
      gone.formUnion(entries(of: id, texts, source))
    }
    let changed = now.filter { known[$0.key] != $0.value }
    for (id, texts) in changed { new.formUnion(entries(of: id, texts, source, spelling: &spelled)) }
    let stay = gone.intersection(new)
    try remove(gone.subtracting(stay), source.noun, in: tx)
    try add(new.subtracting(stay).sorted(), source.noun, in: tx)
    try spell(spelled, in: tx)
    try keep(changed, known, source.noun, in: tx)
    for id in known.keys where now[id] == nil {
      try tx.run("DELETE FROM search_entry WHERE noun = \(source.noun.rawValue) AND record_id = \(id)")
    }
    try forgetSpellings(of: gone.subtracting(stay), in: tx)
  }

  private static func add(_ entries: [Entry], _ noun: Actor.Noun, in tx: Transaction) throws {
    var next = entries.makeIterator()
    try tx.insert(into: "search_word", ["word", "noun", "field", "record_id"]) {
      next.next().map { [.text($0.word), .text(noun.rawValue), .text($0.field), .int($0.record)] }
    }
  }

  private static func remove(_ entries: Set<Entry>, _ noun: Actor.Noun, in tx: Transaction) throws {
    for entry in entries {
      try tx.run(
        """
        DELETE FROM search_word
        WHERE word = \(entry.word) AND noun = \(noun.rawValue) AND field = \(entry.field) AND record_id = \(entry.record)
        """)
    }
  }

  private static func keep(
    _ changed: [Int64: RecordTexts], _ known: [Int64: RecordTexts], _ noun: Actor.Noun, in tx: Transaction
  ) throws {
    let ids = changed.keys.sorted()
    for id in ids where known[id] != nil {
      try tx.run(
        """
        UPDATE search_entry SET texts = \(changed[id]?.stored) WHERE noun = \(noun.rawValue) AND record_id = \(id)
        """)
    }
    var next = ids.filter { known[$0] == nil }.makeIterator()
    try tx.insert(into: "search_entry", ["noun", "record_id", "texts"]) {
      next.next().map { [.text(noun.rawValue), .int($0), (changed[$0]?.stored).stored] }
    }
  }

  /// Writes how words of names sound; one that is there already stays. In order, so that two writers do not wait for
  /// each other.
  private static func spell(_ words: Set<String>, in tx: Transaction) throws {
    // Short numbers sound like nothing and are not looked for with a digit wrong.
    let sorted = words.filter { $0.utf8.count > 4 || !$0.utf8.contains { 48...57 ~= $0 } }.sorted()
    for start in stride(from: 0, to: sorted.count, by: 100) {
      let some = Array(sorted[start..<min(start + 100, sorted.count)])
      let known = try Set(
        tx.rows("SELECT word FROM search_spelling WHERE word IN (\(list: some))") { try $0(0, as: String.self) })
      let rows = some.filter { !known.contains($0) }.map { word -> Statement in
        let sound = Sound(word)
        let reversed = word.unicodeScalars.count > 4 ? backwards(word) : nil
        return "(\(word), \(sound?.german), \(sound?.english), \(reversed))"
      }
      guard !rows.isEmpty else { continue }
      try tx.run(
        """
        INSERT INTO search_spelling (word, german, english, reversed) VALUES \
        \(Statement.joined(rows, separator: ", ", or: "")) ON CONFLICT (word) DO NOTHING
        """)
    }
  }

  /// A spelling that no record has any more may itself be somebody's name.
  private static func forgetSpellings(of entries: Set<Entry>, in tx: Transaction) throws {
    for word in Set(entries.map(\.word)) {
      try tx.run(
        """
        DELETE FROM search_spelling
        WHERE word = \(word) AND NOT EXISTS (SELECT 1 FROM search_word w WHERE w.word = \(word))
        """)
    }
  }

  static func backwards(_ word: String) -> String {
    String(String.UnicodeScalarView(word.unicodeScalars.reversed()))
  }

  // What a record is found by.

  private static func entries(of id: Int64, _ texts: RecordTexts, _ source: SearchSource) -> Set<Entry> {
    var ignored: Set<String> = []
    return entries(of: id, texts, source, spelling: &ignored)
  }

  private static func entries(
    of id: Int64, _ texts: RecordTexts, _ source: SearchSource, spelling: inout Set<String>
  ) -> Set<Entry> {
    var entries: Set<Entry> = []
    for (field, text) in texts.all {
      let kind = source.kind(of: field)
      for word in keys(text, kind) {
        entries.insert(Entry(word: word, field: field, record: id))
        if kind == .name { spelling.insert(word) }
      }
    }
    return entries
  }

  /// The words a text is found by; at most 60 of them, each at most 80 bytes long.
  static func keys(_ text: String, _ kind: SearchField.Kind) -> [String] {
    let all: [String] =
      switch kind {
      case .name, .words: Words.keys(of: text)
      case .address: address(text)
      case .phone: PhoneNumber(text)?.keys ?? []
      case .key: key(text)
      }
    return all.prefix(60).map { $0.utf8.count <= 80 ? $0 : String($0.unicodeScalars.prefix(20)) }.filter { !$0.isEmpty }
  }

  private static func address(_ text: String) -> [String] {
    let folded = Words.folded(text)
    let parts = folded.utf8.split(separator: UInt8(ascii: "@"), maxSplits: 1)
    guard parts.count == 2 else { return [folded] }
    return [folded, String(decoding: parts[1], as: UTF8.self)]
  }

  /// `K-10023` is found by `k10023`, `k-10023` and `10023`.
  private static func key(_ text: String) -> [String] {
    let whole = Words.number(text)
    return [whole] + Words.of(text).filter { $0 != whole && $0.utf8.count > 2 && $0.utf8.contains { 48...57 ~= $0 } }
  }
}
