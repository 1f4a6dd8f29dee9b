import Kernel
import Store

/// One search among the records of one noun.
struct Looking {
  let query: SearchQuery
  let source: SearchSource
  let catalogue: Catalogue
  let actor: Actor

  /// A match of a number stands before everything else.
  private static let numberScore = 100_000
  /// So many rows of one word are looked at; a word that half of all records share says little.
  private static let mostRows = 20_000

  private var fields: [String] { source.fields(for: actor) }

  /// The record of the number that was typed.
  func numbered(in tx: Transaction) throws -> [Found] {
    guard let number = query.number else { return [] }
    return try records("\(catalogue.id) = \(number)", most: 1, in: tx).map { id, title, _ in
      Found(hit: hit(id, title, met: nil), score: Looking.numberScore)
    }
  }

  /// Those of some records that meet the words.
  func recent(_ ids: [Int64], in tx: Transaction) throws -> [Found] {
    guard !ids.isEmpty else { return [] }
    return matched(try records("\(catalogue.id) IN (\(list: ids))", most: ids.count, in: tx))
  }

  /// The records that meet every word at least so well.
  func met(
    _ tier: SearchQuery.Quality, _ words: inout SimilarWords, most: Int, in tx: Transaction
  ) throws -> [Found] {
    guard !query.wanted.isEmpty, try words.adds(tier, in: tx) else { return [] }
    let sought = query.wanted.count > 1 ? query.wanted.filter { !LegalForm.isOne($0.word) } : query.wanted
    let sets = (sought.isEmpty ? query.wanted : sought).map { wanted -> Statement in
      let ways = wanted.ways(tier, source.noun, fields) + words.ways(wanted, tier, source.noun, fields)
      let all = Statement.joined(ways, separator: " UNION ALL ", or: "SELECT NULL")
      return "SELECT record_id FROM (\(all) LIMIT \(Looking.mostRows)) AS met"
    }
    let meeting = Statement.joined(sets, separator: " INTERSECT ", or: "SELECT NULL")
    return matched(try records("\(catalogue.id) IN (\(meeting))", most: most, in: tx))
  }

  private func records(
    _ condition: Statement, most: Int, in tx: Transaction
  ) throws -> [(id: Int64, title: String, texts: RecordTexts)] {
    let scope = try catalogue.scope(actor, .see)
    return try tx.rows(
      """
      SELECT \(catalogue.id) AS id, \(catalogue.title) AS title, e.texts FROM \(catalogue.table)
      LEFT JOIN search_entry e ON e.noun = \(source.noun.rawValue) AND e.record_id = \(catalogue.id)
      WHERE \(condition) AND \(scope) ORDER BY \(catalogue.id) LIMIT \(most)
      """
    ) { (try $0(0), try $0(1), RecordTexts(stored: try $0(2, as: String?.self) ?? "")) }
  }

  private func matched(_ records: [(id: Int64, title: String, texts: RecordTexts)]) -> [Found] {
    let readable = Set(fields)
    return records.compactMap { id, title, texts in
      guard !query.wanted.isEmpty else { return Found(hit: hit(id, title, met: nil), score: 0) }
      guard let (score, field) = query.match(texts, source, fields: readable) else { return nil }
      let met = field == source.fields.first?.name ? nil : texts[field]
      return Found(hit: hit(id, title, met: met), score: score)
    }
  }

  private func hit(_ id: Int64, _ title: String, met: String?) -> SearchHit {
    let mayRead = catalogue.fields.first.map { actor.reads($0.name, of: catalogue.noun, isPersonal: $0.isPersonal) }
    let word = catalogue.word.prefix(1).uppercased() + catalogue.word.dropFirst()
    return SearchHit(
      noun: catalogue.noun, id: id, title: mayRead ?? false ? title : "\(word) \(id)",
      note: met.map { "\(word), \($0)" } ?? word, path: "\(catalogue.path)/\(id)", icon: catalogue.noun.icon)
  }
}

/// Words like those that were typed, looked up once for all nouns.
struct SimilarWords {
  let query: SearchQuery
  private var sounds: [String: [String]]?
  private var typos: [String: [String]]?

  init(_ query: SearchQuery) { self.query = query }

  /// Whether there is something to look for that better matches did not find.
  mutating func adds(_ tier: SearchQuery.Quality, in tx: Transaction) throws -> Bool {
    switch tier {
    case .exact, .beginning: return true
    case .sound:
      let found = try sounds ?? alike(in: tx)
      sounds = found
      return found.contains { !$0.value.isEmpty }
    case .typo:
      let found = try typos ?? misspelt(in: tx)
      typos = found
      return found.contains { !$0.value.isEmpty }
    }
  }

  func ways(
    _ wanted: SearchQuery.Wanted, _ tier: SearchQuery.Quality, _ noun: Actor.Noun, _ fields: [String]
  ) -> [Statement] {
    guard tier < .beginning, let word = wanted.word else { return [] }
    let words = (sounds?[word] ?? []) + (tier == .typo ? typos?[word] ?? [] : [])
    guard !words.isEmpty else { return [] }
    return [
      """
      SELECT record_id FROM search_word
      WHERE word IN (\(list: words)) AND noun = \(noun.rawValue) AND field IN (\(list: fields))
      """
    ]
  }

  private func alike(in tx: Transaction) throws -> [String: [String]] {
    var found: [String: [String]] = [:]
    for word in query.wanted.compactMap(\.word) {
      guard let sound = Sound(word) else { continue }
      found[word] = try tx.rows(
        """
        SELECT word FROM search_spelling WHERE german = \(sound.german)
        UNION SELECT word FROM search_spelling WHERE english = \(sound.english) LIMIT 200
        """
      ) { try $0(0) }
    }
    return found
  }

  /// With one letter wrong, either the first half of a word is right or the second, or the two letters between them
  /// changed places.
  private func misspelt(in tx: Transaction) throws -> [String: [String]] {
    var found: [String: [String]] = [:]
    for word in query.wanted.compactMap(\.word) where word.unicodeScalars.count > 4 {
      let letters = Array(word.unicodeScalars)
      let half = letters.count / 2
      let first = SimilarWords.text(letters[..<half])
      let second = SimilarWords.text(letters[half...].reversed())
      var swapped = letters
      swapped.swapAt(half - 1, half)
      let lengths = (letters.count - 1, letters.count + 1)
      let near: [String] = try tx.rows(
        """
        SELECT word FROM search_spelling WHERE word >= \(first) AND word < \(first.afterAllThatBeginWithIt)
          AND length(word) BETWEEN \(lengths.0) AND \(lengths.1)
        UNION SELECT word FROM search_spelling WHERE reversed >= \(second) AND reversed < \
        \(second.afterAllThatBeginWithIt) AND length(word) BETWEEN \(lengths.0) AND \(lengths.1)
        UNION SELECT word FROM search_spelling WHERE word = \(SimilarWords.text(swapped)) LIMIT 4000
        """
      ) { try $0(0) }
      found[word] = Array(near.filter { Spelling.isOneLetterOff(word, $0) }.prefix(200))
    }
    return found
  }

  private static func text(_ letters: some Sequence<Unicode.Scalar>) -> String {
    var view = String.UnicodeScalarView()
    view.append(contentsOf: letters)
    return String(view)
  }
}

extension SearchQuery.Wanted {
  /// The records that have the word, or one that begins with it.
  func ways(_ tier: SearchQuery.Quality, _ noun: Actor.Noun, _ fields: [String]) -> [Statement] {
    beginnings.map { beginning in
      let words: Statement =
        tier == .exact
        ? "word = \(beginning)" : "word >= \(beginning) AND word < \(beginning.afterAllThatBeginWithIt)"
      return
        "SELECT record_id FROM search_word WHERE \(words) AND noun = \(noun.rawValue) AND field IN (\(list: fields))"
    }
  }

  /// The records that have a word of this sound.
  func sounds(_ noun: Actor.Noun, _ fields: [String]) -> [Statement] {
    guard let sound = word.flatMap(Sound.init) else { return [] }
    return [
      """
      SELECT record_id FROM search_word WHERE noun = \(noun.rawValue) AND field IN (\(list: fields)) AND word IN (
        SELECT word FROM search_spelling WHERE german = \(sound.german)
        UNION SELECT word FROM search_spelling WHERE english = \(sound.english))
      """
    ]
  }
}

extension Actor.Noun {
  /// The pictogram its records stand under.
  var icon: String {
    switch self {
    case .customer: "users"
    case .contact: "address-book"
    case .interaction: "message"
    case .task: "checkbox"
    case .product: "package"
    case .attachment: "paperclip"
    case .tag: "tag"
    default: "file"
    }
  }
}
